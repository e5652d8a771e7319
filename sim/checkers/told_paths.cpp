#include "sim/checkers/told_paths.hpp"

namespace drey::sim {

namespace {

/// The first answer to a question that is asked at once.
constexpr milliseconds answer_max{5'000};

const flink_state_snapshot* status_written_by(const arrival& call) {
  const auto* write = call.kube != nullptr ? std::get_if<kube_write_status>(call.kube) : nullptr;
  return write != nullptr ? std::get_if<flink_state_snapshot>(write->wanted.get()) : nullptr;
}

}  // namespace

void told_paths::checkpoints_told(quest& about, const flink_answer& told, milliseconds now) {
  const auto* all = std::get_if<checkpoints>(&told.result);
  if (all == nullptr) {
    about.told = answer::doubtful;
  } else if (about.told == answer::none) {
    const auto* found = checkpoint_with_id(*all, about.checkpoint);
    const bool is_told =
        found != nullptr && !found->path.empty() && now - about.since <= answer_max;
    about.told = is_told ? answer::path : answer::no_path;
  }
}

void told_paths::answered(const settled& call, milliseconds now) {
  const auto process = call.who->process;
  if (const auto* asked = std::get_if<get_triggered_checkpoint>(call.flink)) {
    const auto* told = std::get_if<checkpoint_progress>(&call.answer->result);
    if (told != nullptr && told->checkpoint_id != 0)
      quests_.insert({{process, asked->trigger_id}, {asked->job, told->checkpoint_id, now}});
  }
  if (const auto* asked = std::get_if<get_checkpoints>(call.flink))
    for (auto& [key, about] : quests_)
      if (key.first == process && about.job == asked->job)
        checkpoints_told(about, *call.answer, now);
}

std::string told_paths::complaint(const arrival& call) const {
  const auto* one = status_written_by(call);
  if (one == nullptr || one->status.state != "COMPLETED" || !one->status.path.empty()) return {};
  const auto found = quests_.find({call.who->process, one->status.trigger_id});
  if (found == quests_.end() || found->second.told != answer::path) return {};
  return "snapshot " + one->metadata.ns + "/" + one->metadata.name +
         " is COMPLETED without a path, though Flink told where checkpoint " +
         std::to_string(found->second.checkpoint) + " lies";
}

}  // namespace drey::sim
