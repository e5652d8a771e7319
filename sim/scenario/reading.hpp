/// Reading YAML that a person wrote: every getter either gives a value or records a finding with
/// line, path and remedy, so that one pass reports everything that is wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/ids.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/time.hpp"
#include "protocol/yaml_tree.hpp"
#include "sim/scenario/scenario_finding.hpp"

namespace drey::sim {

/// A value of the document and the way to it ("timeline[2].at").
struct place {
  const yaml_tree* tree;
  yaml_tree::id id;
  std::string path;

  const yaml_tree::node& node() const { return tree->at(id); }
  bool is_map() const { return node().what == yaml_tree::kind::map; }
  bool is_list() const { return node().what == yaml_tree::kind::list; }
  bool is_scalar() const { return node().what == yaml_tree::kind::scalar && !is_null(); }
  bool is_null() const {
    return node().what == yaml_tree::kind::scalar && node().type == scalar_type::null;
  }
  /// Of a scalar; else empty.
  std::string scalar() const { return is_scalar() ? node().text : std::string(); }
  std::size_t keys() const { return is_map() ? node().children.size() / 2 : 0; }
  int line() const { return node().line; }
};

class reading {
public:
  explicit reading(std::string file) : file_(std::move(file)) {}

  /// The one document of `text`, which is kept here; none when it is not YAML or beyond limits.hpp.
  std::optional<place> parse(std::string_view text);

  void complain(const place& where, std::string problem, std::string remedy);
  void complain(field_error error) { findings_.push_back({file_, std::move(error)}); }
  /// Something in another file that this one refers to.
  void complain_elsewhere(scenario_finding found) { findings_.push_back(std::move(found)); }

  /// False, with findings, when `where` is not a map or has a key that is not in `known`.
  bool is_map_of(const place& where, const std::vector<std::string_view>& known);
  bool is_list(const place& where);

  std::optional<place> member(const place& map, std::string_view key) const;
  std::vector<place> items(const place& list) const;

  std::optional<std::string> text(const place& where);
  std::optional<std::int64_t> integer(const place& where, std::int64_t low, std::int64_t high);
  std::optional<milliseconds> span(const place& where);
  /// "namespace/name".
  std::optional<object_name> object(const place& where);
  /// "FlinkSessionJob".
  std::optional<object_kind> kind(const place& where);

  /// "FlinkSessionJob flink/orders".
  struct kind_and_name {
    object_kind kind;
    object_name name;
  };
  std::optional<kind_and_name> kind_and_object(const place& where);

  const std::string& file() const { return file_; }
  bool clean() const { return findings_.empty(); }
  std::vector<scenario_finding> take_findings() { return std::move(findings_); }

private:
  std::optional<object_kind> known_kind(const place& where, const std::string& word);

  std::string file_;
  yaml_tree tree_;
  std::vector<scenario_finding> findings_;
};

}  // namespace drey::sim
