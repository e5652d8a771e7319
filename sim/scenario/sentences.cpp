#include <array>

#include "sim/scenario/expectation.hpp"
#include "sim/scenario/span.hpp"
#include "sim/scenario/timeline_event.hpp"

namespace drey::sim {

std::string_view name_of(effect_kind x) {
  constexpr std::array<std::string_view, 6> names{"effect", "submit", "savepoint",
                                                  "stop",   "create", "status"};
  return names.at(static_cast<std::size_t>(x));
}

std::string_view name_of(crash_moment x) {
  constexpr std::array<std::string_view, 3> names{"at once", "before", "after"};
  return names.at(static_cast<std::size_t>(x));
}

std::string_view name_of(call_fate x) {
  constexpr std::array<std::string_view, 5> names{"refused", "answer_lost", "request_lost",
                                                  "request_late", "rival_write"};
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
  std::string operator()(const silence_kubelet& x) const {
    return "the kubelet of node " + x.node + " falls silent";
  }
  std::string operator()(const wake_kubelet& x) const {
    return "the kubelet of node " + x.node + " works again";
  }
  std::string operator()(const crash_operator& x) const {
    std::string text = "the operator crashes";
    if (x.moment != crash_moment::at_once)
      text += " " + std::string(name_of(x.moment)) + " its next " +
              (x.call ? text_of(*x.call) : std::string(name_of(x.effect)));
    if (x.skip > 0) text += " but " + std::to_string(x.skip);
    return text + ", a new one starts " + text_of_span(x.back_after) + " later";
  }
  std::string operator()(const pause_operator& x) const {
    return "the operator stands still for " + text_of_span(x.length);
  }
  std::string operator()(const apply_object& x) const {
    const auto& wanted = *x.object.wanted;
    return "a person applies " + kind_and_name(kind_of(wanted), drey::name_of(wanted));
  }
  std::string operator()(const patch_object& x) const {
    if (!x.status.empty())
      return "another operator writes into the status of " + kind_and_name(x.kind, x.name) + ": " +
             x.status;
    auto text = "a person patches " + kind_and_name(x.kind, x.name) + " with ";
    if (!x.spec.empty()) text += x.spec;
    if (!x.metadata.empty()) text += (x.spec.empty() ? "metadata " : ", metadata ") + x.metadata;
    return text;
  }
  std::string operator()(const delete_object& x) const {
    return "a person deletes " + kind_and_name(x.kind, x.name);
  }
  std::string operator()(const scale_cluster& x) const {
    return "a person scales " + x.cluster + " to " + counted(x.task_managers, "TaskManager");
  }
  std::string operator()(const autoscale_cluster& x) const {
    return "an autoscaler keeps " + x.cluster + " at " + std::to_string(x.cpu) + " % of CPU with " +
           std::to_string(x.min) + " to " + counted(x.max, "TaskManager");
  }
  std::string operator()(const load_cluster& x) const {
    return "the TaskManagers of " + x.cluster + " use " + std::to_string(x.cpu) +
           " % of CPU together";
  }
  std::string operator()(const request_savepoint& x) const {
    return "a person asks for a savepoint of job " + x.job;
  }
  std::string operator()(const fail_job& x) const { return "job " + x.job + " fails for good"; }
  std::string operator()(const finish_job& x) const { return "job " + x.job + " finishes"; }
  std::string operator()(const poison_job& x) const {
    return "job " + x.job + " takes all memory of a TaskManager " + text_of_span(x.after) +
           " after each start";
  }
  std::string operator()(const press_pod& x) const {
    return "pod " + x.pod + " is evicted by its node for want of resources";
  }
  std::string operator()(const lay_snapshot& x) const {
    return "somebody lays a snapshot of format " + std::to_string(x.format) + " at " + x.path;
  }
  std::string operator()(const cure_job& x) const { return "job " + x.job + " harms nobody more"; }
  std::string operator()(const lose_slots& x) const {
    return "the TaskManager in pod " + x.pod + " loses " + counted(x.count, "slot");
  }
  std::string operator()(const leak_slots& x) const {
    return counted(x.count, "slot") + " of the TaskManager in pod " + x.pod +
           (x.count == 1 ? " is" : " are") + " taken for no job";
  }
  std::string operator()(const cancel_in_flink& x) const {
    return "somebody cancels job " + x.job + " in Flink";
  }
  std::string operator()(const api_outage& x) const {
    return "the API server is out of reach for " + text_of_span(x.length);
  }
  std::string operator()(const compact_history&) const {
    return "the API server forgets its history";
  }
  std::string operator()(const evict_job_manager& x) const {
    return "the JobManager's pod of " + x.cluster + " is evicted";
  }
  std::string operator()(const hold_pod& x) const { return "pod " + x.pod + " cannot be ended"; }
  std::string operator()(const hold_job_manager& x) const {
    return "the JobManager's pod of " + x.cluster + " cannot be ended";
  }
  std::string operator()(const release_pods&) const {
    return "pods that could not be ended end at last";
  }
  std::string operator()(const image_missing& x) const {
    return "image " + x.image + " cannot be pulled";
  }
  std::string operator()(const image_back& x) const {
    return "image " + x.image + " can be pulled again";
  }
  std::string operator()(const config_missing& x) const {
    return "Secret " + x.config + " is missing";
  }
  std::string operator()(const config_back& x) const { return "Secret " + x.config + " is there"; }
  std::string operator()(const begin_crash_loop& x) const {
    return "what runs in pods of " + x.in + " dies " + text_of_span(x.after) + " after each start" +
           (x.out_of_memory ? ", out of memory" : "");
  }
  std::string operator()(const end_crash_loops&) const { return "nothing dies any more"; }
  std::string operator()(const limit_pods& x) const {
    return "a quota allows " + counted(x.pods, "pod") + " in " + x.ns;
  }
  std::string operator()(const lift_limit& x) const { return "no quota limits " + x.ns; }
  std::string operator()(const run_other_operator& x) const {
    return "another operator writes status in " + x.ns + " every " + text_of_span(x.every) +
           ", for " + text_of_span(x.length);
  }
  std::string operator()(const set_ordinals& x) const {
    return "other API servers: ordinals of StatefulSets are " + std::string(name_of(x.fate));
  }
  std::string operator()(const cordon_node& x) const { return "a person cordons node " + x.node; }
  std::string operator()(const uncordon_node& x) const {
    return "a person uncordons node " + x.node;
  }
  std::string operator()(const drain_node& x) const { return "a person drains node " + x.node; }
  std::string operator()(const set_budget& x) const {
    return "a person applies budget " + x.budget + " for pods with " + x.selector + ": " +
           std::string(name_of(x.bound)) + " " + std::to_string(x.pods);
  }
  std::string operator()(const lift_budget& x) const {
    return "a person deletes budget " + x.budget;
  }
  std::string operator()(const deny_kind& x) const {
    return "a webhook denies every " + std::string(drey::name_of(x.kind));
  }
  std::string operator()(const allow_kind& x) const {
    return "no webhook denies a " + std::string(drey::name_of(x.kind));
  }
  std::string operator()(const hinder_calls& x) const {
    auto text = "calls `" + text_of(x.calls) + "` meet " +
                std::string(x.fate == call_fate::refused ? drey::name_of(x.why) : name_of(x.fate));
    return text +
           (x.times > 0 ? ", " + counted(x.times, "time") : " for " + text_of_span(x.length));
  }
  std::string operator()(const hold_watch& x) const {
    return "news of " + std::string(drey::name_of(x.kind)) + "s arrives only after " +
           text_of_span(x.length);
  }
  std::string operator()(const break_watch& x) const {
    return "watches of " + std::string(drey::name_of(x.kind)) + "s fall silent";
  }
  std::string operator()(const old_lists& x) const {
    return "lists of " + std::string(drey::name_of(x.kind)) + "s are those of " +
           text_of_span(x.from) + " for " + text_of_span(x.length);
  }
  std::string operator()(const hang_rest& x) const {
    return "REST of " + x.cluster + " does not answer for " + text_of_span(x.length);
  }
  std::string operator()(const kill_rest& x) const {
    return "REST of " + x.cluster + " answers nobody any more, while its JobManager works on";
  }
  std::string operator()(const submit_foreign& x) const {
    return "somebody submits job " + x.job + " to " + x.cluster + " by REST";
  }
  std::string operator()(const block_checkpoints& x) const {
    return "no checkpoint of job " + x.job + " completes any more";
  }
  std::string operator()(const open_checkpoints& x) const {
    return "checkpoints of job " + x.job + " complete again";
  }
};

std::string text_of(const bounds& x) {
  std::string text;
  if (x.min) text += " at least " + counted(*x.min, "time");
  if (x.min && x.max) text += " and";
  if (x.max) text += " at most " + counted(*x.max, "time");
  return text;
}

std::string text_of(const window& x) {
  std::string text;
  if (x.since) text += " since " + text_of_span(*x.since);
  if (x.until) text += " until " + text_of_span(*x.until);
  return text;
}

struct expectation_teller {
  std::string operator()(const job_in_state& x) const {
    return "job " + x.job + " is " + x.state +
           (x.parallelism ? " with parallelism " + std::to_string(*x.parallelism) : "");
  }
  std::string operator()(const cluster_has& x) const {
    std::string text = "cluster " + x.cluster + " has ";
    if (x.task_managers) text += counted(*x.task_managers, "TaskManager");
    if (x.task_managers && x.slots) text += " and ";
    if (x.slots) text += counted(*x.slots, "slot");
    return text;
  }
  std::string operator()(const job_restored& x) const {
    return "job " + x.job + " was restored" + text_of(bounds{x.times_min, x.times_max});
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
  std::string operator()(const resource_there& x) const {
    return kind_and_name(x.kind, x.name) + " is there";
  }
  std::string operator()(const operator_called& x) const {
    return "the operator calls `" + text_of(x.calls) + "`" + text_of(x.times) + text_of(x.when);
  }
  std::string operator()(const operator_made& x) const {
    return "the operator makes " + kind_and_name(x.kind, x.name) + text_of(x.times) +
           text_of(x.when);
  }
  std::string operator()(const job_submitted& x) const {
    return "job " + x.job + " is submitted" + text_of(x.times) + text_of(x.when);
  }
  std::string operator()(const pods_kept& x) const {
    return "no " + x.component + (x.component.empty() ? "pod" : "'s pod") + " of " + x.cluster +
           " is made, restarted or deleted" + text_of(x.when);
  }
  std::string operator()(const status_says& x) const {
    return "status." + x.path + " of " + kind_and_name(x.kind, x.name) +
           (x.how == status_says::match::whole ? " is \"" : " has \"") + x.text + "\"";
  }
};

}  // namespace

std::string sentence_of(const timeline_action& action) {
  return std::visit(action_teller{}, action);
}

std::string sentence_of(const expected& x) { return std::visit(expectation_teller{}, x); }

std::string sentence_of(const expectation& x) {
  auto text = sentence_of(x.what);
  return x.by ? text + " by " + text_of_span(*x.by) : text;
}

}  // namespace drey::sim
