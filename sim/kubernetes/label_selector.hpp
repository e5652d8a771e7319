/// Equality-based label selectors as in `?labelSelector=`: "a=b,c!=d,e,!f".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/kubernetes.hpp"

namespace drey::sim {

class label_selector {
public:
  /// Matches everything.
  label_selector() = default;
  /// None: not such a selector (set-based terms such as `in (…)` are not understood).
  static std::optional<label_selector> parse(std::string_view text);

  bool matches(const string_map& labels) const;
  bool matches_everything() const { return terms_.empty(); }

private:
  enum class relation { equals, differs, exists, absent };
  struct term {
    relation how;
    std::string key;
    std::string value;
  };
  static std::optional<term> parse_term(std::string_view text);
  static bool holds(const term& x, const string_map& labels);

  std::vector<term> terms_;
};

/// Every label of `wanted` is in `labels` with the same value (`matchLabels`).
bool includes(const string_map& labels, const string_map& wanted);

}  // namespace drey::sim
