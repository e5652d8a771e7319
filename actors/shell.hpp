/// What all shells share: running a machine, and reaching the outside world under the fence.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/response_handle.hpp>

#include "actors/messages.hpp"
#include "actors/pause.hpp"
#include "protocol/describe.hpp"
#include "protocol/facts.hpp"
#include "protocol/jar_sources.hpp"
#include "protocol/state_machine.hpp"
#include "protocol/wire.hpp"

namespace drey {

/// Until when this process may change anything, on its own clock (rule 4). Written by the
/// leadership actor, read before every mutating call.
class fence {
public:
  void open_until(milliseconds monotonic) { until_ = monotonic.count(); }
  void close() { until_ = 0; }
  bool is_open(milliseconds now) const { return now.count() < until_; }

private:
  std::atomic<std::int64_t> until_{0};
};

/// One step of one machine, for logs, coverage and stories. Views live during the call only.
struct step_taken {
  std::string_view machine;
  const object_name* subject;
  std::string_view from;
  std::string_view fact;
  std::string_view to;
  std::function<std::string()> fact_text;
  std::function<std::string()> to_text;
  std::function<std::vector<std::string>()> commands_text;
};

/// Told of every step after it was taken.
class step_observer {
public:
  virtual ~step_observer() = default;
  virtual void stepped(const step_taken& step) = 0;
  /// An exception ended an actor, or it was sent what it does not know: a bug of ours either way.
  virtual void failed(std::string_view actor, const std::string& why) = 0;
  /// A person is needed, in a sentence that says for what.
  virtual void warned(const std::string&) {}
};

/// `observer` is told of exceptions, which end `self`, and of messages that `self` does not know.
void tell_failures(caf::scheduled_actor* self, std::string actor, step_observer* observer);

/// What every actor of drey is given.
struct surroundings {
  gateways out;
  std::shared_ptr<fence> gate;
  step_observer* observer = nullptr;
  std::string identity;  ///< of this process: Lease holder, Event source
  /// Of one resource's actor, given to it by the root, which hears of a pause that the actor sees.
  std::shared_ptr<pause_gate> pause = std::make_shared<pause_gate>();
  caf::actor root;
  jar_sources jars = {};
};

template <class... Ts>
std::string_view alternative_name(const std::variant<Ts...>& x) {
  return std::visit([]<class T>(const T&) { return type_name<T>(); }, x);
}

/// Runs one machine: learn a fact, step, perform commands. It decides nothing. Facts that are
/// learned while commands are performed wait their turn. `Shell` has `perform(const Command&)` for
/// each. A shell of several files has its runners compiled in one of them (`extern template`).
template <class M, class Shell>
class machine_runner {
public:
  using state = typename M::state;
  using fact = typename M::fact;

  machine_runner(Shell& shell, std::string_view name, std::uint8_t number)
      : shell_(shell), name_(name), number_(number) {}

  M machine;
  const state& now() const { return now_; }

  void learn(fact one) {
    if (busy_) return waiting_.push_back(std::move(one));
    busy_ = true;
    take(one);
    for (int taken = 1; !waiting_.empty(); ++taken) {
      if (taken >= facts_at_once_max)
        throw std::logic_error(std::string(name_) + " goes round in circles at " + text_of(now_));
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      take(next);
    }
    busy_ = false;
  }

private:
  /// More than this without a pause is a bug of ours: it ends this actor, and so is seen.
  static constexpr int facts_at_once_max = 10'000;

  void take(const fact& learned);

  Shell& shell_;
  std::string_view name_;
  std::uint8_t number_;
  state now_;
  std::list<fact> waiting_;  ///< takes no memory while nothing waits: there are many machines
  bool busy_ = false;
};

template <class M, class Shell>
void machine_runner<M, Shell>::take(const fact& learned) {
  shell_.prepare(machine);
  auto [next, commands] = state_machine::step(machine, now_, learned);
  if (auto* observer = shell_.observer())
    observer->stepped({name_, &shell_.subject(), alternative_name(now_), alternative_name(learned),
                       alternative_name(next), [&] { return text_of(learned); },
                       [&] { return text_of(next); },
                       [&] {
                         std::vector<std::string> texts;
                         for (const auto& one : commands) texts.push_back(text_of(one));
                         return texts;
                       }});
  const bool moved = next.index() != now_.index();
  now_ = std::move(next);
  for (const auto& command : commands)
    std::visit([&](const auto& one) { shell_.perform(number_, one); }, command);
  if (moved) shell_.moved(machine);  // the picture is looked at again from the new position
}

/// Calls of the outside world. Every call is answered by exactly one answer, also when its gateway
/// is gone; a mutating call outside the fence is refused here, after this handler. Once the gate of
/// a pause is closed a mutating call goes nowhere and is not answered: its actor is about to end.
class outside {
public:
  outside(caf::event_based_actor* self, const surroundings& around)
      : self_(self), around_(around) {}

  moment now() const { return around_.out.clock->now(); }
  const surroundings& around() const { return around_; }

  template <class F>
  void kube(kube_body body, F then) {
    if (is_mutating(body) && is_paused()) return;
    if (is_mutating(body) && !open()) return refuse<kube_answer>(std::move(then));
    self_->request(around_.out.kube, caf::infinite, kube_request{std::move(body)})
        .then(then, [then](const caf::error&) { then(kube_answer{lost()}); });
  }

  template <class F>
  void flink(const flink_endpoint& endpoint, flink_body body, F then) {
    if (is_mutating(body) && is_paused()) return;
    if (is_mutating(body) && !open()) return refuse<flink_answer>(std::move(then));
    self_->request(around_.out.flink, caf::infinite, flink_request{endpoint, std::move(body)})
        .then(then, [then](const caf::error&) { then(flink_answer{lost()}); });
  }

  template <class F>
  void storage(storage_request asked, F then) {
    self_->request(around_.out.storage, caf::infinite, std::move(asked))
        .then(then, [then](const caf::error&) { then(storage_answer{lost()}); });
  }

  void wake(std::uint8_t machine, ticket which, milliseconds wait) {
    self_->delayed_send(self_, around_.out.clock->together(wait), timer{machine, which});
  }

  /// An Event about `about`: best effort, never waited for.
  void tell(const object& about, const std::string& type, const std::string& reason,
            const std::string& message);

  /// The newest copy of our resource. If it is paused, nothing of ours goes out any more; if others
  /// write its status, the root is told, perhaps before its watch shows it.
  void heed(const object_ptr& own);

private:
  bool open() const { return around_.gate->is_open(now().monotonic); }
  bool is_paused() const { return around_.pause->is_closed(); }
  static refusal lost() { return {refusal_reason::unknown_outcome, "the gateway is gone", {}}; }

  template <class Answer, class F>
  void refuse(F then) {
    then(Answer{refusal{refusal_reason::unavailable, "this process does not lead", {}}});
  }

  caf::event_based_actor* self_;
  const surroundings& around_;
  std::string heeded_;  ///< the resourceVersion that the root was told of last
};

}  // namespace drey
