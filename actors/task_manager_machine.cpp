#include "actors/task_manager_machine.hpp"

namespace drey {

namespace {

using m = task_manager_machine;
template <class... Next>
using to = m::to<Next...>;

bool is_in_doubt(const task_manager_known& known) {
  return known.terminating || !known.node_answers;
}

/// It should be registered, and the JobManager does not know it.
bool is_missed(const task_manager_known& known) {
  return known.at_job_manager == registration::absent && known.worked;
}

milliseconds silence_of(const m& machine) {
  return machine.known.node_answers ? machine.policy.silent_wait : machine.known.node_wait;
}

to<m::silent> wait_again(const m& machine, ticket last) {
  const auto request = after(last);
  const auto wait = silence_of(machine);
  return {m::silent{request, wait}, {set_deadline{request, wait}}};
}
to<m::silent> fall_silent(const m& machine, ticket last) {
  const auto request = after(last);
  const auto wait = silence_of(machine);
  return {m::silent{request, wait},
          {report_standing{standing::silent}, set_deadline{request, wait}}};
}
to<m::registered> register_at(ticket last) {
  return {m::registered{last}, {report_standing{standing::registered}}};
}
to<m::joining, m::astray> join(const m& machine, ticket last) {
  if (!is_missed(machine.known)) return {m::joining{last}, {report_standing{standing::joining}}};
  const auto request = after(last);
  return {m::astray{request},
          {report_standing{standing::joining}, set_deadline{request, machine.policy.astray_wait}}};
}

to<m::gone> vanish() { return {m::gone{}, {}}; }

}  // namespace

auto task_manager_machine::on(const joining& now, const task_manager_seen&) const
    -> to<joining, registered, silent, astray> {
  if (is_in_doubt(known)) return fall_silent(*this, now.last);
  if (known.at_job_manager == registration::registered) return register_at(now.last);
  if (is_missed(known)) return join(*this, now.last);
  return {now};
}
auto task_manager_machine::on(const joining&, const pod_vanished&) const -> to<gone> {
  return vanish();
}

auto task_manager_machine::on(const registered& now, const task_manager_seen&) const
    -> to<registered, joining, silent, astray> {
  if (is_in_doubt(known)) return fall_silent(*this, now.last);
  if (known.at_job_manager == registration::absent) return join(*this, now.last);
  return {now};
}
auto task_manager_machine::on(const registered&, const pod_vanished&) const -> to<gone> {
  return vanish();
}

auto task_manager_machine::on(const silent& now, const task_manager_seen&) const
    -> to<silent, registered, joining, astray> {
  if (is_in_doubt(known)) {
    if (silence_of(*this) == now.wait) return {now};
    return wait_again(*this, now.request);  // a person changed it, or another thing is waited for
  }
  if (known.at_job_manager == registration::registered) return register_at(now.request);
  return join(*this, now.request);
}
auto task_manager_machine::on(const silent&, const pod_vanished&) const -> to<gone> {
  return vanish();
}
auto task_manager_machine::on(const silent& now, const deadline_passed& learned) const
    -> to<silent, lost> {
  if (learned.timer != now.request) return {now};
  // The node is silent to Kubernetes, yet the JobManager hears the TaskManager: a second signal
  // must agree before anything is done.
  if (!known.terminating && known.at_job_manager == registration::registered)
    return wait_again(*this, now.request);
  return {lost{now.request}, {report_standing{standing::lost}}};
}

auto task_manager_machine::on(const astray& now, const task_manager_seen&) const
    -> to<astray, registered, joining, silent> {
  if (is_in_doubt(known)) return fall_silent(*this, now.request);
  if (known.at_job_manager == registration::registered) return register_at(now.request);
  if (is_missed(known)) return {now};
  return {joining{now.request}, {}};  // nobody can be asked, or its process begins anew
}
auto task_manager_machine::on(const astray&, const pod_vanished&) const -> to<gone> {
  return vanish();
}
auto task_manager_machine::on(const astray& now, const deadline_passed& learned) const
    -> to<astray, lost> {
  if (learned.timer != now.request) return {now};
  return {lost{now.request}, {report_standing{standing::lost}}};
}

/// It is back when it works again: where it can be reached and does not, it keeps its replacement.
auto task_manager_machine::on(const lost& now, const task_manager_seen&) const
    -> to<lost, registered> {
  const bool works = known.at_job_manager == registration::registered && !is_in_doubt(known);
  if (works) return register_at(now.last);
  return {now};
}
auto task_manager_machine::on(const lost&, const pod_vanished&) const -> to<gone> {
  return vanish();
}

static_assert(state_machine::complete<task_manager_machine>());
static_assert(state_machine::connected<task_manager_machine>());
static_assert(state_machine::bounded<task_manager_machine, deadline_passed>());
template state_machine::step_result<task_manager_machine> state_machine::step(
    const task_manager_machine&, const task_manager_machine::state&,
    const task_manager_machine::fact&);

}  // namespace drey
