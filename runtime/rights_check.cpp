#include "runtime/rights_check.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <utility>

#include "runtime/exchange_reports.hpp"

namespace drey {

/// The time between two rounds is over.
struct round_due {};

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::round_due)

namespace drey {

namespace {

enum class verdict { unknown, given, missing };

struct right_state {
  access_right right;
  verdict known = verdict::unknown;
};

struct check_state {
  static inline const char* name = "rights check";
  http_client* client = nullptr;
  cluster_access access;
  rights_check_options options;
  std::vector<right_state> rights;
  std::size_t at = 0;  ///< the right that is asked about; the end: between two rounds
  std::string unanswered = "the first answer is on its way";
  bool may_not_ask = false;
};

using check_pointer = caf::stateful_actor<check_state>*;

/// One question after the other: it is not urgent, and a connection is enough.
void ask_next(check_pointer self) {
  auto& state = self->state;
  while (state.at < state.rights.size() && state.rights[state.at].known == verdict::given)
    ++state.at;
  if (state.at == state.rights.size()) return;
  http_call call;
  call.endpoint = state.access.api;
  call.request = access_review_to_http(state.rights[state.at].right);
  call.bearer_token = state.access.token.current();
  call.timeout = state.options.call_timeout;
  state.client->start(std::move(call), {[me = caf::weak_actor_ptr{self->ctrl()},
                                         number = state.at](http_outcome outcome) {
                        report_to(me, exchange_over{number, std::move(outcome)});
                      }});
}

std::variant<access_verdict, refusal> verdict_of(const http_outcome& outcome) {
  if (const auto* loss = std::get_if<http_loss>(&outcome)) return refusal_of(*loss);
  return access_verdict_of(std::get<http_response>(outcome));
}

void tell_of_missing(const access_right& right, const std::string& reason) {
  const auto said = reason.empty() ? "" : " (the API server says: " + reason + ")";
  if (right.need == necessity::useful)
    return spdlog::warn("right=\"{}\" missing: it would be useful {}{}", text_of_right(right),
                        right.purpose, said);
  spdlog::error(
      "right=\"{}\" missing: it is needed {}. Give it to the operator's service account: kubectl "
      "apply --server-side -f configs/install.yaml{}",
      text_of_right(right), right.purpose, said);
}

void learn(right_state& one, const access_verdict& told) {
  const auto now = told.allowed ? verdict::given : verdict::missing;
  const auto before = std::exchange(one.known, now);
  if (now == verdict::missing && before != now) tell_of_missing(one.right, told.reason);
  if (now == verdict::given && before == verdict::missing)
    spdlog::info("right=\"{}\" given", text_of_right(one.right));
}

bool all_given(const check_state& state) {
  return std::ranges::all_of(state.rights,
                             [](const auto& one) { return one.known == verdict::given; });
}

void end_round(check_pointer self) {
  auto& state = self->state;
  state.at = state.rights.size();
  if (all_given(state)) return spdlog::info("rights={} all given", state.rights.size());
  self->delayed_send(self, state.options.ask_again, round_due{});
}

/// Whether anybody may be asked at all is the same for every right.
void give_up_round(check_pointer self, const refusal& why) {
  auto& state = self->state;
  if (why.reason == refusal_reason::forbidden) {
    state.may_not_ask = true;
    return spdlog::warn(
        "rights=unknown message=\"the API server does not say what this operator "
        "may do: {}\"",
        why.message);
  }
  if (state.unanswered != why.message) spdlog::warn("rights=unknown message=\"{}\"", why.message);
  state.unanswered = why.message;
  end_round(self);
}

void take_answer(check_pointer self, const exchange_over& over) {
  auto& state = self->state;
  if (over.call != state.at || state.at >= state.rights.size()) return;
  const auto told = verdict_of(over.outcome);
  if (const auto* why = std::get_if<refusal>(&told)) return give_up_round(self, *why);
  learn(state.rights[state.at], std::get<access_verdict>(told));
  ++state.at;
  ask_next(self);
  if (state.at == state.rights.size()) end_round(self);
}

rights_known known_of(const check_state& state) {
  rights_known known;
  known.asked = state.may_not_ask;
  if (state.may_not_ask) return known;
  known.asked = std::ranges::none_of(state.rights,
                                     [](const auto& one) { return one.known == verdict::unknown; });
  if (!known.asked) known.unanswered = state.unanswered;
  for (const auto& one : state.rights)
    if (one.known == verdict::missing && one.right.need == necessity::needed)
      known.missing.push_back(text_of_right(one.right) + " (" + one.right.purpose + ")");
  return known;
}

caf::behavior behavior_of(check_pointer self, http_client* client, cluster_access access,
                          std::vector<access_right> rights, rights_check_options options) {
  auto& state = self->state;
  state.client = client;
  state.access = std::move(access);
  state.options = options;
  for (auto& one : rights) state.rights.push_back({std::move(one)});
  ask_next(self);
  return {[self](const exchange_over& over) { take_answer(self, over); },
          [self](const round_due&) {
            self->state.at = 0;
            ask_next(self);
          },
          [self](const rights_wanted&) { return known_of(self->state); }};
}

}  // namespace

caf::actor spawn_rights_check(caf::actor_system& system, http_client& client, cluster_access access,
                              std::vector<access_right> rights, rights_check_options options) {
  return system.spawn(behavior_of, &client, std::move(access), std::move(rights), options);
}

}  // namespace drey
