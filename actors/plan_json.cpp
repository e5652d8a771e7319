/// The plan as JSON.
#include <nlohmann/json.hpp>

#include "actors/plan_report.hpp"

namespace drey {

namespace {

using json = nlohmann::ordered_json;

template <class T, class Use>
json list_of(const std::vector<T>& all, Use use) {
  auto list = json::array();
  for (const auto& one : all) list.push_back(use(one));
  return list;
}

json json_of_change(const planned_change& x, deployment_mode mode) {
  return {{"path", x.change.path},
          {"what", name_of(x.change.what)},
          {"action", name_of(x.change.action)},
          {"why", row_of(x.change.what).why_in(mode)},
          {"before", x.before},
          {"after", x.after}};
}

json json_of_job(const job_plan& x) {
  json one{{"namespace", x.name.ns},    {"name", x.name.name},
           {"is", name_of(x.is)},       {"course", name_of(x.course)},
           {"restarts", x.restarts},    {"restarts_at_most", x.restarts_most},
           {"outage_seconds", nullptr}, {"blocked_by", x.blocked_by},
           {"cautions", x.cautions},    {"own_action", name_of(x.own_action)},
           {"not_in_place", nullptr}};
  if (!x.not_in_place.empty()) one["not_in_place"] = x.not_in_place;
  if (x.outage)
    one["outage_seconds"] = {{"low", x.outage->low.count()}, {"high", x.outage->high.count()}};
  one["own_changes"] = list_of(x.own_changes, [](const job_change& change) {
    return json{{"path", change.path}, {"action", name_of(change.action)}};
  });
  return one;
}

json json_of_cluster(const cluster_plan& x) {
  json one{{"namespace", x.name.ns},
           {"name", x.name.name},
           {"is", name_of(x.is)},
           {"mode", nullptr},
           {"action", name_of(x.action)},
           {"changes",
            list_of(x.changes,
                    [&](const planned_change& change) { return json_of_change(change, x.mode); })},
           {"cautions", x.cautions},
           {"restarting_pods", {{"job_managers", x.job_managers}, {"task_managers", nullptr}}},
           {"jobs", list_of(x.jobs, json_of_job)}};
  if (x.is != comparison::not_given) one["mode"] = name_of(x.mode);
  if (x.task_managers) one["restarting_pods"]["task_managers"] = *x.task_managers;
  return one;
}

}  // namespace

std::string json_of(const restart_plan& plan) {
  const auto action = action_of(plan);
  const json whole{{"action", name_of(action)},
                   {"exit_code", exit_code_of(action)},
                   {"clusters", list_of(plan.clusters, json_of_cluster)}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace drey
