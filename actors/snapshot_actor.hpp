/// The shell around `snapshot_machine` and `snapshot_removal_machine` of one FlinkStateSnapshot:
/// messages become facts, commands become calls. It decides nothing.
#pragma once

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/primary_shell.hpp"
#include "actors/savepoint_look.hpp"
#include "actors/shell.hpp"
#include "actors/snapshot_machine.hpp"
#include "actors/snapshot_removal_machine.hpp"

namespace drey {

class snapshot_shell {
public:
  static inline const char* name = "snapshot";

  explicit snapshot_shell(caf::event_based_actor* self) : self_(self) {}

  /// `primary`: the FlinkStateSnapshot as it was seen first.
  caf::behavior start(const surroundings& around, const object_ptr& primary);

  // ── for the runners ──
  step_observer* observer() const { return around_.observer; }
  const object_name& subject() const { return name_; }
  void prepare(snapshot_machine& machine);
  void prepare(snapshot_removal_machine& machine);
  void moved(const snapshot_machine&) { look(); }
  void moved(const snapshot_removal_machine&) { look(); }

  void perform(std::uint8_t from, const record_intent& command);
  void perform(std::uint8_t from, const set_deadline& command);
  void perform(std::uint8_t from, const note_attempt& command);
  void perform(std::uint8_t from, const note_snapshot& command);
  void perform(std::uint8_t from, const note_failed_attempt& command);
  void perform(std::uint8_t from, const note_abandoned& command);
  void perform(std::uint8_t from, const ask_snapshot& command);
  void perform(std::uint8_t from, const look_at_snapshot& command);
  void perform(std::uint8_t from, const locate_snapshot& command);
  void perform(std::uint8_t from, const list_snapshot& command);
  void perform(std::uint8_t from, const add_finalizer& command);
  void perform(std::uint8_t from, const remove_finalizer& command);
  void perform(std::uint8_t from, const gather_claims& command);
  void perform(std::uint8_t from, const note_disposal& command);
  void perform(std::uint8_t from, const note_held& command);
  void perform(std::uint8_t from, const forget_files& command);
  void perform(std::uint8_t from, const ask_disposal& command);
  void perform(std::uint8_t from, const look_at_disposal& command);
  void perform(std::uint8_t from, const list_files& command);

private:
  enum numbers : std::uint8_t { the_snapshot, the_removal, the_log };

  const flink_state_snapshot& live() const {
    return std::get<flink_state_snapshot>(*primary_->base());
  }
  flink_state_snapshot remembered() const;
  void seen(const object_ptr& live);
  void take_over();
  void source_is(const source_changed& message);
  void woken(const timer& due);
  void look();
  void publish(std::optional<ticket> intent);
  void reported(const log_report& done);
  void finalizer_is(const log_finalizer_report& told);
  void list_came(ticket request, const kube_answer& answer);
  void others_told(const claims_told& told);
  void one_came(ticket request);
  void judge_claims();
  void warn(const std::string& reason, const std::string& message);
  std::string error_reason() const;

  caf::event_based_actor* self_;
  surroundings around_;
  std::unique_ptr<outside> out_;
  object_name name_;
  machine_runner<snapshot_machine, snapshot_shell> snapshot_{*this, "snapshot", the_snapshot};
  machine_runner<snapshot_removal_machine, snapshot_shell> removal_{*this, "snapshot_removal",
                                                                    the_removal};
  std::unique_ptr<primary_shell> primary_;
  flink_state_snapshot_status memory_;  ///< what status says, or is about to
  snapshot_source source_;
  savepoint_ids savepoint_ids_;
  /// Intents in the log, under numbers of its own: the two machines count their tickets apart.
  struct open_intent {
    ticket in_log;
    std::uint8_t machine;
    ticket request;
  };
  std::vector<open_intent> intents_;
  ticket last_intent_;
  // who may restore from it, as they were gathered last
  ticket gathering_;
  int lists_open_ = 0;
  std::vector<object_ptr> gathered_;
  std::vector<snapshot_claim> claims_;
  std::string disposer_;
  flink_endpoint disposer_at_;
  files files_ = files::there;
};

extern template class machine_runner<snapshot_machine, snapshot_shell>;
extern template class machine_runner<snapshot_removal_machine, snapshot_shell>;

caf::behavior snapshot_actor(caf::stateful_actor<snapshot_shell>* self, surroundings around,
                             object_ptr primary);

}  // namespace drey
