#include "sim/commands/seed_loop.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace drey::sim {

namespace {

/// Results that wait for an earlier seed are kept in memory: at most so many for each thread.
constexpr std::uint64_t ahead_max = 16;

class seed_queue {
public:
  seed_queue(const simulate_options& options, unsigned threads,
             const std::function<void(run_result)>& use)
      : options_(options), window_(ahead_max * threads), use_(use) {}

  /// The next seed as its place in the order; none: all are taken.
  std::optional<std::uint64_t> take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return taken_ < used_ + window_; });
    if (taken_ == options_.seeds) return std::nullopt;
    return taken_++;
  }

  void give(std::uint64_t place, run_result result) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(place, std::move(result));
    for (auto next = waiting_.find(used_); next != waiting_.end(); next = waiting_.find(used_)) {
      use_(std::move(next->second));
      waiting_.erase(next);
      ++used_;
    }
    room_.notify_all();
  }

private:
  const simulate_options& options_;
  const std::uint64_t window_;
  const std::function<void(run_result)>& use_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::map<std::uint64_t, run_result> waiting_;
  std::uint64_t taken_ = 0;
  std::uint64_t used_ = 0;
};

unsigned threads_of(const simulate_options& options) {
  const unsigned wanted =
      options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::min<std::uint64_t>(wanted, options.seeds));
}

}  // namespace

run_result run_guarded(const scenario_runner& runner, const scenario& what, std::uint64_t seed,
                       const run_settings& settings) {
  run_result failed;
  try {
    return runner(what, seed, settings);
  } catch (const std::exception& failure) {
    failed.violations.push_back({0, milliseconds{0}, failure.what()});
  }
  failed.seed = seed;
  failed.scenario = what.name;
  failed.faults = what.faults.name;
  return failed;
}

void run_seeds(const simulate_options& options, const scenario_runner& runner, const scenario& what,
               const std::function<void(run_result)>& use) {
  const unsigned threads = threads_of(options);
  seed_queue queue(options, threads, use);
  const auto work = [&] {
    while (const auto place = queue.take())
      queue.give(*place, run_guarded(runner, what, options.seed + *place, {{}, options.form}));
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (auto& one : others) one.join();
}

}  // namespace drey::sim
