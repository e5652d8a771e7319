#include "tests/worlds/many_runs.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace drey::sim {

namespace {

using wall = std::chrono::steady_clock;
constexpr std::chrono::seconds budget{120};  // after this nothing is begun that need not be
constexpr unsigned workers = 2;
constexpr std::uint64_t wire_share = 16;  // every so many runs go through the codecs

/// One run that is to be made.
struct task {
  std::size_t share = 0;
  std::uint64_t seed = 0;
  bool counts_for_coverage = false;
  wire_form form = wire_form::typed;
};

class seed_run {
public:
  seed_run() {
    for (const auto& one : heavy_shares) scenarios_.push_back(scenario_of(one.path, "heavy"));
  }

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
      const auto one = at(place);
      if (!one.counts_for_coverage && wall::now() - start_ >= budget) break;
      world_settings settings;
      if (one.counts_for_coverage) settings.reached = &reached;
      settings.form = one.form;
      take(one, place, judged_run(scenarios_[one.share], one.seed, std::move(settings)));
    }
    const std::lock_guard lock(mutex_);
    sums_.reached.transitions.merge(reached.transitions);
    sums_.reached.faults.merge(reached.faults);
  }

  static task at(std::uint64_t place) {
    const auto form = place % wire_share == 0 ? wire_form::encoded : wire_form::typed;
    auto within = place;
    std::size_t share = 0;
    for (; share + 1 < heavy_shares.size() && within >= heavy_shares[share].seeds; ++share)
      within -= heavy_shares[share].seeds;
    return {share, within + 1, within < heavy_shares[share].seeds, form};
  }

  void take(const task& one, std::uint64_t place, const run_result& result) {
    const std::lock_guard lock(mutex_);
    ++sums_.done[one.share];
    if (held(result)) return;
    failed_[place] = replay_of(heavy_shares[one.share].path, "heavy", one.seed, one.form) + "\n" +
                     complaints_of(result);
  }

  std::vector<scenario> scenarios_;
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
