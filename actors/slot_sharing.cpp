#include "actors/slot_sharing.hpp"

#include <algorithm>
#include <utility>

#include "actors/planted_bugs.hpp"

namespace drey {

slots_there slots_of(const std::vector<task_manager_info>& all, std::int32_t wanted) {
  slots_there there;
  std::vector<std::int32_t> slots;
  for (const auto& one : all) {
    slots.push_back(one.slots);
    there.used += one.slots - one.slots_free;
  }
  std::ranges::sort(slots);
  for (std::size_t i = 0; i < slots.size() && std::cmp_less(i, wanted); ++i)
    there.lasting += slots[i];
  return there;
}

namespace {

std::int32_t raise_of(const sharing_job& job) {
  return std::max(0, job.share.current - job.share.least);
}

bool may_change(const sharing_job& job) {
  return job.stand == job_stand::working && job.share.ready;
}

/// Those that wait have slots before those that may use more than they need. In vain nobody gives
/// anything back.
std::int32_t slots_sought(const sharing_known& known) {
  if (is_planted(planted_bug::greedy_parallelism)) return 0;
  std::vector<std::int32_t> waits;
  std::int32_t raised = 0;
  for (const auto& job : known.jobs) {
    if (job.waits > 0) waits.push_back(job.waits);
    raised += may_change(job) ? raise_of(job) : 0;
  }
  std::ranges::sort(waits);
  std::int32_t served = 0;
  for (const auto one : waits)
    if (served + one - known.free <= raised) served += one;
  const auto lack = std::max(0, known.slots.used - known.slots.lasting);
  return served > 0 ? std::max(served - known.free, lack) : lack;
}

/// Who has most beyond its need gives first: so the fewest jobs restart.
std::optional<slot_wish> give_room(const sharing_known& known, const std::string& aside) {
  const auto sought = slots_sought(known);
  const sharing_job* giver = nullptr;
  for (const auto& job : known.jobs) {
    if (!may_change(job) || raise_of(job) == 0 || job.uid == aside) continue;
    if (giver == nullptr ||
        std::pair{-raise_of(job), job.uid} < std::pair{-raise_of(*giver), giver->uid})
      giver = &job;
  }
  if (sought <= 0 || giver == nullptr) return std::nullopt;
  const auto given = std::min(raise_of(*giver), sought);
  return slot_wish{giver->uid, wish_for::room, giver->share.current - given};
}

/// What Flink cannot bring back with what it had, it can with what there is. One whose own need is
/// not there waits for that.
std::optional<slot_wish> fit_in(const sharing_known& known, const std::string& aside) {
  for (const auto& job : known.jobs) {
    if (!job.share.stuck || !job.share.flexible || raise_of(job) == 0 || job.uid == aside) continue;
    auto room = known.slots.lasting;
    for (const auto& other : known.jobs)
      if (other.uid != job.uid && (other.stand == job_stand::working || other.share.stuck))
        room -= other.share.current;
    if (room >= job.share.least && room < job.share.current)
      return slot_wish{job.uid, wish_for::what_there_is, room};
  }
  return std::nullopt;
}

struct portion {
  const sharing_job* job;
  std::int32_t parallelism;
};

/// It has less for what it needs.
bool is_needier(const portion& a, const portion& b) {
  const auto left = std::int64_t{a.parallelism} * b.job->share.least;
  const auto right = std::int64_t{b.parallelism} * a.job->share.least;
  return left != right ? left < right : a.job->uid < b.job->uid;
}

portion* neediest(std::vector<portion>& all) {
  portion* found = nullptr;
  for (auto& one : all)
    if (one.parallelism < one.job->share.most && (found == nullptr || is_needier(one, *found)))
      found = &one;
  return found;
}

/// What is free goes to all that work, in proportion to their needs; whose turn is not yet keeps
/// its portion.
std::optional<slot_wish> take_more(const sharing_known& known, const std::string& aside) {
  const auto waits = [](const sharing_job& job) { return job.waits > 0; };
  if (!known.calm || std::ranges::any_of(known.jobs, waits)) return std::nullopt;
  std::vector<portion> all;
  for (const auto& job : known.jobs)
    if (job.stand == job_stand::working && job.share.flexible && job.uid != aside)
      all.push_back({&job, job.share.current});
  for (auto left = known.free; left > 0; --left) {
    auto* one = neediest(all);
    if (one == nullptr) break;
    ++one->parallelism;
  }
  const portion* next = nullptr;
  for (const auto& one : all) {
    const auto& job = *one.job;
    const bool due = may_change(job) && known.now.wall >= job.share.raise_from;
    if (!due || one.parallelism <= job.share.current) continue;
    if (next == nullptr ||
        std::pair{raise_of(job), job.uid} < std::pair{raise_of(*next->job), next->job->uid})
      next = &one;
  }
  if (next == nullptr) return std::nullopt;
  return slot_wish{next->job->uid, wish_for::more, next->parallelism};
}

}  // namespace

std::optional<slot_wish> wish_of(const sharing_known& known, const std::string& aside) {
  if (!known.open) return std::nullopt;
  if (auto wish = give_room(known, aside)) return wish;
  if (auto wish = fit_in(known, aside)) return wish;
  if (auto wish = take_more(known, aside)) return wish;
  return aside.empty() ? std::nullopt : wish_of(known, {});
}

}  // namespace drey
