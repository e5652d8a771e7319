#include "sim/scenario/reading.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "protocol/limits.hpp"
#include "sim/scenario/span.hpp"

namespace drey::sim {

namespace {

struct budget {
  std::int64_t nodes_left = limits::yaml_nodes_max;
};

/// False when the tree, aliases followed, is deeper or larger than the limits allow.
bool within_limits(const YAML::Node& node, int depth_left, budget& left) {
  if (depth_left == 0 || --left.nodes_left < 0) return false;
  if (node.IsSequence())
    return std::all_of(node.begin(), node.end(),
                       [&](const auto& item) { return within_limits(item, depth_left - 1, left); });
  if (node.IsMap())
    return std::all_of(node.begin(), node.end(), [&](const auto& entry) {
      return within_limits(entry.second, depth_left - 1, left);
    });
  return true;
}

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

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

std::optional<place> reading::parse(const std::string& text) {
  if (static_cast<std::int64_t>(text.size()) > limits::manifest_bytes_max) {
    complain(field_error{"", "is larger than 4 MiB", "Split it into smaller files"});
    return std::nullopt;
  }
  try {
    place root{YAML::Load(text), ""};
    budget left;
    if (within_limits(root.node, limits::document_depth_max, left)) return root;
    complain(field_error{"", "is nested too deeply, or its aliases unfold to too much",
                         "Use fewer levels and aliases"});
  } catch (const YAML::Exception& failure) {
    const int line = failure.mark.is_null() ? 0 : failure.mark.line + 1;
    complain(field_error{"", "is not YAML: " + failure.msg, "Correct the syntax", line});
  }
  return std::nullopt;
}

void reading::complain(const place& where, std::string problem, std::string remedy) {
  complain(field_error{where.path, std::move(problem), std::move(remedy), line_of(where.node)});
}

bool reading::is_map_of(const place& where, const std::vector<std::string_view>& known) {
  if (!where.node.IsMap()) {
    complain(where, "must be a map", "Write `key: value` lines with " + listed(known));
    return false;
  }
  const auto before = findings_.size();
  std::vector<std::string> seen;
  for (const auto& entry : where.node) {
    const auto key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    const place at{entry.first, joined(where.path, key)};
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      const auto meant = nearest(key, known);
      complain(at, "is not a known key",
               meant.empty() ? "Use " + listed(known) : "Did you mean `" + meant + "`?");
    } else if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      complain(at, "is given twice", "Keep one of the two");
    }
    seen.push_back(key);
  }
  return findings_.size() == before;
}

bool reading::is_list(const place& where) {
  if (where.node.IsSequence()) return true;
  complain(where, "must be a list", "Write one `- ` line for each");
  return false;
}

std::optional<place> reading::member(const place& map, std::string_view key) const {
  if (!map.node.IsMap()) return std::nullopt;
  const YAML::Node found = map.node[std::string(key)];
  if (!found.IsDefined()) return std::nullopt;
  return place{found, joined(map.path, key)};
}

std::vector<place> reading::items(const place& list) const {
  std::vector<place> all;
  for (const auto& item : list.node)
    all.push_back({item, list.path + "[" + std::to_string(all.size()) + "]"});
  return all;
}

std::optional<std::string> reading::text(const place& where) {
  if (where.node.IsScalar() && !where.node.Scalar().empty()) return where.node.Scalar();
  complain(where, "must be a text", "Write a text on the same line");
  return std::nullopt;
}

std::optional<std::int64_t> reading::integer(const place& where, std::int64_t low,
                                             std::int64_t high) {
  const std::string word = where.node.IsScalar() ? where.node.Scalar() : "";
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (!word.empty() && failure == std::errc{} && end == word.data() + word.size() && value >= low &&
      value <= high)
    return value;
  complain(where, "must be a whole number",
           "Write one from " + std::to_string(low) + " to " + std::to_string(high));
  return std::nullopt;
}

std::optional<milliseconds> reading::span(const place& where) {
  const auto value = where.node.IsScalar() ? parse_span(where.node.Scalar()) : std::nullopt;
  if (!value)
    complain(where, "is not a length of time", "Write for example 250ms, 90s, 5m or 1h30m");
  return value;
}

std::optional<object_name> reading::object(const place& where) {
  auto value = where.node.IsScalar() ? parse_object_name(where.node.Scalar()) : std::nullopt;
  if (!value) complain(where, "is not the name of an object", "Write namespace/name");
  return value;
}

std::optional<object_kind> reading::kind(const place& where, const std::string& word) {
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(std::variant_size_v<drey::object>); ++i) {
    names.push_back(drey::name_of(static_cast<object_kind>(i)));
    if (names.back() == word) return static_cast<object_kind>(i);
  }
  complain(where, "`" + word + "` is not a known kind", "Use " + listed(names));
  return std::nullopt;
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
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
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::optional<object_name> parse_object_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto ns = text.substr(0, slash);
  const auto name = text.substr(slash + 1);
  if (!is_dns_name(ns) || !is_dns_name(name)) return std::nullopt;
  return object_name{std::string(ns), std::string(name)};
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += "`" + std::string(words[i]) + "`";
  }
  return text;
}

}  // namespace drey::sim
