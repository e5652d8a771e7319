#include "actors/job_actor.hpp"

#include <algorithm>

#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"
#include "actors/job_status.hpp"
#include "actors/spec_problem.hpp"

namespace drey {

caf::behavior job_actor(caf::stateful_actor<job_shell>* self, surroundings around, caf::actor root,
                        object_ptr primary) {
  return self->state.start(around, std::move(root), primary);
}

caf::behavior job_shell::start(const surroundings& around, caf::actor root,
                               const object_ptr& primary) {
  around_ = around;
  out_ = std::make_unique<outside>(self_, around_);
  root_ = std::move(root);
  const auto& first = std::get<flink_session_job>(*primary);
  known().history = first.status.lineage.value_or(lineage{});
  savepoint_record_ = first.status.savepoint.value_or(savepoint_record{});
  known().uid = first.metadata.uid;
  known().name = {first.metadata.ns, first.metadata.name};
  seen(primary);
  return {[this](const object_seen& message) { seen(message.live); },
          [this](const cluster_changed& message) {
            cluster_ = message.cluster;
            cluster_is(message.view);
          },
          [this](const slots_reply& message) {
            job_.learn(slots_answered{message.request, message.answer});
          },
          [this](const timer& due) { woken(due); }};
}

void job_shell::prepare(job_machine& machine) {
  machine.known.now = out_->now();
  machine.known.recorded = std::get<flink_session_job>(*log_.base()).status;
}

void job_shell::prepare(savepoint_machine& machine) {
  const auto& job = known();
  machine.known.now = out_->now();
  machine.known.uid = job.uid;
  machine.known.nonce =
      job.spec && job.spec->job ? job.spec->job->savepoint_trigger_nonce : std::nullopt;
  machine.known.recorded = savepoint_record_;
  machine.known.directory = savepoint_directory(job);
  const auto* running = std::get_if<job_machine::running>(&job_.now());
  machine.known.running = running != nullptr && list_is_live(job) ? running->id : job_id{};
}

void job_shell::moved(const job_machine&) {
  set_pace();
  look();
}

/// Level-triggered: every position is asked what it makes of the picture, whatever brought it
/// there.
void job_shell::look() {
  job_.learn(job_seen{});
  job_.learn(cluster_seen{});
  savepoint_.learn(picture_changed{});
  publish(std::nullopt);
}

void job_shell::seen(const object_ptr& live) {
  log_.seen(live);
  const auto& job = std::get<flink_session_job>(*log_.base());
  auto& k = known();
  k.generation = job.metadata.generation;
  k.deleting = job.metadata.deletion_timestamp.has_value();
  k.finalizer = has_finalizer(job.metadata, session_job_finalizer);
  if (job.spec) k.spec = job.spec;  // one that cannot be read leaves what runs as it is
  k.problem = problem_of(job);
  look();
}

void job_shell::cluster_is(const cluster_view& view) {
  known().cluster = view;
  look();
  record_progress();
}

void job_shell::woken(const timer& due) {
  switch (due.machine) {
    case the_job:
      job_.learn(deadline_passed{due.which});
      break;
    case the_savepoint:
      savepoint_.learn(deadline_passed{due.which});
      break;
    default:
      act(log_.waited(out_->now().monotonic));
      break;
  }
  publish(std::nullopt);
}

void job_shell::refused(ticket request, const refusal& why) {
  job_.learn(call_refused{request, why.reason, why.message});
}

void job_shell::set_pace() {
  using m = job_machine;
  const auto& now = job_.now();
  const bool resting =
      std::holds_alternative<m::running>(now) || std::holds_alternative<m::ended>(now) ||
      std::holds_alternative<m::blocked>(now) || std::holds_alternative<m::waiting>(now);
  const auto wanted = resting ? pace::at_rest : pace::in_transition;
  if (wanted == told_pace_ || !cluster_) return;
  told_pace_ = wanted;
  self_->send(cluster_, pace_wanted{known().uid, wanted});
}

// ── status ──────────────────────────────────────────────────────────────────────────────────────

void job_shell::publish(std::optional<ticket> intent) {
  known().now = out_->now();
  known().recorded = std::get<flink_session_job>(*log_.base()).status;
  auto wanted = std::make_shared<object>(*log_.base());
  std::get<flink_session_job>(*wanted).status = status_of(known(), job_.now(), savepoint_record_);
  act(log_.want(std::move(wanted), intent, out_->now().monotonic));
}

void job_shell::act(const log_actions& actions) {
  for (const auto& action : actions) {
    if (const auto* write = std::get_if<log_write>(&action)) {
      out_->kube(kube_write_status{write->wanted}, [this](const kube_answer& answer) {
        act(log_.written(answer, out_->now().monotonic));
      });
    } else if (std::holds_alternative<log_read>(action)) {
      out_->kube(kube_get{object_kind::flink_session_job, known().name},
                 [this](const kube_answer& answer) {
                   const auto actions_next = log_.read(answer, out_->now().monotonic);
                   act(actions_next);
                   seen(log_.base());
                 });
    } else if (const auto* wait = std::get_if<log_wait>(&action)) {
      out_->wake(the_log, {}, wait->wait);
    } else if (const auto* done = std::get_if<log_report>(&action)) {
      reported(*done);
    }
  }
}

void job_shell::reported(const log_report& done) {
  const auto found = std::ranges::find(intents_, done.request, &open_intent::in_log);
  if (found == intents_.end()) return;
  const auto which = *found;
  intents_.erase(found);
  const bool durable = done.outcome == log_outcome::durable;
  if (!durable) {  // what we remembered is not what is written: take over what is
    const auto& live = std::get<flink_session_job>(*log_.base()).status;
    if (which.machine == the_job) known().history = live.lineage.value_or(lineage{});
    savepoint_record_ = live.savepoint.value_or(savepoint_record{});
  }
  if (which.machine == the_job)
    durable ? job_.learn(status_written{which.request})
            : job_.learn(status_superseded{which.request});
  else
    durable ? savepoint_.learn(status_written{which.request})
            : savepoint_.learn(status_superseded{which.request});
}

void job_shell::write_finalizers(ticket request, std::vector<std::string> wanted) {
  const auto& meta = metadata_of(*log_.base());
  out_->kube(kube_write_finalizers{object_kind::flink_session_job, known().name, meta.uid,
                                   meta.resource_version, std::move(wanted)},
             [this, request](const kube_answer& answer) {
               if (const auto* why = std::get_if<refusal>(&answer.result)) {
                 if (why->reason == refusal_reason::not_found)
                   return job_.learn(finalizers_written{request});
                 refused(request, *why);
                 return reread();
               }
               if (const auto* live = std::get_if<object_ptr>(&answer.result)) seen(*live);
               job_.learn(finalizers_written{request});
             });
}

/// The copy that a write was computed from was stale: get a live one.
void job_shell::reread() {
  out_->kube(kube_get{object_kind::flink_session_job, known().name},
             [this](const kube_answer& answer) {
               if (const auto* live = std::get_if<object_ptr>(&answer.result)) seen(*live);
             });
}

}  // namespace drey
