/// Words of people: parsing of names, and hints for those that are mistyped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/ids.hpp"
#include "protocol/kube_call.hpp"

namespace drey::sim {

/// The candidate that a mistyped word most likely means: it begins so, or is near by edit distance;
/// empty: none.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// Words parted by blanks.
std::vector<std::string> words_of(std::string_view text);

/// "namespace/name", both of lower-case letters, digits, '-' and '.'; none: something else.
std::optional<object_name> parse_object_name(std::string_view text);

/// "FlinkSessionJob"; none: not a kind.
std::optional<object_kind> kind_of_word(std::string_view word);

/// "`first`, `second` or `third`", for remedies; of many only the first 20.
std::string listed(const std::vector<std::string_view>& words);

}  // namespace drey::sim
