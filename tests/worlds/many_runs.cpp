#include "tests/worlds/many_runs.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

namespace drey::sim {

namespace {

using wall = std::chrono::steady_clock;
constexpr std::chrono::seconds budget{120};  // after this nothing is begun that need not be
constexpr unsigned workers = 2;
constexpr std::uint64_t wire_share = 16;  // every so many runs go through the codecs

/// One run that is to be made.
struct task {
  const char* path = nullptr;
  const scenario* what = nullptr;
  std::uint64_t seed = 0;
  bool counts_for_coverage = false;
  wire_form form = wire_form::typed;
};

class seed_run {
public:
  seed_run()
      : standard_(scenario_of(standard_scenario, "heavy")),
        people_(scenario_of(people_scenario, "heavy")),
        rollout_(scenario_of(rollout_scenario, "heavy")) {}

  many_runs run() {
    std::vector<std::thread> others;
    for (unsigned i = 1; i < workers; ++i) others.emplace_back([this] { work(); });
    work();
    for (auto& one : others) one.join();
    for (auto& [order, text] : failed_) sums_.failed.push_back(std::move(text));
    return std::move(sums_);
  }

private:
  void work() {
    coverage reached;
    while (true) {
      const auto place = next_++;
      const bool is_needed = place < people_seeds + rollout_seeds + standard_seeds;
      if (!is_needed && wall::now() - start_ >= budget) break;
      const auto one = at(place);
      world_settings settings;
      if (one.counts_for_coverage) settings.reached = &reached;
      settings.form = one.form;
      take(one, place, judged_run(*one.what, one.seed, std::move(settings)));
    }
    const std::lock_guard lock(mutex_);
    sums_.reached.transitions.merge(reached.transitions);
    sums_.reached.faults.merge(reached.faults);
  }

  task at(std::uint64_t place) const {
    const auto form = place % wire_share == 0 ? wire_form::encoded : wire_form::typed;
    if (place < people_seeds) return {people_scenario, &people_, place + 1, true, form};
    if (place < people_seeds + rollout_seeds)
      return {rollout_scenario, &rollout_, place - people_seeds + 1, true, form};
    const auto seed = place - people_seeds - rollout_seeds + 1;
    return {standard_scenario, &standard_, seed, seed <= standard_seeds, form};
  }

  void take(const task& one, std::uint64_t place, const run_result& result) {
    const std::lock_guard lock(mutex_);
    ++(one.what == &people_    ? sums_.people_done
       : one.what == &rollout_ ? sums_.rollouts_done
                               : sums_.standard_done);
    if (held(result)) return;
    failed_[place] =
        replay_of(one.path, "heavy", one.seed, one.form) + "\n" + complaints_of(result);
  }

  const scenario standard_;
  const scenario people_;
  const scenario rollout_;
  const wall::time_point start_ = wall::now();
  std::atomic<std::uint64_t> next_{0};
  std::mutex mutex_;
  std::map<std::uint64_t, std::string> failed_;
  many_runs sums_;
};

}  // namespace

const many_runs& heavy_runs() {
  static const many_runs all = seed_run{}.run();
  return all;
}

}  // namespace drey::sim
