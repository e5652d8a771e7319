#include "runtime/metric_families.hpp"

#include <utility>

namespace drey {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

class family {
public:
  family(std::string name, std::string help) {
    made_.name = std::move(name);
    made_.help = std::move(help);
    made_.type = MetricType::Gauge;
  }
  void add(double value, labels of = {}) {
    ClientMetric one;
    one.label = std::move(of);
    one.gauge.value = value;
    made_.metric.push_back(std::move(one));
  }
  MetricFamily done() { return std::move(made_); }

private:
  MetricFamily made_;
};

MetricFamily single(std::string name, std::string help, double value) {
  family one{std::move(name), std::move(help)};
  one.add(value);
  return one.done();
}

MetricFamily counter(std::string name, std::string help, double value) {
  MetricFamily made{std::move(name), std::move(help), MetricType::Counter, {}};
  made.metric.emplace_back();
  made.metric.back().counter.value = value;
  return made;
}

double number_of(bool holds) { return holds ? 1 : 0; }
double number_of(std::size_t count) { return static_cast<double>(count); }
double seconds_of(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

labels of(const resource_figures& one) {
  return {{"kind", std::string(name_of(one.kind))},
          {"namespace", one.name.ns},
          {"name", one.name.name}};
}

void add_operator(std::vector<MetricFamily>& all, const operator_figures& figures,
                  const rights_known& rights) {
  all.push_back(single("drey_leads", "1: it acts, or observes; 0: it stands by for another",
                       number_of(figures.leads)));
  all.push_back(single("drey_observes", "1: it only observes and changes nothing",
                       number_of(figures.observes)));
  all.push_back(single("drey_world_known", "1: everything that it watches was listed once",
                       number_of(figures.world_known)));
  all.push_back(single("drey_kinds_unseen", "Kinds that it cannot read now, by namespace",
                       number_of(figures.unseen.size())));
  all.push_back(single("drey_rights_missing", "Rights that it needs and does not have",
                       number_of(rights.missing.size())));
  all.push_back(single("drey_resources_quarantined",
                       "Resources that it stopped acting on after failures of its own",
                       number_of(figures.quarantined)));
  all.push_back(counter("drey_actor_failures_total", "Failures of its own code",
                        static_cast<double>(figures.actor_failures)));
  family brake{"drey_disruptions",
               "Clusters whose changed specs restart jobs, or wait for their turn"};
  brake.add(number_of(figures.brake.under_way), {{"stand", "under_way"}});
  brake.add(number_of(figures.brake.waiting), {{"stand", "waiting"}});
  brake.add(number_of(figures.brake.halted), {{"stand", "halted"}});
  all.push_back(brake.done());
  family rivals{"drey_namespaces_yielded",
                "1: it only observes there, because another operator writes status"};
  for (const auto& [ns, manager] : figures.rivals)
    rivals.add(1, {{"namespace", ns}, {"manager", manager}});
  all.push_back(rivals.done());
  family checks{"drey_preflight_failures",
                "Checks that failed, each cluster's by the first: see its condition Preflight"};
  for (const auto& [check, count] : figures.preflight)
    checks.add(number_of(count), {{"check", check}});
  if (!rights.missing.empty()) checks.add(number_of(rights.missing.size()), {{"check", "Rights"}});
  all.push_back(checks.done());
  family kinds{"drey_resources", "Resources that it looks after"};
  kinds.add(number_of(figures.clusters), {{"kind", "FlinkDeployment"}});
  kinds.add(number_of(figures.jobs), {{"kind", "FlinkSessionJob"}});
  all.push_back(kinds.done());
}

}  // namespace

std::vector<MetricFamily> families_of(const operator_figures& figures, const rights_known& rights,
                                      const std::vector<resource_figures>& resources) {
  std::vector<MetricFamily> all;
  add_operator(all, figures, rights);
  family ready{"drey_resource_ready", "1: its condition Ready is True"};
  family stalled{"drey_resource_stalled", "1: its condition Stalled is True: a person is needed"};
  family degraded{
      "drey_resource_degraded",
      "1: its condition Degraded is True: pods do not start, or jobs did not come back"};
  family paused{"drey_resource_paused", "1: a person paused it"};
  family resting{"drey_resource_resting",
                 "1: a job that does not run and is not to: suspended, or finished"};
  family crowded{"drey_resource_over_committed",
                 "1: nodes or quota have no room for all TaskManagers that it asks for"};
  family contested{"drey_resource_replicas_contested",
                   "1: two managers undo each other's number of TaskManagers"};
  family waiting{"drey_resource_scale_down_waits",
                 "1: TaskManagers that are too many have tasks, and stay"};
  family restart{"drey_resource_last_restart_timestamp_seconds",
                 "When not all of it ran any more, the last time"};
  family down{"drey_resource_last_downtime_seconds", "For how long not all of it ran then"};
  for (const auto& one : resources) {
    ready.add(number_of(one.ready), of(one));
    stalled.add(number_of(one.stalled), of(one));
    degraded.add(number_of(one.degraded), of(one));
    paused.add(number_of(one.paused), of(one));
    resting.add(number_of(one.resting), of(one));
    if (one.kind == object_kind::flink_deployment) {
      crowded.add(number_of(one.over_committed), of(one));
      contested.add(number_of(one.contested), of(one));
      waiting.add(number_of(one.scale_down_waits), of(one));
    }
    if (one.last_restart) restart.add(seconds_of(*one.last_restart), of(one));
    if (one.last_downtime) down.add(seconds_of(*one.last_downtime), of(one));
  }
  for (auto* one : {&ready, &stalled, &degraded, &paused, &resting, &crowded, &contested, &waiting,
                    &restart, &down})
    all.push_back(one->done());
  return all;
}

}  // namespace drey
