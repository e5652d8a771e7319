// The dashboard and the alerts of configs/monitoring speak of metrics and labels that the operator
// really has, and every alert says what to do.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "protocol/yaml_tree.hpp"
#include "runtime/metric_families.hpp"
#include "runtime/step_log.hpp"

using namespace drey;

namespace {

using nlohmann::json;

std::string content_of(const std::string& file) {
  std::ifstream in{std::string{DREY_SOURCE_DIR} + "/configs/monitoring/" + file};
  std::stringstream text;
  text << in.rdbuf();
  BOOST_REQUIRE_MESSAGE(!text.str().empty(), file);
  return text.str();
}

resource_figures job_that_restarted() {
  resource_figures one;
  one.kind = object_kind::flink_session_job;
  one.name = {"flink", "orders"};
  one.ready = true;
  one.last_restart = milliseconds{1'700'000'000'500};
  one.last_downtime = milliseconds{2500};
  return one;
}

resource_figures cluster_without_room() {
  resource_figures one;
  one.name = {"flink", "session"};
  one.over_committed = true;
  return one;
}

using metric_labels = std::map<std::string, std::set<std::string>>;

metric_labels made_once() {
  prometheus::Registry registry;
  step_log log{registry};
  const object_name subject{"flink", "orders"};
  log.stepped({"job", &subject, "a", "fact", "b", [] { return std::string{}; },
               [] { return std::string{}; }, [] { return std::vector<std::string>{}; }});
  log.withheld({"apply", "Deployment", "flink/session", ""});
  auto families = registry.Collect();
  operator_figures figures;
  figures.preflight["Slots"] = 1;
  figures.rivals["flink"] = "fabric8-kubernetes-client";
  for (auto& one : families_of(figures, {}, {job_that_restarted(), cluster_without_room()}))
    families.push_back(std::move(one));
  metric_labels all;
  for (const auto& one : families)
    for (const auto& metric : one.metric) {
      auto& labels = all[one.name];
      for (const auto& label : metric.label) labels.insert(label.name);
    }
  return all;
}

/// Everything that a scrape of the operator may hold: metric → labels.
const metric_labels& exposed() {
  static const metric_labels all = made_once();
  return all;
}

std::set<std::string> names_in(const std::string& text) {
  static const std::regex name{"drey_[a-z_]+"};
  std::set<std::string> all;
  for (std::sregex_iterator at{text.begin(), text.end(), name}, end; at != end; ++at)
    all.insert(at->str());
  return all;
}

/// The labels that a text takes of each metric: "metric{label=…" and "{{ label }}" of its legend.
void check_labels(const std::string& expression, const std::string& words) {
  const auto& known = exposed();
  static const std::regex matcher{R"((drey_[a-z_]+)\{([a-z]+)=)"};
  for (std::sregex_iterator at{expression.begin(), expression.end(), matcher}, end; at != end; ++at)
    BOOST_TEST(known.at((*at)[1]).contains((*at)[2]), at->str());
  std::set<std::string> labels{"instance"};  // Prometheus' own
  for (const auto& name : names_in(expression))
    labels.insert(known.at(name).begin(), known.at(name).end());
  static const std::regex word{R"(\{\{ ?(?:\$labels\.)?([a-z]+) ?\}\})"};
  for (std::sregex_iterator at{words.begin(), words.end(), word}, end; at != end; ++at)
    BOOST_TEST(labels.contains((*at)[1]), at->str() << " of " << expression);
}

json alerts() {
  field_errors errors;
  const auto tree = yaml_tree::parse(content_of("alerts.yaml"), errors);
  BOOST_REQUIRE(errors.empty());
  json all = json::array();
  const auto read = json::parse(tree.json_of(tree.documents().front()));
  for (const auto& group : read["groups"])
    for (const auto& rule : group["rules"]) all.push_back(rule);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(monitoring_suite)

BOOST_AUTO_TEST_CASE(every_metric_that_is_asked_for_is_exposed_and_the_other_way_round) {
  const auto& known = exposed();
  std::set<std::string> asked;
  for (const auto* file : {"alerts.yaml", "dashboard.json"})
    for (const auto& name : names_in(content_of(file))) {
      BOOST_TEST(known.contains(name), file << ": " << name);
      asked.insert(name);
    }
  for (const auto& [name, labels] : known) BOOST_TEST(asked.contains(name), name);
}

BOOST_AUTO_TEST_CASE(of_taskmanagers_clusters_alone_tell) {
  auto contested = cluster_without_room();
  contested.over_committed = false;
  contested.contested = contested.scale_down_waits = true;
  std::string told;
  for (const auto& family :
       families_of({}, {}, {job_that_restarted(), cluster_without_room(), contested}))
    if (family.name.ends_with("_over_committed") || family.name.ends_with("_contested") ||
        family.name.ends_with("_waits"))
      for (const auto& one : family.metric)
        told += family.name.substr(sizeof("drey_resource")) + "=" +
                std::to_string(static_cast<int>(one.gauge.value)) + " ";
  BOOST_TEST(told ==
             "over_committed=1 over_committed=0 replicas_contested=0 replicas_contested=1 "
             "scale_down_waits=0 scale_down_waits=1 ");
}

BOOST_AUTO_TEST_CASE(labels_are_those_of_their_metrics) {
  for (const auto& rule : alerts()) check_labels(rule["expr"], rule["annotations"].dump());
  const auto dashboard = json::parse(content_of("dashboard.json"));
  BOOST_TEST(dashboard["panels"].size() > 10U);
  for (const auto& panel : dashboard["panels"])
    for (const auto& target : panel["targets"])
      check_labels(target["expr"], target["legendFormat"]);
}

BOOST_AUTO_TEST_CASE(each_alert_says_what_to_do) {
  std::set<std::string> names;
  for (const auto& rule : alerts()) {
    const auto name = rule["alert"].get<std::string>();
    BOOST_TEST(names.insert(name).second, name);
    for (const auto* key : {"summary", "description", "runbook"})
      BOOST_TEST(rule["annotations"].value(key, "") != "", name << ": " << key);
    BOOST_TEST(rule["labels"].value("severity", "") != "", name);
    const auto runbook = rule["annotations"].value("runbook", "");
    BOOST_TEST((runbook.find("drey-operator why") != std::string::npos ||
                runbook.find("drey-operator preflight") != std::string::npos),
               name << ": " << runbook);
  }
  BOOST_TEST(names.size() > 5U);
}

BOOST_AUTO_TEST_CASE(figures_are_told_as_they_are) {
  std::map<std::string, double> told;
  operator_figures figures;
  figures.leads = true;
  figures.clusters = 3;
  figures.actor_failures = 2;
  for (const auto& one : families_of(figures, {true, "", {"list pods"}}, {job_that_restarted()}))
    told[one.name] = one.metric.empty() ? -1
                     : one.type == prometheus::MetricType::Counter
                         ? one.metric.front().counter.value
                         : one.metric.front().gauge.value;
  BOOST_TEST(told.at("drey_leads") == 1);
  BOOST_TEST(told.at("drey_observes") == 0);
  BOOST_TEST(told.at("drey_resources") == 3);
  BOOST_TEST(told.at("drey_rights_missing") == 1);
  BOOST_TEST(told.at("drey_actor_failures_total") == 2);
  BOOST_TEST(told.at("drey_resource_ready") == 1);
  BOOST_TEST(told.at("drey_resource_stalled") == 0);
  BOOST_TEST(told.at("drey_resource_degraded") == 0);
  BOOST_TEST(told.at("drey_resource_last_restart_timestamp_seconds") == 1'700'000'000.5);
  BOOST_TEST(told.at("drey_resource_last_downtime_seconds") == 2.5);
}

BOOST_AUTO_TEST_SUITE_END()
