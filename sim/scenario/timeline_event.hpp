/// What a scenario does to the world at a given time: one small struct per action. The world
/// performs them; this page only says what they mean.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "protocol/describe.hpp"
#include "protocol/kube_call.hpp"
#include "sim/kubernetes/settings.hpp"
#include "sim/scenario/call_pattern.hpp"
#include "sim/scenario/node_events.hpp"

namespace drey::sim {

// ── pods and processes ──────────────────────────────────────────────────────────────────────────

/// Somebody asks for its eviction by the Eviction API, which a budget may refuse.
struct evict_pod {
  object_name pod;
  static constexpr auto names = fields("pod");
};
/// Its node lacks memory or disk: the kubelet evicts it, and its object stays as Failed.
struct press_pod {
  object_name pod;
  static constexpr auto names = fields("pod");
};
/// Somebody deletes the pod (an ordinary, graceful deletion).
struct delete_pod {
  object_name pod;
  static constexpr auto names = fields("pod");
};
/// The JobManager's process of a cluster dies; its pod stays and restarts the container.
struct crash_job_manager {
  object_name cluster;
  static constexpr auto names = fields("cluster");
};
/// The same of the JobManager's pod, whatever its name.
struct evict_job_manager {
  object_name cluster;
  static constexpr auto names = fields("cluster");
};
/// The process in the pod hears nothing that is sent to it: deleted, it stays until released.
struct hold_pod {
  object_name pod;
  static constexpr auto names = fields("pod");
};
/// The same of the JobManager's pod.
struct hold_job_manager {
  object_name cluster;
  static constexpr auto names = fields("cluster");
};
/// All pods that were held.
struct release_pods {
  static constexpr auto names = fields();
};
/// Pods that name this image cannot be started from now on (containers that ran before can).
struct image_missing {
  std::string image;
  static constexpr auto names = fields("image");
};
struct image_back {
  std::string image;
  static constexpr auto names = fields("image");
};
/// Containers whose pods name this Secret cannot be made from now on.
struct config_missing {
  std::string config;
  static constexpr auto names = fields("config");
};
struct config_back {
  std::string config;
  static constexpr auto names = fields("config");
};
/// Containers die `after` each of their starts. `in`: a word of their pods' specs (an image), or
/// the beginning of their pods' names.
struct begin_crash_loop {
  std::string in;
  milliseconds after{0};
  bool out_of_memory = false;  ///< else by a signal
  static constexpr auto names = fields("in", "after", "out_of_memory");
};
/// All of them are over.
struct end_crash_loops {
  static constexpr auto names = fields();
};
/// A TaskManager's process dies; its pod stays and restarts the container.
struct crash_task_manager {
  object_name pod;
  static constexpr auto names = fields("pod");
};

// ── the operator ────────────────────────────────────────────────────────────────────────────────

/// The call at which the operator is to die.
enum class effect_kind {
  any,        ///< any mutating call of Kubernetes or Flink
  submit,     ///< POST /jars/:id/run
  savepoint,  ///< POST /jobs/:id/savepoints
  stop,       ///< POST /jobs/:id/stop
  create,     ///< creation or apply of a Kubernetes object
  status,     ///< write of a status
};
/// At once, or before or after the next effect from this time on: `before` it never leaves the
/// operator, `after` it takes effect and its answer is never read.
enum class crash_moment { at_once, before, after };

/// The process dies; a new one starts `back_after` later.
struct crash_operator {
  crash_moment moment = crash_moment::at_once;
  effect_kind effect = effect_kind::any;
  milliseconds back_after{5'000};
  std::int32_t skip = 0;             ///< so many of these effects pass unharmed
  std::optional<call_pattern> call;  ///< which effect exactly; absent: `effect` says it
  static constexpr auto names = fields("moment", "effect", "back_after", "skip", "call");
};
/// The process stands still for `length`, then goes on as if nothing had been.
struct pause_operator {
  milliseconds length{0};
  static constexpr auto names = fields("length");
};

// ── what becomes of the operator's calls, and what it sees ─────────────────────────────────────

enum class call_fate {
  refused,       ///< not applied, and said so
  answer_lost,   ///< applied; the operator gives up waiting
  request_lost,  ///< not applied; the operator gives up waiting
  request_late,  ///< applied long after the operator has given up waiting
  rival_write,   ///< somebody else writes the primary just before
};
/// The next calls that fit end so.
struct hinder_calls {
  call_pattern calls;
  call_fate fate = call_fate::refused;
  refusal_reason why = refusal_reason::unavailable;  ///< of `refused`
  std::int32_t times = 0;                            ///< 0: all within `length`
  milliseconds length{0};                            ///< 0: until `times` are used up
  static constexpr auto names = fields("calls", "fate", "why", "times", "length");
};
/// What watches of this kind have to tell arrives only when `length` is over, in order.
struct hold_watch {
  object_kind kind = object_kind::flink_deployment;
  milliseconds length{0};
  static constexpr auto names = fields("kind", "length");
};
/// The streams of this kind end, and nobody says so: it is noticed 90 s later.
struct break_watch {
  object_kind kind = object_kind::flink_deployment;
  static constexpr auto names = fields("kind");
};
/// For `length`, lists of this kind are answered as at `from` (by an API server that stands still),
/// and its watches tell nothing.
struct old_lists {
  object_kind kind = object_kind::flink_deployment;
  milliseconds from{0};  ///< since the start of the run
  milliseconds length{0};
  static constexpr auto names = fields("kind", "from", "length");
};

// ── people ──────────────────────────────────────────────────────────────────────────────────────

/// An object as a person gave it.
struct given_object {
  object_ptr wanted;
  friend void describe(std::string& out, const given_object& x) {
    out += x.wanted ? text_of_name(drey::name_of(*x.wanted)) : "-";
  }
};
/// `kubectl apply` of one object.
struct apply_object {
  given_object object;
  static constexpr auto names = fields("object");
};
/// `kubectl patch --type merge`: both are JSON objects, the merge patches of the spec (of a
/// primary) and of labels, annotations, finalizers and owners; empty: left as it is. With a status
/// it is another operator that writes, and that alone.
struct patch_object {
  object_kind kind = object_kind::flink_deployment;
  object_name name;
  json_text spec;
  json_text metadata;
  json_text status;
  static constexpr auto names = fields("kind", "name", "spec", "metadata", "status");
};
/// `kubectl delete`.
struct delete_object {
  object_kind kind = object_kind::flink_deployment;
  object_name name;
  static constexpr auto names = fields("kind", "name");
};
/// The scale subresource of a FlinkDeployment.
struct scale_cluster {
  object_name cluster;
  std::int32_t task_managers = 0;
  static constexpr auto names = fields("cluster", "task_managers");
};
/// A HorizontalPodAutoscaler for a FlinkDeployment, by the average CPU of its TaskManagers.
struct autoscale_cluster {
  object_name cluster;
  std::int32_t min = 1;
  std::int32_t max = 1;
  std::int32_t cpu = 50;             ///< percent that it aims at
  milliseconds down_after{300'000};  ///< its stabilisation window
  static constexpr auto names = fields("cluster", "min", "max", "cpu", "down_after");
};
/// From now on its TaskManagers together use so much CPU, in percent of what one asks for.
struct load_cluster {
  object_name cluster;
  std::int32_t cpu = 0;
  static constexpr auto names = fields("cluster", "cpu");
};
/// Bumps `spec.job.savepointTriggerNonce` of a FlinkSessionJob.
struct request_savepoint {
  object_name job;
  static constexpr auto names = fields("job");
};

/// Another operator looks after the same resources of a namespace for `length`: at every look it
/// writes the status of each, as Apache's does.
struct run_other_operator {
  std::string ns;
  milliseconds every{30'000};
  milliseconds length{0};
  static constexpr auto names = fields("ns", "every", "length");
};

// ── Flink and the API server ────────────────────────────────────────────────────────────────────

/// Every call of this cluster's REST API times out, not applied, for `length`.
struct hang_rest {
  object_name cluster;
  milliseconds length{0};
  static constexpr auto names = fields("cluster", "length");
};
/// The leading JobManager's REST API answers nobody any more, its kubelet included; the process
/// works on until it is ended.
struct kill_rest {
  object_name cluster;
  static constexpr auto names = fields("cluster");
};
/// Somebody submits a job by REST that no resource declares; it is called by `job`.
struct submit_foreign {
  object_name cluster;
  object_name job;
  static constexpr auto names = fields("cluster", "job");
};
/// The job's code throws beyond what its restart strategy bears: Flink reports FAILED.
struct fail_job {
  object_name job;
  static constexpr auto names = fields("job");
};
/// A TaskManager that the job runs on is killed for want of memory, `after` each start of its
/// tasks.
struct poison_job {
  object_name job;
  milliseconds after{0};
  static constexpr auto names = fields("job", "after");
};
struct cure_job {
  object_name job;
  static constexpr auto names = fields("job");
};
/// Somebody puts a snapshot there, whose `_metadata` is of this version; 0: of something else.
struct lay_snapshot {
  std::string path;
  std::int32_t format = 0;
  static constexpr auto names = fields("path", "format");
};
/// A TaskManager offers so many slots fewer from now on, until its process ends.
struct lose_slots {
  object_name pod;
  std::int32_t count = 0;
  static constexpr auto names = fields("pod", "count");
};
/// So many of its free slots are taken from now on, and no job has them.
struct leak_slots {
  object_name pod;
  std::int32_t count = 0;
  static constexpr auto names = fields("pod", "count");
};
/// The job's sources end: Flink reports FINISHED.
struct finish_job {
  object_name job;
  static constexpr auto names = fields("job");
};
/// Somebody cancels it by Flink's own interface: Flink reports CANCELED.
struct cancel_in_flink {
  object_name job;
  static constexpr auto names = fields("job");
};
/// None of the job's checkpoints completes any more.
struct block_checkpoints {
  object_name job;
  static constexpr auto names = fields("job");
};
struct open_checkpoints {
  object_name job;
  static constexpr auto names = fields("job");
};
/// Nobody reaches the API server for `length`.
struct api_outage {
  milliseconds length{0};
  static constexpr auto names = fields("length");
};
/// A ResourceQuota: at most so many pods in the namespace.
struct limit_pods {
  std::string ns;
  std::int32_t pods = 0;
  static constexpr auto names = fields("ns", "pods");
};
struct lift_limit {
  std::string ns;
  static constexpr auto names = fields("ns");
};
/// An admission webhook denies all writes of this kind.
struct deny_kind {
  object_kind kind = object_kind::pod;
  static constexpr auto names = fields("kind");
};
struct allow_kind {
  object_kind kind = object_kind::pod;
  static constexpr auto names = fields("kind");
};
/// The API servers are replaced by others, which treat `spec.ordinals` of StatefulSets so.
struct set_ordinals {
  ordinals_fate fate = ordinals_fate::kept;
  static constexpr auto names = fields("fate");
};
/// The API server forgets its history: every watch that resumes is told 410 Gone.
struct compact_history {
  static constexpr auto names = fields();
};

using timeline_action =
    std::variant<evict_pod, delete_pod, crash_job_manager, crash_task_manager, node_down, node_up,
                 cut_node, heal_node, silence_kubelet, wake_kubelet, crash_operator, pause_operator,
                 apply_object, patch_object, delete_object, scale_cluster, request_savepoint,
                 fail_job, finish_job, api_outage, compact_history, evict_job_manager, hold_pod,
                 hold_job_manager, release_pods, image_missing, image_back, hinder_calls,
                 hold_watch, break_watch, old_lists, hang_rest, kill_rest, submit_foreign,
                 block_checkpoints, open_checkpoints, autoscale_cluster, load_cluster,
                 config_missing, config_back, begin_crash_loop, end_crash_loops, limit_pods,
                 lift_limit, deny_kind, allow_kind, cancel_in_flink, poison_job, cure_job,
                 run_other_operator, set_ordinals, lose_slots, leak_slots, cordon_node,
                 uncordon_node, drain_node, set_budget, lift_budget, press_pod, lay_snapshot>;

struct timeline_event {
  milliseconds at{0};  ///< since the start of the run
  timeline_action action;
  int line = 0;  ///< of the scenario's file, for messages
};

std::string_view name_of(effect_kind);
std::string_view name_of(crash_moment);
std::string_view name_of(call_fate);

/// What the action does, in plain words: "pod flink/session-taskmanager-2 is evicted".
std::string sentence_of(const timeline_action& action);

}  // namespace drey::sim
