/// Label selectors as in `?labelSelector=`: "a=b,c!=d,e,!f,g in (h,i),j notin (k)".
/// kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/kubernetes.hpp"

namespace drey {

class label_selector {
public:
  /// Matches everything.
  label_selector() = default;
  /// None: not a selector; `selector_problem` says why.
  static std::optional<label_selector> parse(std::string_view text);

  bool matches(const string_map& labels) const;
  bool matches_everything() const { return terms_.empty(); }

private:
  enum class relation { among, not_among, exists, absent };
  struct term {
    relation how = relation::exists;
    std::string key;
    std::vector<std::string> values;
  };
  friend class selector_reader;
  static bool holds(const term& x, const string_map& labels);

  std::vector<term> terms_;
};

/// What is wrong with a selector, in a sentence; empty: nothing.
std::string selector_problem(std::string_view text);

/// Every label of `wanted` is in `labels` with the same value (`matchLabels`).
bool includes(const string_map& labels, const string_map& wanted);

}  // namespace drey
