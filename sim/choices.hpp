/// The one source of chance of a simulated run: every decision that the world makes is a typed
/// draw, and the answers are the repro. Not `std::uniform_int_distribution`: its results differ by
/// library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

#include "protocol/time.hpp"

namespace drey::sim {

class choices {
public:
  explicit choices(std::uint64_t seed);

  /// One of 0 … n-1. `kind` and `site` say what is decided and where, for coverage and for drivers;
  /// both must be string literals. n <= 1 draws nothing and is 0.
  std::size_t choose(std::string_view kind, std::string_view site, std::size_t n);

  /// True in `per_mille` of 1000 cases; 0 draws nothing.
  bool happens(std::string_view kind, std::string_view site, std::uint32_t per_mille);

  /// Uniform in [low, high].
  milliseconds between(std::string_view kind, std::string_view site, milliseconds low,
                       milliseconds high);

  /// Exponential-like wait with the given mean (geometric over 64 steps): memoryless enough, and
  /// the same on every platform.
  milliseconds around(std::string_view kind, std::string_view site, milliseconds mean);

  /// How many draws were made; equal runs make equal numbers.
  std::uint64_t drawn() const { return drawn_; }

  /// The sites of kind "fault" that struck, for coverage.
  const std::set<std::string_view>& faults_struck() const { return faults_struck_; }

private:
  std::uint64_t next();

  std::uint64_t state_[4];
  std::uint64_t drawn_ = 0;
  std::set<std::string_view> faults_struck_;
};

}  // namespace drey::sim
