#include "actors/snapshot_actor.hpp"

#include <algorithm>

#include "actors/rivals.hpp"
#include "actors/snapshot_claims.hpp"
#include "actors/snapshot_status.hpp"
#include "actors/spec_problem.hpp"

namespace drey {

caf::behavior snapshot_actor(caf::stateful_actor<snapshot_shell>* self, surroundings around,
                             object_ptr primary) {
  return self->state.start(around, primary);
}

caf::behavior snapshot_shell::start(const surroundings& around, const object_ptr& primary) {
  around_ = around;
  name_ = drey::name_of(*primary);
  tell_failures(self_, std::string(name) + " " + text_of_name(name_), around_.observer);
  out_ = std::make_unique<outside>(self_, around_);
  primary_ = std::make_unique<primary_shell>(
      *out_, the_log,
      primary_shell::listeners{[this] { take_over(); }, [this] { look(); },
                               [this](const log_report& told) { reported(told); },
                               [this](const log_finalizer_report& told) { finalizer_is(told); }});
  memory_ = std::get<flink_state_snapshot>(*primary).status;
  seen(primary);
  return {[this](const object_seen& message) { seen(message.live); },
          [this](const source_changed& message) { source_is(message); },
          [this](const claims_told& message) { others_told(message); },
          [this](const timer& due) { woken(due); }};
}

void snapshot_shell::prepare(snapshot_machine& machine) {
  const auto& x = live();
  auto& k = machine.known;
  k.now = out_->now();
  k.uid = x.metadata.uid;
  k.created = x.metadata.creation_timestamp.value_or(milliseconds{0});
  k.deleting = x.metadata.deletion_timestamp.has_value();
  k.finalizer = has_finalizer(x.metadata, snapshot_finalizer);
  if (k.spec != x.spec || !x.spec) k.problem = problem_of(x);
  k.spec = x.spec;
  k.recorded = memory_;
  k.source = source_;
}

void snapshot_shell::prepare(snapshot_removal_machine& machine) {
  const auto& meta = live().metadata;
  auto& k = machine.known;
  k.now = out_->now();
  k.deleting = meta.deletion_timestamp.has_value();
  k.finalizer = has_finalizer(meta, snapshot_finalizer);
  k.deleted_at = meta.deletion_timestamp.value_or(milliseconds{0});
  const bool over = std::holds_alternative<snapshot_machine::settled>(snapshot_.now());
  k.taking = over ? taking::over : taking::under_way;
  const bool goes = k.deleting && files_ == files::there;
  k.path = goes ? disposable_path(remembered()) : std::string{};
  k.claims.clear();
  for (const auto& one : claims_) k.claims.push_back(one.why);
  k.disposer = disposer_;
  k.endpoint = disposer_at_;
  k.same_store = memory_.origin && memory_.origin->cluster == disposer_;
}

/// The resource as it will be when what is remembered is written.
flink_state_snapshot snapshot_shell::remembered() const {
  auto x = live();
  x.status = memory_;
  return x;
}

void snapshot_shell::seen(const object_ptr& live) {
  primary_->seen(live);
  take_over();
  look();
}

/// What a process before this one wrote late, after we had read: its attempt is ours.
void snapshot_shell::take_over() {
  out_->heed(primary_->base());
  const auto& said = live().status;
  if (is_final(memory_) || memory_.operation || said.trigger_id == memory_.trigger_id) return;
  memory_ = said;
}

/// Where the job is gone its JobManager may still be there, and know what became of a trigger.
void snapshot_shell::source_is(const source_changed& message) {
  const auto endpoint = source_.endpoint;
  source_ = message.source;
  if (source_.phase == source_phase::missing) source_.endpoint = endpoint;
  look();
}

void snapshot_shell::woken(const timer& due) {
  switch (due.machine) {
    case the_snapshot:
      snapshot_.learn(deadline_passed{due.which});
      break;
    case the_removal:
      removal_.learn(deadline_passed{due.which});
      break;
    default:
      primary_->woken();
      break;
  }
  look();
}

/// Level-triggered: both positions are asked what they make of the picture.
void snapshot_shell::look() {
  snapshot_.learn(picture_changed{});
  removal_.learn(picture_changed{});
  publish(std::nullopt);
}

// ── status ──────────────────────────────────────────────────────────────────────────────────────

void snapshot_shell::publish(std::optional<ticket> intent) {
  prepare(snapshot_.machine);
  memory_ = told_status(memory_, snapshot_.machine.known, live().metadata.generation);
  forget_pause(memory_.conditions);
  forget_yield(memory_.conditions);
  auto wanted = std::make_shared<object>(*primary_->base());
  auto& status = std::get<flink_state_snapshot>(*wanted).status;
  const auto unknown = status.unknown;
  status = memory_;
  status.unknown = unknown;
  primary_->want(std::move(wanted), intent);
}

void snapshot_shell::reported(const log_report& done) {
  const auto found = std::ranges::find(intents_, done.request, &open_intent::in_log);
  if (found == intents_.end()) return;
  const auto which = *found;
  intents_.erase(found);
  const bool durable = done.outcome == log_outcome::durable;
  // An attempt that we remembered is not what is written; what became of one stays true.
  if (!durable && which.machine == the_snapshot) memory_ = live().status;
  const auto learn = [&](auto& runner) {
    durable ? runner.learn(status_written{which.request})
            : runner.learn(status_superseded{which.request});
  };
  which.machine == the_snapshot ? learn(snapshot_) : learn(removal_);
}

void snapshot_shell::finalizer_is(const log_finalizer_report& told) {
  if (told.outcome == log_outcome::durable) return removal_.learn(finalizers_written{told.request});
  removal_.learn(call_refused{told.request, refusal_reason::conflict, "it is being deleted"});
}

template class machine_runner<snapshot_machine, snapshot_shell>;
template class machine_runner<snapshot_removal_machine, snapshot_shell>;

}  // namespace drey
