/// Rows of a cluster's Ingress: what it is made of, and when it is made, changed and removed.
#include "actors/ingress.hpp"

#include <nlohmann/json.hpp>

#include "actors/children.hpp"
#include "actors/ingress_machine.hpp"
#include "tests/rows/rows.hpp"

namespace drey::rows {

namespace {

using m = ingress_machine;
using nlohmann::json;
using enum ingress_sight;

constexpr ticket t0{0}, t1{1}, t2{2};
constexpr milliseconds answer_wait{30'000};

enum class asked { yes, no };
m seeing(ingress_sight sight, asked wanted = asked::yes) {
  return {answer_wait, {true, wanted == asked::yes, sight}};
}
m inactive() { return {answer_wait, {false, true, outdated}}; }

const std::vector<m::command> applies{apply_ingress{t1}, set_deadline{t1, answer_wait}};
const std::vector<m::command> removes{remove_ingress{t1}, set_deadline{t1, answer_wait}};
const call_refused denied{t1, refusal_reason::invalid, "no such class"};
const std::string not_accepted = "the Ingress was not accepted: no such class";
const std::string not_removed = "the Ingress was not removed: no such class";
const std::string silent = "the API server did not answer about the Ingress in time";
constexpr milliseconds first_wait{250}, second_wait{500};

const table<m> absent_rows{
    {"the cluster is not there, or not ours to change", inactive(), m::absent{t0},
     surroundings_seen{}, m::absent{t0}},
    {"asked for: made", seeing(none), m::absent{t0}, surroundings_seen{}, m::applying{t1}, applies},
    {"not asked for", seeing(none, asked::no), m::absent{t0}, surroundings_seen{}, m::absent{t0}},
    {"an earlier life made it: adopted", seeing(current), m::absent{t0}, surroundings_seen{},
     m::present{t0}},
    {"an earlier life made it, the spec has lost it", seeing(outdated, asked::no), m::absent{t0},
     surroundings_seen{}, m::removing{t1}, removes},
    {"one that is going is waited for", seeing(going), m::absent{t0}, surroundings_seen{},
     m::absent{t0}},
};

const table<m> present_rows{
    {"nothing has changed", seeing(current), m::present{t0}, surroundings_seen{}, m::present{t0}},
    {"the spec has changed: changed in place", seeing(outdated), m::present{t0},
     surroundings_seen{}, m::applying{t1}, applies},
    {"somebody deleted it: made again", seeing(none), m::present{t0}, surroundings_seen{},
     m::applying{t1}, applies},
    {"the spec has lost it", seeing(outdated, asked::no), m::present{t0}, surroundings_seen{},
     m::removing{t1}, removes},
    {"the cluster is being deleted, and it with the cluster", inactive(), m::present{t0},
     surroundings_seen{}, m::absent{t0}},
};

const table<m> applying_rows{
    {"applied",
     seeing(current),
     m::applying{t1},
     child_applied{t1},
     m::present{t1},
     {announce{"Normal", "Ingress", "The Ingress is as the spec says"}}},
    {"an older answer", seeing(none), m::applying{t2}, child_applied{t1}, m::applying{t2}},
    {"refused: told, and tried again",
     seeing(none),
     m::applying{t1},
     denied,
     m::hindered{t2, 1, not_accepted},
     {announce{"Warning", "IngressFailed", not_accepted}, set_deadline{t2, first_wait}}},
    {"refused again: told once is enough",
     seeing(none),
     m::applying{t1, 2},
     denied,
     m::hindered{t2, 2, not_accepted},
     {set_deadline{t2, second_wait}}},
    {"refused for an older request", seeing(none), m::applying{t2}, denied, m::applying{t2}},
    {"no answer in time",
     seeing(none),
     m::applying{t1},
     deadline_passed{t1},
     m::hindered{t2, 1, silent},
     {announce{"Warning", "IngressFailed", silent}, set_deadline{t2, first_wait}}},
    {"an older clock", seeing(none), m::applying{t2}, deadline_passed{t1}, m::applying{t2}},
};

const table<m> removing_rows{
    {"removed",
     seeing(going, asked::no),
     m::removing{t1},
     ingress_removed{t1},
     m::absent{t1},
     {announce{"Normal", "Ingress", "The Ingress is removed"}}},
    {"an older answer", seeing(going, asked::no), m::removing{t2}, ingress_removed{t1},
     m::removing{t2}},
    {"refused",
     seeing(outdated, asked::no),
     m::removing{t1},
     denied,
     m::hindered{t2, 1, not_removed},
     {announce{"Warning", "IngressFailed", not_removed}, set_deadline{t2, first_wait}}},
    {"refused for an older request", seeing(outdated, asked::no), m::removing{t2}, denied,
     m::removing{t2}},
    {"no answer in time",
     seeing(outdated, asked::no),
     m::removing{t1},
     deadline_passed{t1},
     m::hindered{t2, 1, silent},
     {announce{"Warning", "IngressFailed", silent}, set_deadline{t2, first_wait}}},
    {"an older clock", seeing(outdated, asked::no), m::removing{t2}, deadline_passed{t1},
     m::removing{t2}},
};

const table<m> hindered_rows{
    {"the wait is over: again", seeing(none), m::hindered{t0, 1, "x"}, deadline_passed{t0},
     m::applying{t1, 2}, applies},
    {"an older clock", seeing(none), m::hindered{t2, 1, "x"}, deadline_passed{t1},
     m::hindered{t2, 1, "x"}},
    {"meanwhile the spec has lost it", seeing(outdated, asked::no), m::hindered{t0, 3, "x"},
     deadline_passed{t0}, m::removing{t1, 4}, removes},
    {"the answer was lost, not the request", seeing(current), m::hindered{t0, 1, "x"},
     deadline_passed{t0}, m::present{t0}},
    {"meanwhile the cluster goes", inactive(), m::hindered{t0, 1, "x"}, deadline_passed{t0},
     m::absent{t0}},
};

flink_deployment cluster_with(ingress_spec asked) {
  flink_deployment cluster;
  cluster.metadata.name = "orders";
  cluster.metadata.ns = "team-a";
  cluster.metadata.uid = "uid-1";
  flink_deployment_spec spec;
  spec.flink_version = flink_version::v1_20;
  spec.mode = deployment_mode::standalone;
  spec.ingress = std::move(asked);
  cluster.spec = std::make_shared<const flink_deployment_spec>(std::move(spec));
  return cluster;
}

object_ptr child_of(const ingress_spec& asked) {
  return std::get<cluster_children>(children_of(cluster_with(asked))).ingress;
}

const ingress_spec full{"{{name}}.example.com/{{namespace}}",
                        "nginx",
                        {{"nginx.ingress.kubernetes.io/rewrite-target", "/"}},
                        {{"team", "a"}, {"app", "x"}, {"component", "x"}},
                        R"([{"hosts":["orders.example.com"],"secretName":"cert"}])",
                        {}};

}  // namespace

BOOST_AUTO_TEST_SUITE(ingress_rows)

BOOST_AUTO_TEST_CASE(absent) { absent_rows.hold(); }
BOOST_AUTO_TEST_CASE(present) { present_rows.hold(); }
BOOST_AUTO_TEST_CASE(applying) { applying_rows.hold(); }
BOOST_AUTO_TEST_CASE(removing) { removing_rows.hold(); }
BOOST_AUTO_TEST_CASE(hindered) { hindered_rows.hold(); }
BOOST_AUTO_TEST_CASE(every_edge_has_a_row) { check_every_edge_has_a_row<m>(); }
BOOST_AUTO_TEST_CASE(ignored_facts) { check_ignored_facts_change_nothing(seeing(current)); }

BOOST_AUTO_TEST_CASE(what_it_is_made_of) {
  const auto made = std::get<ingress>(*child_of(full));
  BOOST_TEST(json::parse(made.spec) == json::parse(R"({
    "ingressClassName": "nginx",
    "rules": [{"host": "orders.example.com", "http": {"paths": [{
      "path": "/team-a", "pathType": "ImplementationSpecific",
      "backend": {"service": {"name": "orders-rest", "port": {"number": 8081}}}}]}}],
    "tls": [{"hosts": ["orders.example.com"], "secretName": "cert"}]})"));
  BOOST_TEST(made.metadata.name == "orders");
  BOOST_TEST(made.metadata.ns == "team-a");
  BOOST_TEST(made.metadata.labels.at("team") == "a");
  BOOST_TEST(made.metadata.labels.at("app") == "orders", "ours win");
  BOOST_TEST(made.metadata.labels.at("component") == "ingress", "as with Apache");
  BOOST_TEST(made.metadata.labels.at(std::string(owner_uid_key)) == "uid-1");
  BOOST_TEST(made.metadata.annotations.at("nginx.ingress.kubernetes.io/rewrite-target") == "/");
  BOOST_TEST(made.metadata.owners.empty(), "removed by the finalizer, like the other children");
}

BOOST_AUTO_TEST_CASE(what_is_not_said_is_not_there) {
  const auto spec =
      json::parse(std::get<ingress>(*child_of({"/{{name}}", {}, {}, {}, {}, {}})).spec);
  BOOST_TEST(!spec.contains("tls"));
  BOOST_TEST(!spec.contains("ingressClassName"));
  BOOST_TEST(!spec["rules"][0].contains("host"));
  BOOST_TEST(spec["rules"][0]["http"]["paths"][0]["path"] == "/orders");
  auto without = cluster_with(full);
  auto plain = *without.spec;
  plain.ingress.reset();
  without.spec = std::make_shared<const flink_deployment_spec>(plain);
  BOOST_TEST((std::get<cluster_children>(children_of(without)).ingress == nullptr));
}

BOOST_AUTO_TEST_CASE(every_part_of_it_counts_as_a_change) {
  const auto before = child_of(full);
  BOOST_TEST(is_current(*before, *child_of(full)));
  const auto changes = [&](auto change) {
    auto next = full;
    change(next);
    return !is_current(*before, *child_of(next));
  };
  BOOST_TEST(changes([](ingress_spec& x) { x.url = "other.example.com"; }));
  BOOST_TEST(changes([](ingress_spec& x) { x.class_name = "haproxy"; }));
  BOOST_TEST(changes([](ingress_spec& x) { x.annotations["a"] = "b"; }));
  BOOST_TEST(changes([](ingress_spec& x) { x.labels.erase("team"); }));
  BOOST_TEST(changes([](ingress_spec& x) { x.tls.clear(); }));
}

BOOST_AUTO_TEST_CASE(it_changes_nothing_of_the_cluster) {
  const auto with = std::get<cluster_children>(children_of(cluster_with(full)));
  auto other = full;
  other.url = "other.example.com";
  const auto without = std::get<cluster_children>(children_of(cluster_with(other)));
  for (std::size_t i = 0; i < with.job_manager_side.size(); ++i)
    BOOST_TEST(is_current(*with.job_manager_side[i], *without.job_manager_side[i]));
  BOOST_TEST(is_current(*with.task_manager_set, *without.task_manager_set));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
