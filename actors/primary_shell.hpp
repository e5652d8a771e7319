/// The calls of a `primary_log`: what one FlinkDeployment or FlinkSessionJob is in the API, and the
/// only place that writes to it. It decides nothing.
#pragma once

#include <functional>

#include "actors/primary_log.hpp"
#include "actors/shell.hpp"

namespace drey {

class primary_shell {
public:
  struct listeners {
    std::function<void()> fresh;  ///< a call of ours brought a newer copy: take it over
    std::function<void()> look;   ///< and what followed from that is done: look at it
    std::function<void(const log_report&)> reported;
    std::function<void(const log_finalizer_report&)> finalizer_reported;
  };

  /// `number`: of the timers that are to come to `woken`.
  primary_shell(outside& out, std::uint8_t number, listeners told)
      : out_(out), number_(number), told_(std::move(told)) {}

  const object_ptr& base() const { return log_.base(); }
  void seen(const object_ptr& live) { log_.seen(live); }
  void want(object_ptr wanted, std::optional<ticket> intent) {
    act(log_.want(std::move(wanted), intent, now()));
  }
  void want(finalizer_wish wish) { act(log_.want(std::move(wish), now())); }
  void woken() { act(log_.waited(now())); }

private:
  milliseconds now() const { return out_.now().monotonic; }
  void act(const log_actions& actions);
  void perform(const log_write& action);
  void perform(const log_write_finalizers& action);
  void perform(const log_read&);
  void perform(const log_wait& action) { out_.wake(number_, {}, action.wait); }
  void perform(const log_report& action) { told_.reported(action); }
  void perform(const log_finalizer_report& action) { told_.finalizer_reported(action); }
  void written(const object& before, const kube_answer& answer);

  outside& out_;
  std::uint8_t number_;
  listeners told_;
  primary_log log_;
};

}  // namespace drey
