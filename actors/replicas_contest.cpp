#include "actors/replicas_contest.hpp"

#include <algorithm>

#include "actors/job_status.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

replicas_contest::replicas_contest(const std::vector<condition>& recorded, milliseconds now)
    : last_(now) {
  const auto found = std::ranges::find(recorded, replicas_contested, &condition::type);
  if (found != recorded.end() && found->status == "True") told_ = found->message;
}

void replicas_contest::forget_what_is_over(milliseconds now) {
  if (told_.empty() || now - last_ < peace || is_planted(planted_bug::lasting_contest)) return;
  told_.clear();
  if (changes_.size() > 1) changes_.erase(changes_.begin(), changes_.end() - 1);
}

void replicas_contest::seen(std::int32_t count, milliseconds now) {
  forget_what_is_over(now);
  if (!changes_.empty() && changes_.back().to == count) return;
  if (!changes_.empty()) last_ = now;  // the first is what was found
  changes_.push_back({count, now});
  if (changes_.size() > kept_max) changes_.erase(changes_.begin());
}

/// How often it was set back to a value that it had had before.
int replicas_contest::returns_to(std::int32_t count, milliseconds now) const {
  int returns = 0;
  bool had = false;
  for (const auto& one : changes_) {
    if (one.to != count) continue;
    if (had && now - one.at <= window) ++returns;
    had = true;
  }
  return returns;
}

std::string replicas_contest::look(milliseconds now) {
  forget_what_is_over(now);
  if (!told_.empty() || changes_.size() < 2) return told_;
  const auto& newest = changes_.back();
  if (returns_to(newest.to, now) < returns_min) return told_;
  const auto before = changes_[changes_.size() - 2].to;
  told_ =
      "spec.taskManager.replicas goes back and forth, between " +
      std::to_string(std::min(newest.to, before)) + " and " +
      std::to_string(std::max(newest.to, before)) +
      " last: two managers set it, and drey is none of them. It follows whoever wrote last. Let "
      "one of them alone set it: where an autoscaler does, leave the field out of what is "
      "applied, or let the other ignore it";
  return told_;
}

void tell_of_contest(std::vector<condition>& all, const std::string& text, std::int64_t generation,
                     milliseconds wall) {
  if (text.empty()) {
    std::erase_if(all, [](const condition& one) { return one.type == replicas_contested; });
    return;
  }
  set_condition(all, {std::string(replicas_contested), "True", "TwoManagers", text, {}, generation},
                wall);
}

}  // namespace drey
