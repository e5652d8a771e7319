/// A progress bar for long work, on a terminal only.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace drey::sim {

class progress {
public:
  enum class seed { held, violated };

  /// Draws on `err` if that is a terminal, else nothing.
  progress(std::ostream& err, std::uint64_t total);

  void advance(seed verdict);
  /// Takes the bar away.
  void clear();

private:
  void draw(std::chrono::steady_clock::time_point now);

  std::ostream& err_;
  const bool visible_;
  const std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::uint64_t violated_ = 0;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
};

/// "[#####-----] 1200/2000 seeds, 3 violated, 12s left". `left_seconds` below 0: not known.
std::string progress_text(std::uint64_t done, std::uint64_t total, std::uint64_t violated,
                          std::int64_t left_seconds);

}  // namespace drey::sim
