/// What more than one machine can learn or ask. Facts are told in the past tense, commands in the
/// imperative; every request carries a ticket and is answered by exactly one fact that carries it.
#pragma once

#include <string>

#include "protocol/described.hpp"
#include "protocol/ids.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/time.hpp"

namespace drey {

/// The wait that `timer` names is over.
struct deadline_passed {
  ticket timer;
  static constexpr auto names = fields("timer");
  bool operator==(const deadline_passed&) const = default;
};

/// The outside world did not do what `request` asked.
struct call_refused {
  ticket request;
  refusal_reason reason = refusal_reason::unknown_outcome;
  std::string message;
  static constexpr auto names = fields("request", "reason", "message");
  bool operator==(const call_refused&) const = default;
};

/// The resource's status now says what `request` wanted it to say: the intent is durable.
struct status_written {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const status_written&) const = default;
};

/// Somebody else changed the resource meanwhile; `known` is fresh: decide again.
struct status_superseded {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const status_superseded&) const = default;
};

struct finalizers_written {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const finalizers_written&) const = default;
};

/// The job or its cluster was looked at; `known` holds what was seen.
struct picture_changed {
  static constexpr auto names = fields();
  bool operator==(const picture_changed&) const = default;
};
/// Flink took the order for a snapshot; what becomes of it is seen later.
struct trigger_accepted {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const trigger_accepted&) const = default;
};

/// Clock: tell us `deadline_passed{timer}` after `wait`.
struct set_deadline {
  ticket timer;
  milliseconds wait{0};
  static constexpr auto names = fields("timer", "wait");
  bool operator==(const set_deadline&) const = default;
};

/// Make the current position durable in status before anything else is asked for (rule 2).
struct record_intent {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const record_intent&) const = default;
};

struct add_finalizer {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const add_finalizer&) const = default;
};
struct remove_finalizer {
  ticket request;
  static constexpr auto names = fields("request");
  bool operator==(const remove_finalizer&) const = default;
};

/// The wait before the n-th try (n from 1): doubles from `first`, never above `most`.
constexpr milliseconds backoff(int tries, milliseconds first, milliseconds most) {
  auto wait = first;
  for (int i = 1; i < tries && wait < most; ++i) wait *= 2;
  return wait < most ? wait : most;
}

}  // namespace drey
