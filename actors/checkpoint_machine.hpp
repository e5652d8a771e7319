/// Brings a fresh checkpoint of a job about before its cluster disturbs it by its own choice: it
/// reads which one is the newest, asks Flink for another, and waits until a newer one is complete.
/// Nothing is recorded: a checkpoint too many does no harm. It never moves the job.
#pragma once

#include <string>
#include <variant>

#include "protocol/facts.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// The cluster is about to disturb the job, and says so under a number of its own.
struct checkpoint_wanted {
  ticket order;
  static constexpr auto names = fields("order");
  bool operator==(const checkpoint_wanted&) const = default;
};
/// The newest complete checkpoint; 0: there is none.
struct checkpoint_told {
  ticket request;
  std::int64_t newest = 0;
  static constexpr auto names = fields("request", "newest");
  bool operator==(const checkpoint_told&) const = default;
};

struct look_at_checkpoints {
  ticket request;
  job_id job;
  static constexpr auto names = fields("request", "job");
  bool operator==(const look_at_checkpoints&) const = default;
};
struct ask_checkpoint {
  ticket request;
  job_id job;
  static constexpr auto names = fields("request", "job");
  bool operator==(const ask_checkpoint&) const = default;
};
enum class safety { secured, insecure };
constexpr std::string_view name_of(safety x) {
  return x == safety::secured ? "secured" : "insecure";
}
/// To the cluster, once for each order.
struct report_safety {
  ticket order;
  drey::safety safety = drey::safety::insecure;
  std::string why;  ///< of an insecure one
  static constexpr auto names = fields("order", "safety", "why");
  bool operator==(const report_safety&) const = default;
};

struct checkpoint_policy {
  milliseconds answer_wait{30'000};
  milliseconds poll{250};
  milliseconds patience{limits::savepoint_wait};
  /// One that was asked for may fail, and nobody tells.
  milliseconds ask_again{120'000};
};

struct checkpoint_known {
  moment now;
  job_id running;        ///< the execution whose tasks all run; empty: there is none
  bool trigger = false;  ///< this version of Flink takes a checkpoint when it is asked to
};

struct checkpoint_machine {
  struct idle {
    ticket last;
    static constexpr auto names = fields("last");
    bool operator==(const idle&) const = default;
  };
  /// What an order is about.
  struct quest {
    ticket order;
    job_id job;
    milliseconds since{0};
    static constexpr auto names = fields("order", "job", "since");
    bool operator==(const quest&) const = default;
  };
  /// Which one is the newest before anything is asked for?
  struct comparing {
    ticket request;
    quest what;
    static constexpr auto names = fields("request", "what");
    bool operator==(const comparing&) const = default;
  };
  struct triggering {
    ticket request;
    quest what;
    std::int64_t older = 0;
    static constexpr auto names = fields("request", "what", "older");
    bool operator==(const triggering&) const = default;
  };
  /// Until one is complete that is newer than `older`.
  struct awaiting {
    ticket request;
    quest what;
    std::int64_t older = 0;
    milliseconds asked{0};
    static constexpr auto names = fields("request", "what", "older", "asked");
    bool operator==(const awaiting&) const = default;
  };

  using state = std::variant<idle, comparing, triggering, awaiting>;
  using resting = state_machine::list<idle>;
  using fact = std::variant<picture_changed, checkpoint_wanted, checkpoint_told, trigger_accepted,
                            call_refused, deadline_passed>;
  using command = std::variant<look_at_checkpoints, ask_checkpoint, report_safety, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<comparing, idle> on(const idle&, const checkpoint_wanted&) const;

  to<comparing, idle> on(const comparing&, const picture_changed&) const;
  to<comparing> on(const comparing&, const checkpoint_wanted&) const;
  to<comparing, triggering, awaiting> on(const comparing&, const checkpoint_told&) const;
  to<comparing> on(const comparing&, const call_refused&) const;
  to<comparing, idle> on(const comparing&, const deadline_passed&) const;

  to<triggering, idle> on(const triggering&, const picture_changed&) const;
  to<comparing> on(const triggering&, const checkpoint_wanted&) const;
  to<triggering, awaiting> on(const triggering&, const trigger_accepted&) const;
  to<triggering, comparing, awaiting> on(const triggering&, const call_refused&) const;
  to<triggering, awaiting> on(const triggering&, const deadline_passed&) const;

  to<awaiting, idle> on(const awaiting&, const picture_changed&) const;
  to<comparing> on(const awaiting&, const checkpoint_wanted&) const;
  to<awaiting, idle> on(const awaiting&, const checkpoint_told&) const;
  to<awaiting> on(const awaiting&, const call_refused&) const;
  to<awaiting, comparing, idle> on(const awaiting&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers of requests that were given up.
  using ignores = state_machine::list<
      in<idle, picture_changed, checkpoint_told, trigger_accepted, call_refused, deadline_passed>,
      in<comparing, trigger_accepted>, in<triggering, checkpoint_told>,
      in<awaiting, trigger_accepted>>;

  checkpoint_policy policy{};
  checkpoint_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<checkpoint_machine> state_machine::step(
    const checkpoint_machine&, const checkpoint_machine::state&, const checkpoint_machine::fact&);

}  // namespace drey
