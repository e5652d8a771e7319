// Lists and maps in one text, as Flink reads them; and what each deployment option is for.
#include "protocol/flink_values.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/deployment_options.hpp"
#include "protocol/pod_templates.hpp"
#include "protocol/rest_security.hpp"

using namespace drey;

namespace {

std::string shown(const std::optional<string_map>& map) {
  if (!map) return "none";
  std::string text;
  for (const auto& [key, value] : *map) text += "<" + key + "=" + value + ">";
  return text;
}

std::string shown(const std::optional<std::vector<string_map>>& all) {
  if (!all) return "none";
  std::string text;
  for (const auto& one : *all) text += "[" + shown(std::optional{one}) + "]";
  return text;
}

std::string shown(const std::optional<std::vector<std::string>>& all) {
  if (!all) return "none";
  std::string text;
  for (const auto& one : *all) text += "<" + one + ">";
  return text;
}

std::string merged(const std::string& common, const std::string& own, const char* by_name) {
  flink_deployment_spec spec;
  spec.pod_template = common;
  spec.job_manager.pod_template = own;
  if (*by_name != 0) spec.flink_configuration[std::string(merge_by_name_key)] = by_name;
  return merged_pod_template(spec, spec.job_manager);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flink_values)

BOOST_AUTO_TEST_CASE(lists) {
  BOOST_TEST(shown(parse_flink_list("")) == "");
  BOOST_TEST(shown(parse_flink_list("a")) == "<a>");
  BOOST_TEST(shown(parse_flink_list(" a ; b;")) == "<a><b>");
  BOOST_TEST(shown(parse_flink_list("'a;b';c")) == "<a;b><c>");
  BOOST_TEST(shown(parse_flink_list(R"("it ""is""";'it''s')")) == R"(<it "is"><it's>)");
  BOOST_TEST(shown(parse_flink_list("'a;b")) == "none", "the quote does not close");
  BOOST_TEST(shown(parse_flink_list("'a'b;c")) == "none", "something behind the quote");
}

BOOST_AUTO_TEST_CASE(maps) {
  BOOST_TEST(shown(parse_flink_map("a:1, b : 2")) == "<a=1><b=2>");
  BOOST_TEST(shown(parse_flink_map("prometheus.io/port:'9249'")) == "<prometheus.io/port=9249>");
  BOOST_TEST(shown(parse_flink_map("url:'http://x'")) == "<url=http://x>");
  BOOST_TEST(shown(parse_flink_map("'list:''x,y''',b:2")) == "<b=2><list=x,y>");
  BOOST_TEST(shown(parse_flink_map("url:http://x")) == "none", "two colons");
  BOOST_TEST(shown(parse_flink_map("a")) == "none");
  BOOST_TEST(shown(parse_flink_map("a:1,,b:2")) == "none");
}

BOOST_AUTO_TEST_CASE(lists_of_maps) {
  BOOST_TEST(shown(parse_flink_maps("key:a,operator:Exists;key:b,effect:NoSchedule")) ==
             "[<key=a><operator=Exists>][<effect=NoSchedule><key=b>]");
  BOOST_TEST(shown(parse_flink_maps("")) == "");
  BOOST_TEST(shown(parse_flink_maps("key:a;b")) == "none");
}

BOOST_AUTO_TEST_CASE(a_map_may_be_spread_over_several_keys) {
  const configuration config{{"x.labels", "a:1"},    {"x.labels.b", "2"}, {"y.labels.team", "t"},
                             {"y.labels.unit", "u"}, {"z.labels", "a"},   {"y.labelsx.c", "3"}};
  BOOST_TEST(shown(map_option(config, "x.labels")) == "<a=1>", "one text goes first, as in Flink");
  BOOST_TEST(shown(map_option(config, "y.labels")) == "<team=t><unit=u>");
  BOOST_TEST(shown(map_option(config, "z.labels")) == "none");
  BOOST_TEST(shown(map_option(config, "not.there")) == "");
}

BOOST_AUTO_TEST_CASE(what_is_for_flinks_processes) {
  for (const char* key : {"taskmanager.numberOfTaskSlots", "kubernetes.client.io-pool.size",
                          "kubernetes.transactional-operation.max-retries",
                          "security.kerberos.login.keytab", "env.java.opts.all"})
    BOOST_TEST(is_for_flink(key), key);
  for (const char* key :
       {"kubernetes.operator.savepoint.format.type", "job.autoscaler.enabled", "rest.bind-port",
        "kubernetes.taskmanager.tolerations", "kubernetes.jobmanager.labels.team",
        "kubernetes.secrets", "containerized.master.env.A", "kubernetes.config.file"})
    BOOST_TEST(!is_for_flink(key), key);
}

BOOST_AUTO_TEST_CASE(templates_are_merged_by_index_or_by_name) {
  const std::string two = R"({"spec":{"x":[{"name":"a","v":1},{"name":"b","v":1}]}})";
  const std::string one = R"({"spec":{"x":[{"name":"b","w":2}]}})";
  BOOST_TEST(merged(two, one, "") ==
             R"({"spec":{"x":[{"name":"b","v":1,"w":2},{"name":"b","v":1}]}})");
  BOOST_TEST(merged(two, one, "true") ==
             R"({"spec":{"x":[{"name":"a","v":1},{"name":"b","v":1,"w":2}]}})");
  BOOST_TEST(merged(R"({"x":[{"v":1}]})", R"({"x":[{"name":"b"}]})", "true") ==
                 R"({"x":[{"name":"b","v":1}]})",
             "not all have names: by index, as with Apache");
  BOOST_TEST(merged(R"({"x":["a","b"]})", R"({"x":["c"]})", "true") == R"({"x":["c","b"]})");
  BOOST_TEST(merged(R"({"x":{"a":1,"b":2}})", R"({"x":{"b":null,"c":3}})", "") ==
                 R"({"x":{"a":1,"b":2,"c":3}})",
             "null says nothing");
  BOOST_TEST(merged(R"({"x":1})", R"({"x":{"a":1}})", "") == R"({"x":{"a":1}})");
  BOOST_TEST(merged("", one, "") == one);
  BOOST_TEST(merged(two, "", "") == two);
  BOOST_TEST(merged("", "", "") == "{}");
}

BOOST_AUTO_TEST_CASE(how_rest_is_reached) {
  using enum rest_security;
  BOOST_CHECK(rest_security_of({}) == plain);
  BOOST_CHECK(rest_security_of({{"security.ssl.enabled", "true"}}) == tls);
  BOOST_CHECK(rest_security_of({{"security.ssl.enabled", "true"},
                                {"security.ssl.rest.enabled", "false"}}) == plain);
  BOOST_CHECK(rest_security_of({{"security.ssl.rest.enabled", "true"}}) == tls);
  BOOST_CHECK(rest_security_of({{"security.ssl.rest.enabled", "true"},
                                {"security.ssl.rest.authentication-enabled", "true"}}) == mutual);
  BOOST_CHECK(rest_security_of({{"security.ssl.rest.authentication-enabled", "true"}}) == plain);
}

BOOST_AUTO_TEST_SUITE_END()
