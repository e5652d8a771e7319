/// The job shell's third part: whom it asks for the state of an execution that is over or
/// lost. The store has a file of its own.
#include "actors/job_actor.hpp"
#include "actors/job_candidates.hpp"
#include "actors/job_paths.hpp"
#include "actors/job_picture.hpp"

namespace drey {

void job_shell::perform(std::uint8_t, const gather_pointers& command) {
  known().found = {};
  known().found.change().of = command.id;
  gathering_ = command.request;
  pointers_open_ = 4;
  ask_job_manager(command);
  ask_ha_metadata(command);
  ask_store(command);
  ask_failure(command);
}

/// While there is somebody to ask: once its JobManager is lost, nobody may be.
void job_shell::ask_whether_stateless() {
  const auto id = current_id(known());
  if (row_of(known(), id) == nullptr || !list_is_live(known()) || !names_no_place(known())) return;
  const auto& told = known().retention;
  if (!told || told->job != id) perform(the_job, learn_retention{id});
}

/// No pointer to state, but people want to know, and a JobManager that ends takes it along.
void job_shell::ask_failure(const gather_pointers& command) {
  const auto* row = row_of(known(), command.id);
  if (row == nullptr || row->state != "FAILED") return pointer_came(command);
  if (!known().cluster.job_manager_end.empty()) {  // nobody is left to be asked
    known().history.failure = known().cluster.job_manager_end;
    return pointer_came(command);
  }
  out_->flink(known().cluster.endpoint, get_failure{command.id},
              [this, command](const flink_answer& answer) {
                if (command.request != gathering_) return;
                if (const auto* told = std::get_if<job_failure>(&answer.result)) {
                  known().history.failure = shown_words(told->cause);
                  restarts_.look(known(), job_.now());
                }
                pointer_came(command);
              });
}

void job_shell::pointer_came(const gather_pointers& command) {
  if (--pointers_open_ == 0) job_.learn(pointers_gathered{command.request});
}

void job_shell::ask_job_manager(const gather_pointers& command) {
  const auto* row = row_of(known(), command.id);
  if (row == nullptr) return pointer_came(command);  // it cannot know
  out_->flink(known().cluster.endpoint, get_checkpoints{command.id},
              [this, command, state = row->state](const flink_answer& answer) {
                if (command.request != gathering_) return;
                if (const auto* told = std::get_if<checkpoints>(&answer.result)) {
                  auto& found = known().found.change();
                  auto said = told_of_end(*told, state);
                  // One that is new may see the job fail before it has read where it was.
                  if (said.answer == pointer_answer::none && is_known_to_have_state())
                    said.answer = pointer_answer::unread;
                  found.from_job_manager = said.newest;
                  found.job_manager = said.answer;
                }
                pointer_came(command);
              });
}

/// This execution: what is on record of one before it says so.
bool job_shell::is_known_to_have_state() {
  const auto& recorded = known().history.newest;
  return recorded && recorded->end_of.empty();
}

void job_shell::ask_ha_metadata(const gather_pointers& command) {
  const auto* row = row_of(known(), command.id);
  const bool finished = row != nullptr && row->state == "FINISHED";  // its checkpoints are gone
  if (!known().cluster.high_availability || finished) return pointer_came(command);
  out_->kube(kube_get{object_kind::config_map, ha_config_map(known(), command.id)},
             [this, command](const kube_answer& answer) {
               if (command.request != gathering_) return;
               auto& found = known().found.change();
               if (const auto* live = std::get_if<object_ptr>(&answer.result)) {
                 found.from_ha_metadata = checkpoint_named_by(
                     std::get<config_map>(**live), directory_in_use(known()), command.id);
                 found.ha_metadata =
                     found.from_ha_metadata ? pointer_answer::found : pointer_answer::none;
               } else if (const auto* why = std::get_if<refusal>(&answer.result);
                          why != nullptr && why->reason == refusal_reason::not_found) {
                 found.ha_metadata = pointer_answer::none;
               }
               pointer_came(command);
             });
}

}  // namespace drey
