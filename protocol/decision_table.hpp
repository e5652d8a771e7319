/// Decisions as tables: a row per case, read from top to bottom by people and proved by the
/// compiler to be exhaustive and free of overlap.
#pragma once

#include <array>
#include <cstddef>

namespace drey {

/// What a column of a rule demands: yes, no, or whatever.
enum class is : char { no, yes, any };

template <class Decision, std::size_t Questions>
struct rule {
  char label;
  std::array<is, Questions> when;
  Decision then;

  constexpr bool fits(const std::array<bool, Questions>& answers) const {
    for (std::size_t i = 0; i < Questions; ++i)
      if (when[i] != is::any && (when[i] == is::yes) != answers[i]) return false;
    return true;
  }
};

/// Every combination of answers fits exactly one rule.
template <class Decision, std::size_t Questions, std::size_t Rules>
constexpr bool decides_all(const std::array<rule<Decision, Questions>, Rules>& rules) {
  for (std::size_t bits = 0; bits < (std::size_t{1} << Questions); ++bits) {
    std::array<bool, Questions> answers{};
    for (std::size_t i = 0; i < Questions; ++i) answers[i] = ((bits >> i) & 1) != 0;
    std::size_t fitting = 0;
    for (const auto& one : rules) fitting += one.fits(answers) ? 1 : 0;
    if (fitting != 1) return false;
  }
  return true;
}

/// The decision of the one rule that fits. Total when `decides_all(rules)` holds.
template <class Decision, std::size_t Questions, std::size_t Rules>
constexpr Decision decide(const std::array<rule<Decision, Questions>, Rules>& rules,
                          const std::array<bool, Questions>& answers) {
  for (const auto& one : rules)
    if (one.fits(answers)) return one.then;
  return rules.back().then;  // not reached: the table is proved exhaustive where it is defined
}

}  // namespace drey
