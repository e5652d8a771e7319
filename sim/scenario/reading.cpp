#include "sim/scenario/reading.hpp"

#include <algorithm>
#include <charconv>
#include <variant>

#include "protocol/limits.hpp"
#include "sim/scenario/span.hpp"
#include "sim/scenario/words.hpp"

namespace drey::sim {

namespace {

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

}  // namespace

std::optional<place> reading::parse(std::string_view text) {
  if (static_cast<std::int64_t>(text.size()) > limits::manifest_bytes_max) {
    complain(field_error{"", "is larger than 4 MiB", "Split it into smaller files"});
    return std::nullopt;
  }
  field_errors errors;
  tree_ = yaml_tree::parse(text, errors);
  for (auto& error : errors) complain(std::move(error));
  if (!errors.empty()) return std::nullopt;
  if (tree_.documents().size() == 1) return place{&tree_, tree_.documents().front(), ""};
  complain(field_error{
      "", "must hold exactly one YAML document, not " + std::to_string(tree_.documents().size()),
      "Write one document, without `---` between parts"});
  return std::nullopt;
}

void reading::complain(const place& where, std::string problem, std::string remedy) {
  complain(field_error{where.path, std::move(problem), std::move(remedy), where.line()});
}

bool reading::is_map_of(const place& where, const std::vector<std::string_view>& known) {
  if (!where.is_map()) {
    complain(where, "must be a map", "Write `key: value` lines with " + listed(known));
    return false;
  }
  const auto before = findings_.size();
  const auto& children = where.node().children;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    const auto& key = where.tree->at(children[i]).text;
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto meant = nearest(key, known);
    complain({where.tree, children[i], joined(where.path, key)}, "is not a known key",
             meant.empty() ? "Use " + listed(known) : "Did you mean `" + meant + "`?");
  }
  return findings_.size() == before;
}

bool reading::is_list(const place& where) {
  if (where.is_list()) return true;
  complain(where, "must be a list", "Write one `- ` line for each");
  return false;
}

std::optional<place> reading::member(const place& map, std::string_view key) const {
  if (!map.is_map()) return std::nullopt;
  const auto found = map.tree->member(map.id, key);
  if (found == yaml_tree::npos) return std::nullopt;
  return place{map.tree, found, joined(map.path, key)};
}

std::vector<place> reading::items(const place& list) const {
  std::vector<place> all;
  for (const auto item : list.node().children)
    all.push_back({list.tree, item, list.path + "[" + std::to_string(all.size()) + "]"});
  return all;
}

std::optional<std::string> reading::text(const place& where) {
  if (!where.scalar().empty()) return where.scalar();
  complain(where, "must be a text", "Write a text on the same line");
  return std::nullopt;
}

std::optional<std::int64_t> reading::integer(const place& where, std::int64_t low,
                                             std::int64_t high) {
  const auto word = where.scalar();
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool whole = !word.empty() && failure == std::errc{} && end == word.data() + word.size();
  if (whole && value >= low && value <= high) return value;
  complain(where, "must be a whole number",
           "Write one from " + std::to_string(low) + " to " + std::to_string(high));
  return std::nullopt;
}

std::optional<milliseconds> reading::span(const place& where) {
  const auto value = parse_span(where.scalar());
  if (!value)
    complain(where, "is not a length of time", "Write for example 250ms, 90s, 5m or 1h30m");
  return value;
}

std::optional<object_name> reading::object(const place& where) {
  auto value = parse_object_name(where.scalar());
  if (!value) complain(where, "is not the name of an object", "Write namespace/name");
  return value;
}

std::optional<reading::kind_and_name> reading::kind_and_object(const place& where) {
  const auto words = words_of(where.scalar());
  auto name = words.size() == 2 ? parse_object_name(words[1]) : std::nullopt;
  if (!name) {
    complain(where, "must name a kind and an object",
             "Write for example `FlinkSessionJob flink/orders`");
    return std::nullopt;
  }
  const auto kind = known_kind(where, words[0]);
  if (!kind) return std::nullopt;
  return kind_and_name{*kind, std::move(*name)};
}

std::optional<object_kind> reading::kind(const place& where) {
  return known_kind(where, where.scalar());
}

std::optional<object_kind> reading::known_kind(const place& where, const std::string& word) {
  if (const auto kind = kind_of_word(word)) return kind;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < std::variant_size_v<drey::object>; ++i)
    names.push_back(drey::name_of(static_cast<object_kind>(i)));
  complain(where, "`" + word + "` is not a known kind", "Use " + listed(names));
  return std::nullopt;
}

}  // namespace drey::sim
