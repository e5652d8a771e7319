/// The network between the operator and everything else: latency, loss, lateness, garbage, broken
/// streams; and the points at which the operator can be made to die. One instance for the world;
/// every call names the process that made it, and nothing of a dead process gets anywhere. Calls of
/// Kubernetes and Flink travel typed or as HTTP (wire_forms.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/flink_call.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/storage_call.hpp"
#include "sim/choices.hpp"
#include "sim/faults.hpp"
#include "sim/flink/flink.hpp"
#include "sim/kubernetes/kubernetes.hpp"
#include "sim/scenario/timeline_event.hpp"
#include "sim/storage/storage.hpp"
#include "sim/timeline.hpp"
#include "sim/world/directed_faults.hpp"
#include "sim/world/wire_forms.hpp"

namespace drey::sim {

/// A process of the operator, as the network knows it.
struct caller {
  std::uint32_t process = 0;
  std::string identity;
};

/// One mutating call of the operator at the moment of its arrival; for the checkers. `before`: not
/// yet applied.
struct arrival {
  const caller* who = nullptr;
  const kube_body* kube = nullptr;  ///< one of the two is set
  const flink_body* flink = nullptr;
  const flink_endpoint* endpoint = nullptr;
};
struct settled {
  const caller* who = nullptr;
  const flink_body* flink = nullptr;
  const flink_answer* answer = nullptr;  ///< what the operator was told
};

/// Which effects there were, to make the operator die at each of them in turn.
struct crash_plan {
  crash_moment moment = crash_moment::at_once;
  effect_kind effect = effect_kind::any;
  std::uint64_t skip = 0;  ///< so many of these effects pass unharmed
  milliseconds back_after{5'000};
  std::optional<call_pattern> call = std::nullopt;  ///< which of them exactly
};

class fabric {
public:
  struct listeners {
    std::function<void(const arrival&)> leaves;   ///< a mutating call goes out
    std::function<void(const arrival&)> arrives;  ///< it is about to be applied
    std::function<void(const settled&)> answered;
    /// A process must die now; a new one comes so much later.
    std::function<void(std::uint32_t process, milliseconds back_after)> kill;
    std::function<void(const std::string& line)> trace;  ///< empty: not wanted
    std::function<void(std::string_view fault)> fault;   ///< one was injected
    /// Any call leaves the operator, reads too; empty: not wanted.
    std::function<void(const operator_call&)> called = {};
    /// A process is about to read an object.
    std::function<void(std::uint32_t process, const object& live)> shown = {};
  };

  fabric(timeline& time, choices& chance, const fault_profile& faults, kubernetes& kube,
         flink& jobs, storage& files, wire_form form, listeners told);

  void kube(const caller& who, kube_body body, const std::function<void(kube_answer)>& answer);
  void flink_rest(const caller& who, const flink_endpoint& to, flink_body body,
                  const std::function<void(flink_answer)>& answer);
  void store(const caller& who, storage_request body, std::function<void(storage_answer)> answer);
  void watch(const caller& who, kube_watch wanted, const std::function<void(watch_event)>& event,
             const std::function<void(watch_ended)>& ended);
  void unwatch(const caller& who, std::uint32_t id);

  /// From now on nothing of this process arrives, and nothing comes back to it.
  void cut_off(std::uint32_t process);
  /// The next effect that fits kills its process.
  void plan_crash(crash_plan plan) {
    crash_ = std::move(plan);
    crash_armed_ = true;
  }
  void stop_faults() {
    calm_ = true;
    directed_.stop();
  }
  directed_faults& directed() { return directed_; }
  /// The planned crash has not come yet.
  bool awaits_crash() const { return crash_armed_; }
  /// All streams of this kind end silently.
  void break_watches(object_kind kind);

  std::uint64_t calls() const { return calls_; }
  std::uint64_t effects() const { return effects_; }
  std::int64_t faults_injected() const { return faults_injected_; }

private:
  /// After this a client gives a call up.
  static constexpr milliseconds call_patience{10'000};
  /// A stream that has been silent for so long is over.
  static constexpr milliseconds silence_max{90'000};
  static refusal given_up() { return {refusal_reason::unknown_outcome, "no answer in time", {}}; }

  enum class fate {
    delivered,
    unavailable,
    throttled,
    lost,
    answer_lost,
    late,
    garbled,
    refused,  ///< as the scenario says
    beaten,   ///< somebody else writes first
  };
  struct course {
    fate what = fate::delivered;
    refusal why = {};          ///< of `refused`
    milliseconds lateness{0};  ///< of `late`
  };
  /// Whether the planned crash is meant for a call.
  enum class aim { hit, missed };

  struct open_watch {
    std::uint32_t process = 0;
    kube_watch wanted;
    watch_handle handle = 0;
    milliseconds last_due{0};
    bool broken = false;
    std::function<void(watch_event)> event;
    std::function<void(watch_ended)> ended;
  };

  bool is_cut(std::uint32_t process) const;
  bool one_in(std::string_view site, std::uint32_t per_mille);
  fate kube_fate(bool mutating);
  fate flink_fate(bool mutating);
  std::optional<course> directed_course(const operator_call& call);
  course kube_course(const kube_body& body);
  course flink_course(const flink_body& body);
  aim aimed_at(effect_kind what, const operator_call& call) const;
  /// False: the process dies before its call leaves it.
  bool leaves(const caller& who, aim at);
  void took_effect(const caller& who, aim at);
  void show(const caller& who, const std::string& what) const;
  kube_answer arrive(const caller& who, const kube_body& asked);
  kube_answer perform(const caller& who, const kube_body& body);
  kube_answer answered(const kube_body& body, const caller& who);
  void show_objects(std::uint32_t process, const kube_answer& answer) const;
  /// What the operator reads of an answer.
  kube_answer read(const kube_body& asked, const kube_answer& answer) const;
  flink_answer read(const flink_body& asked, const flink_answer& answer) const;
  void arrive(const caller& who, const flink_endpoint& to, const flink_body& asked,
              std::function<void(flink_answer)> answer);
  void perform(const caller& who, const flink_endpoint& to, const flink_body& body,
               std::function<void(flink_answer)> answer);
  void rival_write(const kube_body& body);
  void pass_on(std::uint64_t key, watch_event event);
  void end_watch(std::uint64_t key, refusal_reason reason, milliseconds wait);
  flink_body with_lineage(flink_body body) const;

  timeline& time_;
  choices& chance_;
  const fault_profile& faults_;
  kubernetes& kube_;
  flink& flink_;
  storage& files_;
  wire_form form_;
  listeners told_;
  directed_faults directed_;
  std::vector<std::uint32_t> cut_;
  std::map<std::uint64_t, open_watch> watches_;  // by (process, id)
  crash_plan crash_;
  bool crash_armed_ = false;
  bool calm_ = false;
  std::uint64_t calls_ = 0;
  std::uint64_t effects_ = 0;
  std::int64_t faults_injected_ = 0;
};

/// Which resource a job id belongs to: ids are derived from the UID and a number. Empty: to nobody.
std::string lineage_of(const kubernetes& kube, const job_id& id);

}  // namespace drey::sim
