#include "protocol/flink_values.hpp"

#include <algorithm>

namespace drey {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view without_blanks(std::string_view text) {
  const auto from = text.find_first_not_of(blanks);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

/// Takes a quoted part, its quotes included, off the front. None: it does not close.
std::optional<std::string> take_quoted(std::string_view& text) {
  const char quote = text.front();
  std::string part;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != quote) {
      part += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == quote) {
      part += quote;
      ++at;
    } else {
      text.remove_prefix(at + 1);
      return part;
    }
  }
  return std::nullopt;
}

/// Empty parts at the ends are none: "a;" is one part.
std::optional<std::vector<std::string>> split(std::string_view text, char delimiter) {
  std::vector<std::string> parts;
  text = without_blanks(text);
  while (!text.empty()) {
    if (text.front() == '\'' || text.front() == '"') {
      auto part = take_quoted(text);
      text = without_blanks(text);
      if (!part || (!text.empty() && text.front() != delimiter)) return std::nullopt;
      parts.push_back(std::move(*part));
    } else {
      const auto end = std::min(text.find(delimiter), text.size());
      parts.emplace_back(without_blanks(text.substr(0, end)));
      text.remove_prefix(end);
    }
    if (!text.empty()) text.remove_prefix(1);
    text = without_blanks(text);
  }
  return parts;
}

}  // namespace

std::optional<std::vector<std::string>> parse_flink_list(std::string_view text) {
  return split(text, ';');
}

std::optional<string_map> parse_flink_map(std::string_view text) {
  const auto members = split(text, ',');
  if (!members) return std::nullopt;
  string_map map;
  for (const auto& member : *members) {
    auto pair = split(member, ':');
    if (!pair || pair->size() != 2) return std::nullopt;
    map[pair->front()] = pair->back();
  }
  return map;
}

std::optional<std::vector<string_map>> parse_flink_maps(std::string_view text) {
  const auto items = split(text, ';');
  if (!items) return std::nullopt;
  std::vector<string_map> maps;
  for (const auto& item : *items) {
    auto map = parse_flink_map(item);
    if (!map) return std::nullopt;
    maps.push_back(std::move(*map));
  }
  return maps;
}

std::optional<string_map> map_option(const configuration& config, std::string_view key) {
  if (const auto whole = value_of(config, key)) return parse_flink_map(*whole);
  const auto prefix = std::string(key) + ".";
  string_map map;
  for (auto at = config.lower_bound(prefix); at != config.end() && at->first.starts_with(prefix);
       ++at)
    map[at->first.substr(prefix.size())] = at->second;
  return map;
}

}  // namespace drey
