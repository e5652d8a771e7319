#include "actors/paused_actor.hpp"

#include <algorithm>

#include "actors/job_status.hpp"
#include "actors/rivals.hpp"
#include "actors/snapshot_messages.hpp"

namespace drey {

namespace {

/// Once: what the spec becomes meanwhile is no news, since nothing is done about it.
void tell_of_pause(std::vector<condition>& all, const std::string& message, std::int64_t generation,
                   milliseconds wall) {
  const auto told = std::ranges::find(all, paused_condition, &condition::type);
  if (told != all.end() && told->status == "True" && told->message == message) return;
  set_condition(all, {std::string(paused_condition), "True", "Paused", message, {}, generation},
                wall);
}

}  // namespace

caf::behavior paused_actor(caf::stateful_actor<paused_shell>* self, surroundings around,
                           object_ptr primary, std::string why) {
  return self->state.start(around, primary, std::move(why));
}

caf::behavior paused_shell::start(const surroundings& around, const object_ptr& primary,
                                  std::string why) {
  around_ = around;
  tell_failures(self_, std::string(name) + " " + text_of_name(name_of(*primary)), around_.observer);
  why_ = std::move(why);
  out_ = std::make_unique<outside>(self_, around_);
  primary_ = std::make_unique<primary_shell>(
      *out_, 0,
      primary_shell::listeners{[] {}, [this] { publish(); }, [](const log_report&) {},
                               [](const log_finalizer_report&) {}});
  uid_ = metadata_of(*primary).uid;
  seen(primary);
  return {[this](const object_seen& message) { seen(message.live); },
          // What is said to an actor of its kind, and is nothing to one that does nothing.
          [](const object_vanished&) {}, [](const world_known&) {}, [](const job_left&) {},
          [](const slots_reply&) {}, [](const snapshot_joined&) {}, [](const snapshot_left&) {},
          [](const snapshots_seen&) {}, [](const source_changed&) {}, [](const newest_wanted&) {},
          [](const claims_told&) {}, [](const jobs_declared&) {}, [](const room_told&) {},
          [](const turn_told&) {}, [](const directories_taken&) {},
          [this](const cluster_changed& message) { join(message.cluster); },
          [this](const checkpoint_order& message) { refuse(message); },
          [this](const timer&) { primary_->woken(); }};
}

void paused_shell::seen(const object_ptr& live) {
  if (metadata_of(*live).uid != uid_) return;
  primary_->seen(live);
  publish();
}

void paused_shell::publish() {
  const auto message = "paused, because " + why_ +
                       ": nothing is changed, and the rest of this status is as it was then";
  auto wanted = std::make_shared<object>(*primary_->base());
  std::visit(
      [&]<class T>(T& one) {
        if constexpr (requires { one.status.conditions; }) {
          forget_yield(one.status.conditions);  // it is told by the root alone, while it lasts
          tell_of_pause(one.status.conditions, message, one.metadata.generation, out_->now().wall);
        }
      },
      *wanted);
  primary_->want(std::move(wanted), std::nullopt);
}

/// A paused job is not moved by its cluster's choice either.
void paused_shell::join(const caf::actor& cluster) {
  if (cluster == cluster_) return;
  cluster_ = cluster;
  if (!cluster_) return;
  const auto& job = std::get<flink_session_job>(*primary_->base());
  const auto& ids = job.status.lineage.value_or(lineage{}).job_ids;
  self_->send(cluster_, pace_wanted{uid_, pace::at_rest});
  self_->send(cluster_, job_stands{uid_, job_id{ids.empty() ? "" : ids.back()}, job_stand::idle,
                                   "it is paused", stop_choice::hold, ""});
}

void paused_shell::refuse(const checkpoint_order& message) {
  if (cluster_)
    self_->send(cluster_, job_safety{uid_, message.order, safety::insecure, "it is paused"});
}

}  // namespace drey
