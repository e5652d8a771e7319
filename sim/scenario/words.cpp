#include "sim/scenario/words.hpp"

#include <algorithm>

namespace drey::sim {

namespace {

bool is_dns_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  const auto fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const auto edge = [&](char c) { return fine(c) && c != '-' && c != '.'; };
  return std::all_of(text.begin(), text.end(), fine) && edge(text.front()) && edge(text.back());
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  // The beginning of a longer word: "evict" means "evict pod".
  constexpr std::size_t beginning_min = 4;
  for (const auto candidate : candidates)
    if (word.size() >= beginning_min && candidate.starts_with(word)) return std::string(candidate);
  std::string_view best;
  std::size_t best_distance = 1 + word.size() / 3;
  for (const auto candidate : candidates) {
    const auto d = distance(word, candidate);
    if (d <= best_distance && (best.empty() || d < best_distance)) {
      best = candidate;
      best_distance = d;
    }
  }
  return std::string(best);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
    if (text.empty()) return words;
    const auto end = std::min(text.find_first_of(" \t\n"), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::optional<object_name> parse_object_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto ns = text.substr(0, slash);
  const auto name = text.substr(slash + 1);
  if (!is_dns_name(ns) || !is_dns_name(name)) return std::nullopt;
  return object_name{std::string(ns), std::string(name)};
}

std::optional<object_kind> kind_of_word(std::string_view word) {
  for (std::size_t i = 0; i < std::variant_size_v<drey::object>; ++i)
    if (drey::name_of(static_cast<object_kind>(i)) == word) return static_cast<object_kind>(i);
  return std::nullopt;
}

std::string listed(const std::vector<std::string_view>& words) {
  constexpr std::size_t shown_max = 20;
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i == shown_max) return text + " …";
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += "`" + std::string(words[i]) + "`";
  }
  return text;
}

}  // namespace drey::sim
