#include "actors/unmade_pod.hpp"

#include <algorithm>
#include <array>

#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

/// Most volumes are there, and most networks, before that.
constexpr milliseconds patience_first{3'000};

constexpr std::array<std::string_view, 3> hindrances{"FailedMount", "FailedAttachVolume",
                                                     "FailedCreatePodSandBox"};
/// What comes after volumes and network.
constexpr std::array<std::string_view, 4> progress{"Pulling", "Pulled", "Created", "Started"};

bool is_one_of(const auto& all, const std::string& reason) {
  return std::ranges::find(all, reason) != all.end();
}

/// A sum of the others, told every two minutes.
bool is_summary(const event_record& x) {
  return x.message.starts_with("Unable to attach or mount volumes");
}

/// One that says which thing is missing goes before a summary, then the newer one.
bool is_better(const event_record& a, const event_record& b) {
  if (is_summary(a) != is_summary(b)) return is_summary(b);
  return a.last > b.last;
}

}  // namespace

bool is_unmade(const pod& x) {
  const bool plain = x.waiting_reason.empty() || is_start_in_order(x.waiting_reason);
  return !x.node_name.empty() && !x.metadata.deletion_timestamp && x.phase == pod_phase::pending &&
         plain;
}

bool unmade_pod::look(milliseconds now, const std::string& uid) {
  if (uid != uid_) *this = {};
  if (uid.empty()) return false;
  if (uid_.empty()) {
    uid_ = uid;
    since_ = now;
  }
  const bool early = now - since_ < patience_first;
  if (early || (asked_ && now - *asked_ < events_again)) return false;
  asked_ = now;
  return !is_planted(planted_bug::silent_mounts);
}

void unmade_pod::learn(const std::string& uid, const object_list& events, milliseconds wall) {
  if (uid != uid_) return;  // or it was made meanwhile
  milliseconds made_progress{0};
  for (const auto& one : events.items)
    if (const auto* x = std::get_if<event_record>(one.get()); x && is_one_of(progress, x->reason))
      made_progress = std::max(made_progress, x->last);
  const event_record* best = nullptr;
  bool same = false;
  for (const auto& one : events.items) {
    const auto* x = std::get_if<event_record>(one.get());
    if (x == nullptr || !is_one_of(hindrances, x->reason)) continue;
    if (wall - x->last > event_lasts || x->last <= made_progress) continue;
    same = same || x->reason == reason_;
    if (best == nullptr || is_better(*x, *best)) best = x;
  }
  if (same) return;
  reason_ = best == nullptr ? std::string{} : best->reason;
  message_ = best == nullptr ? std::string{} : best->message;
}

std::optional<trouble> unmade_pod::told(const pod& x) const {
  if (reason_.empty() || x.metadata.uid != uid_) return std::nullopt;
  return trouble_of_unmade(x, reason_, message_);
}

std::optional<trouble> trouble_of(const pod& x, const unmade_pods& unmade, milliseconds wall) {
  auto found = trouble_of(x, wall);
  for (const auto& one : unmade)
    if (!found) found = one.told(x);
  return found;
}

}  // namespace drey
