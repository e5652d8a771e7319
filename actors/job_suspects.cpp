#include "actors/job_suspects.hpp"

#include <algorithm>

#include "actors/job_status.hpp"
#include "actors/planted_bugs.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

/// From the end of a container to what is seen of it: Flink has to notice, too.
constexpr milliseconds notice_max = limits::heartbeat_timeout + limits::heartbeat_interval;
/// What fell so long before its end was told fell with it.
constexpr milliseconds told_late{2'000};
constexpr milliseconds kept = suspicion_window + suspicion_lasts;
constexpr std::size_t falls_kept = 32;
constexpr std::size_t ends_told = 5;
constexpr std::size_t others_told = 3;

bool is_blamed(const blamed_end& one, const std::string& job) { return one.jobs.contains(job); }

/// Those that count: within the window that ends with the last of them.
std::vector<const blamed_end*> ends_with(const case_file& all, const std::string& job) {
  std::vector<const blamed_end*> found;
  for (const auto& one : all.ends)
    if (is_blamed(one, job)) found.push_back(&one);
  if (found.empty()) return found;
  const auto since = found.back()->seen - suspicion_window;
  std::erase_if(found, [&](const blamed_end* one) { return one->seen < since; });
  return found;
}

std::size_t count_of(const std::vector<const blamed_end*>& ends, const std::string& job) {
  return static_cast<std::size_t>(
      std::ranges::count_if(ends, [&](const blamed_end* one) { return is_blamed(*one, job); }));
}

/// Somebody else was there each time, and other times, too.
bool is_excused(const case_file& all, const std::string& job,
                const std::vector<const blamed_end*>& ends) {
  return std::ranges::any_of(all.names, [&](const auto& other) {
    return other.first != job && count_of(ends, other.first) == ends.size() &&
           std::ranges::any_of(all.ends, [&](const blamed_end& one) {
             return is_blamed(one, other.first) && !is_blamed(one, job);
           });
  });
}

std::string text_of_others(const case_file& all, const std::string& job,
                           const std::vector<const blamed_end*>& ends) {
  std::vector<std::pair<std::size_t, std::string>> others;
  for (const auto& [key, name] : all.names)
    if (const auto times = count_of(ends, key); key != job && times > 0)
      others.emplace_back(times, name);
  if (others.empty()) return "No other job fell with them";
  std::ranges::sort(others, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  const auto more = others.size() > others_told ? others.size() - others_told : 0;
  others.resize(others.size() - more);
  std::string text = "Others fell with some of them, too: ";
  for (const auto& [times, name] : others)
    text += (text.ends_with(": ") ? "" : ", ") + name + " (" + std::to_string(times) + ")";
  return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

std::string text_of(const case_file& all, const std::string& job,
                    const std::vector<const blamed_end*>& ends) {
  auto text = "its tasks fell with " + std::to_string(ends.size()) +
              " containers of TaskManagers that ended within " +
              std::to_string(suspicion_window.count() / 60'000) + " min: ";
  const auto told = std::min(ends.size(), ends_told);
  for (std::size_t i = ends.size() - told; i < ends.size(); ++i) {
    const auto& one = ends[i]->what;
    text += (text.ends_with(": ") ? "" : ", ") + one.pod + " at " +
            timestamp_seconds(one.at.value_or(milliseconds{0})) + " (" + one.how + ")";
  }
  return text + ". " + text_of_others(all, job, ends) +
         ". It may be what ends them, by its memory, its native code or System.exit. Nothing is "
         "stopped for that: suspend it (spec.job.state), or give it a cluster of its own, to see "
         "whether they live then";
}

}  // namespace

std::map<std::string, std::string> suspects_in(const case_file& all, milliseconds now) {
  std::map<std::string, std::string> suspected;
  const auto enough = is_planted(planted_bug::hasty_suspicion) ? 1 : suspicious_ends;
  for (const auto& [job, name] : all.names) {
    const auto ends = ends_with(all, job);
    if (ends.size() < enough || now - ends.back()->seen >= suspicion_lasts) continue;
    const auto alone = all.fell_alone.find(job);
    if (alone != all.fell_alone.end() && alone->second > ends.size()) continue;
    if (!is_excused(all, job, ends)) suspected[job] = text_of(all, job, ends);
  }
  return suspected;
}

// ── what is seen ────────────────────────────────────────────────────────────────────────────────

void job_suspects::look(const suspects_sight& seen) {
  const auto now = seen.now.monotonic;
  if (!began_) began_ = now;
  look_at_pods(seen);
  look_at_jobs(seen);
  std::erase_if(ends_, [&](const blamed_end& one) { return now - one.seen > kept; });
  for (auto& [job, all] : falls_)
    while (!all.empty() && (all.size() > falls_kept || now - all.front() > kept)) all.pop_front();
  std::erase_if(falls_, [](const auto& one) { return one.second.empty(); });
  std::erase_if(names_, [&](const auto& one) { return !falls_.contains(one.first); });
  auto suspected = suspects_in(files(), now);
  if (suspected.empty() && !told_ && now - *began_ < suspicion_lasts) return;
  if (!told_ || *told_ != suspected)
    told_ = std::make_shared<const suspicions>(std::move(suspected));
}

/// What ended before we began to look has nobody's name on it.
void job_suspects::look_at_pods(const suspects_sight& seen) {
  std::set<std::string> there;
  for (const auto& one : seen.ends) {
    there.insert(one.uid);
    const auto [at, is_new] = known_ends_.try_emplace(one.uid, one.at);
    if (is_new || at->second == one.at || !one.at) continue;
    at->second = one.at;
    ends_.push_back({one, seen.now.monotonic, {}});
  }
  std::erase_if(known_ends_, [&](const auto& one) { return !there.contains(one.first); });
}

/// A job that is stopped does not fall; neither do those whose JobManager is another one.
void job_suspects::look_at_jobs(const suspects_sight& seen) {
  if (seen.incarnation.empty()) return;
  if (incarnation_ != seen.incarnation) jobs_.clear();
  incarnation_ = seen.incarnation;
  std::set<std::string> there;
  for (const auto& one : seen.jobs) {
    there.insert(one.id.hex);
    auto& known = jobs_[one.id.hex];
    known.name = one.name;
    if (!one.owner.empty()) known.owner = one.owner;
    const bool stops =
        one.state.starts_with("CANCEL") || one.state == "FINISHED" || one.state == "SUSPENDED";
    const bool falls = one.at_work < known.at_work && !stops && !known.down;
    if (one.at_work > known.at_work) known.down = false;
    known.at_work = one.at_work;
    if (!falls) continue;
    known.down = true;
    const auto& key = known.owner.empty() ? one.id.hex : known.owner;
    names_[key] = known.name;
    falls_[key].push_back(seen.now.monotonic);
  }
  std::erase_if(jobs_, [&](const auto& one) { return !there.contains(one.first); });
}

/// Each fall belongs to the newest end that it can come from.
case_file job_suspects::files() const {
  case_file all{ends_, names_, {}};
  for (const auto& [job, falls] : falls_)
    for (const auto fell : falls) {
      const auto found =
          std::find_if(all.ends.rbegin(), all.ends.rend(), [&](const blamed_end& one) {
            return one.seen - told_late <= fell && fell <= one.seen + notice_max;
          });
      if (found != all.ends.rend())
        found->jobs.insert(job);
      else
        ++all.fell_alone[job];
    }
  return all;
}

bool job_suspects::is_alert(milliseconds now) const {
  return !ends_.empty() && now - ends_.back().seen <= notice_max &&
         std::ranges::any_of(jobs_, [](const auto& one) { return one.second.at_work > 0; });
}

// ── what is told ────────────────────────────────────────────────────────────────────────────────

bool tell_of_suspicion(const job_known& known, std::vector<condition>& all) {
  const auto& told = known.cluster.suspected;
  const bool alone = known.cluster.phase == cluster_phase::missing;  // nothing of it ends any more
  if (!told && !alone) return false;
  const auto found = told ? told->find(known.uid) : suspicions::const_iterator{};
  if (!told || found == told->end()) {
    std::erase_if(all, [](const condition& one) { return one.type == suspected_condition; });
    return false;
  }
  const bool is_new = std::ranges::find(all, suspected_condition, &condition::type) == all.end();
  set_condition(all,
                {std::string(suspected_condition),
                 "True",
                 "TaskManagersEnd",
                 found->second,
                 {},
                 known.generation},
                known.now.wall);
  return is_new;
}

}  // namespace drey
