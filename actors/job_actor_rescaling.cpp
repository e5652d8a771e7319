/// The job shell's part for another parallelism in place: each command as calls.
#include "actors/job_actor.hpp"

namespace drey {

void job_shell::perform(std::uint8_t, const reserve_more& command) {
  if (!cluster_) return job_.learn(slots_answered{command.request, slots::short_of});
  self_->send(cluster_, slots_wanted{known().uid, command.request, command.count, command.count});
}

void job_shell::perform(std::uint8_t, const make_checkpoint& command) {
  out_->flink(known().cluster.endpoint, trigger_checkpoint{command.job},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return refused(request, *why);
                job_.learn(trigger_accepted{request});
              });
}

void job_shell::perform(std::uint8_t, const look_at_newest& command) {
  out_->flink(known().cluster.endpoint, get_checkpoints{command.job},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return refused(request, *why);
                const auto* told = std::get_if<checkpoints>(&answer.result);
                if (told == nullptr) return;
                job_.learn(newest_told_of{request, told->completed ? told->completed->id : 0});
              });
}

void job_shell::perform(std::uint8_t, const look_at_vertices& command) {
  out_->flink(known().cluster.endpoint, get_job{command.job},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return refused(request, *why);
                if (const auto* told = std::get_if<job_details>(&answer.result))
                  job_.learn(vertices_told{request, told->vertices});
              });
}

void job_shell::perform(std::uint8_t, const ask_rescale& command) {
  out_->flink(known().cluster.endpoint,
              rescale_job{command.job, command.parallelism, command.vertices},
              [this, request = command.request](const flink_answer& answer) {
                if (const auto* why = std::get_if<refusal>(&answer.result))
                  return refused(request, *why);
                job_.learn(trigger_accepted{request});
              });
}

void job_shell::perform(std::uint8_t, const note_rescale& command) {
  known().rescale = command.record;
}

}  // namespace drey
