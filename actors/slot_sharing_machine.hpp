/// Shares the slots of one cluster that its jobs do not need (slot_sharing.hpp): what is wished for
/// must stay so for a while, the job makes a fresh checkpoint, and is told in its cluster's picture
/// with which parallelism it may go on. It stops and starts itself. Nothing is recorded here: what
/// the job takes up is in the job's status.
#pragma once

#include <string>
#include <variant>

#include "actors/cluster_words.hpp"
#include "actors/slot_sharing.hpp"
#include "protocol/limits.hpp"
#include "protocol/state_machine.hpp"

namespace drey {

/// One working job is to make a checkpoint that is newer than this order.
struct secure_job {
  ticket request;
  std::string uid;
  static constexpr auto names = fields("request", "uid");
  bool operator==(const secure_job&) const = default;
};
struct job_secured {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const job_secured&) const = default;
};
struct job_insecure {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const job_insecure&) const = default;
};

struct slot_sharing_policy {
  milliseconds settle_wait{limits::slots_settle_wait};
  milliseconds secure_wait{120'000};
  /// A job that is told takes it up at once, or has a reason not to.
  milliseconds offer_wait{30'000};
  /// One that could not be changed is left alone for so long.
  milliseconds again_wait{300'000};
};

struct slot_sharing_machine {
  /// Every job has what it is to have. `aside`: the one that could not be changed last.
  struct steady {
    ticket last;
    std::string aside;
    static constexpr auto names = fields("last", "aside");
    bool operator==(const steady&) const = default;
  };
  /// What is wished for may be another thing in a moment.
  struct settling {
    ticket request;
    slot_wish wish;
    std::string aside;
    static constexpr auto names = fields("request", "wish", "aside");
    bool operator==(const settling&) const = default;
  };
  /// The job makes a checkpoint, so that its restart costs little.
  struct securing {
    ticket request;
    slot_wish wish;
    std::string aside;
    static constexpr auto names = fields("request", "wish", "aside");
    bool operator==(const securing&) const = default;
  };
  /// The job is told.
  struct offering {
    ticket request;
    slot_wish wish;
    std::string aside;
    static constexpr auto names = fields("request", "wish", "aside");
    bool operator==(const offering&) const = default;
  };
  struct hindered {
    ticket request;
    std::string aside;
    static constexpr auto names = fields("request", "aside");
    bool operator==(const hindered&) const = default;
  };

  using state = std::variant<steady, settling, securing, offering, hindered>;
  using resting = state_machine::list<steady>;
  using fact = std::variant<surroundings_seen, job_secured, job_insecure, deadline_passed>;
  using command = std::variant<secure_job, set_deadline>;
  template <class... Next>
  using to = state_machine::outcome<command, Next...>;

  to<steady, settling> on(const steady&, const surroundings_seen&) const;
  to<settling, steady> on(const settling&, const surroundings_seen&) const;
  to<settling, securing, offering> on(const settling&, const deadline_passed&) const;
  to<securing, steady> on(const securing&, const surroundings_seen&) const;
  to<securing, offering> on(const securing&, const job_secured&) const;
  to<securing, hindered> on(const securing&, const job_insecure&) const;
  to<securing, hindered> on(const securing&, const deadline_passed&) const;
  to<offering, steady> on(const offering&, const surroundings_seen&) const;
  to<offering, hindered> on(const offering&, const deadline_passed&) const;
  to<hindered, steady> on(const hindered&, const deadline_passed&) const;

  template <class State, class... Facts>
  using in = state_machine::in<State, Facts...>;
  /// Answers of orders that were given up; who could not be changed is not looked at for a while.
  using ignores = state_machine::list<in<steady, job_secured, job_insecure, deadline_passed>,
                                      in<settling, job_secured, job_insecure>,
                                      in<offering, job_secured, job_insecure>,
                                      in<hindered, surroundings_seen, job_secured, job_insecure>>;

  slot_sharing_policy policy{};
  sharing_known known{};
};

// Proved and compiled once: at the end of the .cpp.
extern template state_machine::step_result<slot_sharing_machine> state_machine::step(
    const slot_sharing_machine&, const slot_sharing_machine::state&,
    const slot_sharing_machine::fact&);

/// What a job is told in its cluster's picture; of nobody: nothing is offered.
slot_offer offer_of(const slot_sharing_machine::state& now);

}  // namespace drey
