/// Reading YAML that a person wrote: every getter either gives a value or records a finding with
/// line, path and remedy, so that one pass reports everything that is wrong.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/ids.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/time.hpp"
#include "sim/scenario/finding.hpp"

namespace drey::sim {

/// A node of the document and the way to it ("timeline[2].at").
struct place {
  YAML::Node node;
  std::string path;
};

class reading {
public:
  explicit reading(std::string file) : file_(std::move(file)) {}

  /// The document's root; none when it is not YAML, too big, or nested beyond limits.hpp (aliases
  /// are counted as often as they are used, so that an alias bomb ends here).
  std::optional<place> parse(const std::string& text);

  void complain(const place& where, std::string problem, std::string remedy);
  void complain(field_error error) { findings_.push_back({file_, std::move(error)}); }
  /// Something in another file that this one refers to.
  void complain_elsewhere(finding found) { findings_.push_back(std::move(found)); }

  /// False, with findings, when `where` is not a map, or has a key twice or one not in `known`.
  bool is_map_of(const place& where, const std::vector<std::string_view>& known);
  bool is_list(const place& where);

  std::optional<place> member(const place& map, std::string_view key) const;
  std::vector<place> items(const place& list) const;

  std::optional<std::string> text(const place& where);
  std::optional<std::int64_t> integer(const place& where, std::int64_t low, std::int64_t high);
  std::optional<milliseconds> span(const place& where);
  /// "namespace/name".
  std::optional<object_name> object(const place& where);
  /// A kind of `object_kind` by its API name.
  std::optional<object_kind> kind(const place& where, const std::string& word);

  const std::string& file() const { return file_; }
  bool clean() const { return findings_.empty(); }
  std::vector<finding> take_findings() { return std::move(findings_); }

private:
  std::string file_;
  std::vector<finding> findings_;
};

/// The candidate that a mistyped word most likely means, by edit distance; empty: none is near.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// From 1, as editors count.
inline int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

/// Words parted by blanks.
std::vector<std::string> words_of(std::string_view text);

/// "namespace/name", both a DNS label or subdomain; none: something else.
std::optional<object_name> parse_object_name(std::string_view text);

/// `first, second or third`, for remedies.
std::string listed(const std::vector<std::string_view>& words);

}  // namespace drey::sim
