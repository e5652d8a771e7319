#include "actors/pod_ends.hpp"

#include <algorithm>

#include "actors/children.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

constexpr std::string_view begins = "TaskManagers end one after the other";

bool is_job_manager(const pod& x) {
  const auto found = x.metadata.labels.find("component");
  return found != x.metadata.labels.end() && found->second == label_of(component::job_manager);
}

/// One that is evicted is removed at once by its StatefulSet, and mostly seen so.
bool ended_by_itself(const pod& x) {
  return x.phase == pod_phase::failed && !is_job_manager(x) &&
         (!x.metadata.deletion_timestamp || x.reason == "Evicted");
}

std::string remedy_of(std::string_view reason) {
  if (reason == "Evicted")
    return "Its node lacked memory or disk: let pods ask for what they take "
           "(spec.taskManager.resource, ephemeralStorage too), or make room on the nodes (kubectl "
           "describe node)";
  if (reason == "OOMKilled")
    return "Give them more in spec.taskManager.resource.memory, or let what runs in them need less";
  return "See the log of the last one (kubectl logs, or where logs are kept)";
}

}  // namespace

bool is_of_ends(const condition& told) {
  return told.type == "Degraded" && told.status == "True" && told.message.starts_with(begins);
}

void pod_ends::look(const pod& x, milliseconds wall) {
  if (!ended_by_itself(x) || !seen_.insert(x.metadata.uid).second) return;
  const auto reason = !x.reason.empty()              ? x.reason
                      : !x.terminated_reason.empty() ? x.terminated_reason
                                                     : std::string("Failed");
  ends_.push_back({wall, x.metadata.name, reason, x.exit_code});
  while (ends_.size() > looping_ends) ends_.pop_front();
}

std::optional<trouble> pod_ends::told(milliseconds wall) const {
  if (ends_.size() < looping_ends || is_planted(planted_bug::silent_ends)) return std::nullopt;
  const bool loops = ends_.back().at - ends_.front().at <= ends_window;
  if (!loops || wall - ends_.back().at >= ends_window) return std::nullopt;
  const auto& last = ends_.back();
  std::string names;
  for (const auto& one : ends_) names += (names.empty() ? "" : ", ") + one.pod;
  return trouble{last.reason, "TaskManagers",
                 std::string(begins) + " (" + names + " within " +
                     std::to_string(ends_window.count() / 60'000) + " min); the last one: " +
                     last.reason + ", exit code " + std::to_string(last.exit_code) + ". " +
                     remedy_of(last.reason) + ". Each is made anew meanwhile"};
}

}  // namespace drey
