// The operator's own list of rights and configs/install.yaml are the same, right by right.
#include "protocol/needed_rights.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "protocol/yaml_tree.hpp"

namespace drey {
namespace {

using nlohmann::json;

constexpr const char* system_ns = "drey-system";

std::string lines_of(const std::set<std::string>& rights) {
  std::string text;
  for (const auto& one : rights) text += one + "\n";
  return text;
}

void add_rule(const json& rule, const std::string& ns, std::set<std::string>& rights) {
  for (const auto& group : rule["apiGroups"])
    for (const auto& resource : rule["resources"])
      for (const auto& verb : rule["verbs"]) {
        const auto name = resource.get<std::string>();
        const auto slash = std::min(name.find('/'), name.size());
        const auto part = slash == name.size() ? std::string{} : name.substr(slash + 1);
        const access_right right{group, name.substr(0, slash), part, verb, ns, ""};
        BOOST_TEST(rights.insert(text_of_right(right)).second,
                   "given twice: " << text_of_right(right));
      }
}

/// What the ClusterRole and the Role of the manifest give.
std::set<std::string> installed_rights() {
  std::ifstream file{std::string{DREY_SOURCE_DIR} + "/configs/install.yaml"};
  std::stringstream text;
  text << file.rdbuf();
  field_errors errors;
  const auto tree = yaml_tree::parse(text.str(), errors);
  BOOST_REQUIRE(errors.empty());
  std::set<std::string> rights;
  for (const auto document : tree.documents()) {
    const auto object = json::parse(tree.json_of(document));
    const auto kind = object["kind"].get<std::string>();
    if (kind != "ClusterRole" && kind != "Role") continue;
    const auto ns = object["metadata"].value("namespace", "");
    for (const auto& rule : object["rules"]) add_rule(rule, ns, rights);
  }
  return rights;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(needed_rights_suite)

BOOST_AUTO_TEST_CASE(install_yaml_gives_exactly_what_is_needed) {
  std::set<std::string> needed;
  for (const auto& one : needed_rights({}, system_ns))
    BOOST_TEST(needed.insert(text_of_right(one)).second, "listed twice: " << text_of_right(one));
  BOOST_TEST(needed.size() > 30U);
  BOOST_TEST(lines_of(needed) == lines_of(installed_rights()));
}

BOOST_AUTO_TEST_CASE(watched_namespaces_are_asked_about_one_by_one) {
  std::size_t pods = 0, nodes = 0, leases = 0;
  for (const auto& one : needed_rights({"a", "b"}, "home")) {
    if (one.resource == "pods" && one.verb == "list") ++pods;
    if (one.resource == "nodes" && one.verb == "list" && one.ns.empty()) ++nodes;
    const bool is_beyond =
        one.ns.empty() || one.resource == "serviceaccounts" || one.resource == "resourcequotas";
    BOOST_TEST((one.need == necessity::useful) == is_beyond);
    if (one.resource == "leases" && one.verb == "update" && one.ns == "home") ++leases;
  }
  BOOST_TEST(pods == 2U);
  BOOST_TEST(nodes == 1U);
  BOOST_TEST(leases == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_none_is_a_refusal) {
  for (const char* body :
       {"", "{", "[]", R"({"kind":"Status"})", R"({"kind":"SelfSubjectAccessReview"})",
        R"({"kind":"SelfSubjectAccessReview","status":{"allowed":"yes"}})"}) {
    const auto told = access_verdict_of({201, {}, body});
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<refusal>(told), body);
    BOOST_TEST((std::get<refusal>(told).reason == refusal_reason::malformed));
  }
  const auto refused = access_verdict_of({403, {}, ""});
  BOOST_TEST((std::get<refusal>(refused).reason == refusal_reason::forbidden));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey
