#include "actors/slots_lost.hpp"

#include <algorithm>
#include <utility>

#include "actors/planted_bugs.hpp"
#include "protocol/limits.hpp"

namespace drey {

namespace {

constexpr std::size_t told_max = 5;

/// A TaskManager, and what it has lost for long enough.
struct told_one {
  const task_manager_slots* of = nullptr;
  lost_slots lost;
};

void note(std::optional<milliseconds>& since, bool is, milliseconds now) {
  if (!is)
    since.reset();
  else if (!since)
    since = now;
}

bool lasts(const std::optional<milliseconds>& since, milliseconds now) {
  return since && now - *since >= limits::slots_lost_patience;
}

std::string text_of(const told_one& x) {
  auto text = "TaskManager " + x.of->pod;
  if (x.lost.lacking > 0)
    text += " offers " + std::to_string(x.of->slots) + " of the " +
            std::to_string(x.of->slots + x.lost.lacking) + " slots that it was made with";
  if (x.lost.held > 0)
    text += std::string(x.lost.lacking > 0 ? ", and" : "") + " has " + std::to_string(x.lost.held) +
            (x.lost.held == 1 ? " slot" : " slots") + " taken, though no job lives";
  return text;
}

trouble trouble_of(std::vector<told_one> all, const std::string& ns) {
  std::ranges::sort(all, [](const told_one& a, const told_one& b) {
    return std::pair{a.of->pod.size(), a.of->pod} < std::pair{b.of->pod.size(), b.of->pod};
  });
  const auto more = all.size() > told_max ? all.size() - told_max : 0;
  std::string text, pods;
  bool lacks = false;
  for (std::size_t i = 0; i < all.size() - more; ++i) {
    text += (text.empty() ? "" : "; ") + text_of(all[i]);
    pods += " " + all[i].of->pod;
    lacks = lacks || all[i].lost.lacking > 0;
  }
  if (more > 0) text += "; and " + std::to_string(more) + " more";
  text += ". To have them back: kubectl -n " + ns + " delete pod" + pods +
          ". Only jobs with tasks there restart; drey does not do it unasked, since what is left "
          "works";
  if (lacks)
    text +=
        ". If the next one offers as few: does its pod template set another number, in args or "
        "env?";
  return {std::string(slots_lost_reason), all.front().of->uid, std::move(text)};
}

}  // namespace

lost_slots lost_by(const task_manager_slots& one, const slots_sight& seen) {
  const bool works = seen.lives && !is_planted(planted_bug::suspected_slots);
  return {one.current ? std::max(0, seen.configured - one.slots) : 0,
          works ? 0 : std::max(0, one.slots - one.free)};
}

slots_lost::slots_lost(const std::vector<condition>& recorded) {
  const auto found = std::ranges::find(recorded, "Degraded", &condition::type);
  if (found != recorded.end() && found->status == "True" && found->reason == slots_lost_reason)
    told_ = trouble{found->reason, "", found->message};
}

/// A job that began and ended between two answers had these slots: what is held counts anew. Under
/// another JobManager all does. What an operator before us told has lasted.
void slots_lost::look(const slots_sight& seen) {
  const bool follows = incarnation_.empty() && told_;
  const auto since = follows ? seen.now - limits::slots_lost_patience : seen.now;
  if (incarnation_ != seen.incarnation) {
    incarnation_ = seen.incarnation;
    newest_start_ = 0;
    spells_.clear();
  }
  auto before = std::exchange(spells_, {});
  const bool same_jobs = seen.newest_start <= newest_start_;  // those that are over are forgotten
  newest_start_ = std::max(newest_start_, seen.newest_start);
  std::vector<told_one> all;
  for (const auto& one : seen.task_managers) {
    const auto lost = lost_by(one, seen);
    if (lost == lost_slots{}) continue;
    auto now = before[one.uid];
    if (!same_jobs) now.held.reset();
    note(now.lacking, lost.lacking > 0, since);
    note(now.held, lost.held > 0, since);
    const lost_slots lasting{lasts(now.lacking, seen.now) ? lost.lacking : 0,
                             lasts(now.held, seen.now) ? lost.held : 0};
    if (lasting != lost_slots{}) all.push_back({&one, lasting});
    spells_.emplace(one.uid, now);
  }
  told_.reset();
  if (!all.empty() && !is_planted(planted_bug::silent_slots))
    told_ = trouble_of(std::move(all), seen.ns);
}

std::optional<trouble> slots_lost::told(std::string_view incarnation) const {
  if (incarnation.empty()) return std::nullopt;
  return incarnation_.empty() || incarnation_ == incarnation ? told_ : std::nullopt;
}

}  // namespace drey
