#include "actors/savepoint_look.hpp"

#include <algorithm>

#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

constexpr std::string_view in_progress = "IN_PROGRESS";
constexpr std::string_view completed = "COMPLETED";

const checkpoint_info* lying_in(const checkpoints& told, const std::string& directory) {
  const auto name = directory.substr(directory.rfind('/') + 1);
  const auto lies_there = [&](const checkpoint_info& one) {
    return one.path.find("/" + name + "/") != std::string::npos;
  };
  if (told.savepoint && lies_there(*told.savepoint)) return &*told.savepoint;
  const auto found = std::ranges::find_if(told.history, [&](const triggered_checkpoint& one) {
    return one.is_savepoint && one.status == completed && lies_there(one.what);
  });
  return found != told.history.end() ? &found->what : nullptr;
}

flink_answer found_among(const checkpoints& told, const followed_savepoint& what) {
  const bool stops = what.job_end == followed_savepoint::end::stops;
  const auto* found = lying_in(told, what.directory);
  const bool another_is_under_way =
      std::ranges::any_of(told.history, [](const triggered_checkpoint& one) {
        return one.is_savepoint && one.status == in_progress;
      });
  // A stop that is repeated has the directory of the one before.
  if (another_is_under_way && (found == nullptr || stops))
    return {savepoint_progress{std::string(in_progress), "", ""}};
  if (found == nullptr)
    return {refusal{
        refusal_reason::not_found, "no savepoint of the job lies in " + what.directory, {}}};
  if (stops && told.completed && told.completed->id > found->id)
    return {savepoint_progress{std::string(completed), "",
                               "its savepoint is " + found->path + ", but the job goes on"}};
  return {savepoint_progress{std::string(completed), found->path, ""}};
}

bool is_over(const flink_answer& told) {
  if (const auto* progress = std::get_if<savepoint_progress>(&told.result))
    return progress->state == completed;
  const auto* why = std::get_if<refusal>(&told.result);
  return why != nullptr && why->reason == refusal_reason::not_found;
}

}  // namespace

void savepoint_ids::learn(const std::string& trigger_id, const flink_answer& told) {
  const auto* taken = std::get_if<flink_done>(&told.result);
  if (taken != nullptr && !taken->request.empty() && taken->request != trigger_id)
    given_[trigger_id] = taken->request;
}

flink_body savepoint_ids::look_at(const followed_savepoint& what, flink_version version) const {
  if (capabilities_of(version).trigger_id) return get_savepoint{what.job, what.trigger_id};
  const auto known = given_.find(what.trigger_id);
  if (known == given_.end()) return get_checkpoints{what.job};
  return get_savepoint{what.job, known->second};
}

flink_answer savepoint_ids::meaning_of(const followed_savepoint& what, const flink_answer& told) {
  const auto* all = std::get_if<checkpoints>(&told.result);
  auto meaning = all != nullptr ? found_among(*all, what) : told;
  if (is_over(meaning)) given_.erase(what.trigger_id);
  return meaning;
}

}  // namespace drey
