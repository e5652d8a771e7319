#include <array>

#include "sim/scenario/expectation.hpp"
#include "sim/scenario/span.hpp"
#include "sim/scenario/timeline_event.hpp"

namespace drey::sim {

std::string_view name_of(effect_kind x) {
  constexpr std::array<std::string_view, 5> names{"effect", "submit", "savepoint", "create",
                                                  "status"};
  return names.at(static_cast<std::size_t>(x));
}

std::string_view name_of(crash_moment x) {
  constexpr std::array<std::string_view, 3> names{"at once", "before", "after"};
  return names.at(static_cast<std::size_t>(x));
}

namespace {

std::string operator+(std::string text, const object_name& name) {
  return std::move(text) + text_of_name(name);
}

std::string kind_and_name(object_kind kind, const object_name& name) {
  return std::string(drey::name_of(kind)) + " " + text_of_name(name);
}

std::string counted(std::int32_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

struct action_teller {
  std::string operator()(const evict_pod& x) const { return "pod " + x.pod + " is evicted"; }
  std::string operator()(const delete_pod& x) const { return "pod " + x.pod + " is deleted"; }
  std::string operator()(const crash_job_manager& x) const {
    return "the JobManager of " + x.cluster + " crashes";
  }
  std::string operator()(const crash_task_manager& x) const {
    return "the TaskManager in pod " + x.pod + " crashes";
  }
  std::string operator()(const node_down& x) const { return "node " + x.node + " loses power"; }
  std::string operator()(const node_up& x) const { return "node " + x.node + " is back"; }
  std::string operator()(const cut_node& x) const {
    return "node " + x.node + " is cut off from the network";
  }
  std::string operator()(const heal_node& x) const {
    return "node " + x.node + " reaches the network again";
  }
  std::string operator()(const crash_operator& x) const {
    std::string text = "the operator crashes";
    if (x.moment != crash_moment::at_once)
      text += " " + std::string(name_of(x.moment)) + " its next " + std::string(name_of(x.effect));
    return text + ", a new one starts " + text_of_span(x.back_after) + " later";
  }
  std::string operator()(const pause_operator& x) const {
    return "the operator stands still for " + text_of_span(x.length);
  }
  std::string operator()(const apply_object& x) const {
    const auto& wanted = *x.object.wanted;
    return "a person applies " + kind_and_name(kind_of(wanted), drey::name_of(wanted));
  }
  std::string operator()(const patch_spec& x) const {
    return "a person patches " + kind_and_name(x.kind, x.name) + " with " + x.spec;
  }
  std::string operator()(const delete_object& x) const {
    return "a person deletes " + kind_and_name(x.kind, x.name);
  }
  std::string operator()(const scale_cluster& x) const {
    return "a person scales " + x.cluster + " to " + counted(x.task_managers, "TaskManager");
  }
  std::string operator()(const request_savepoint& x) const {
    return "a person asks for a savepoint of job " + x.job;
  }
  std::string operator()(const fail_job& x) const { return "job " + x.job + " fails for good"; }
  std::string operator()(const finish_job& x) const { return "job " + x.job + " finishes"; }
  std::string operator()(const api_outage& x) const {
    return "the API server is out of reach for " + text_of_span(x.length);
  }
  std::string operator()(const compact_history&) const {
    return "the API server forgets its history";
  }
};

struct expectation_teller {
  std::string operator()(const job_in_state& x) const { return "job " + x.job + " is " + x.state; }
  std::string operator()(const cluster_has& x) const {
    std::string text = "cluster " + x.cluster + " has ";
    if (x.task_managers) text += counted(*x.task_managers, "TaskManager");
    if (x.task_managers && x.slots) text += " and ";
    if (x.slots) text += counted(*x.slots, "slot");
    return text;
  }
  std::string operator()(const job_restored& x) const {
    std::string text = "job " + x.job + " was restored";
    if (x.times_min) text += " at least " + counted(*x.times_min, "time");
    if (x.times_min && x.times_max) text += " and";
    if (x.times_max) text += " at most " + counted(*x.times_max, "time");
    return text;
  }
  std::string operator()(const no_state_lost& x) const {
    return x.job ? "no state of job " + *x.job + " is lost" : "no state of any job is lost";
  }
  std::string operator()(const savepoint_completed& x) const {
    return "a savepoint of job " + x.job + " is complete";
  }
  std::string operator()(const resource_gone& x) const {
    return kind_and_name(x.kind, x.name) + " is gone";
  }
  std::string operator()(const quiet_for& x) const {
    return "the operator changes nothing in the last " + text_of_span(x.length);
  }
};

}  // namespace

std::string sentence_of(const timeline_action& action) {
  return std::visit(action_teller{}, action);
}

std::string sentence_of(const expectation& x) {
  auto text = std::visit(expectation_teller{}, x.what);
  return x.by ? text + " by " + text_of_span(*x.by) : text;
}

}  // namespace drey::sim
