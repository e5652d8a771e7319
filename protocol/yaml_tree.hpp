/// A YAML file as a small tree that knows its lines: parsed by yaml-cpp's events, bounded in depth,
/// nodes and bytes *after* aliases are followed (an alias bomb ends early), with duplicate keys
/// refused and merge keys (`<<`) applied as kubectl does. Nothing throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/field_error.hpp"
#include "protocol/yaml_scalar.hpp"

namespace drey {

class yaml_tree {
public:
  using id = std::uint32_t;  ///< of a node

  enum class kind { scalar, map, list };

  struct node {
    kind what = kind::scalar;
    int line = 0;  ///< from 1
    scalar_type type = scalar_type::text;
    std::string text;  ///< of a scalar: the string itself, else its JSON
    /// A map: key and value by turns (keys are scalars and count as strings); a list: its items.
    /// Aliases are the same id again.
    std::vector<id> children;
    std::int64_t nodes = 1;  ///< of the whole subtree, aliases followed
    std::int64_t bytes = 0;  ///< of its text
  };

  /// Parses all documents of `text`. On an error, the documents before it are kept.
  static yaml_tree parse(std::string_view text, field_errors& errors);

  const std::vector<id>& documents() const { return documents_; }
  const node& at(id which) const { return nodes_[which]; }

  /// The value of `key` in a map; none: npos.
  id member(id map, std::string_view key) const;
  static constexpr id npos = ~id{0};

  /// The subtree as compact JSON.
  std::string json_of(id root) const;

  /// The line of the field at `path` (as field_path spells it) below `root`, or of the nearest
  /// outer field that is there.
  int line_of(id root, std::string_view path) const;

private:
  friend class yaml_builder;
  void append_json(std::string& out, id which) const;
  id step(id from, std::string_view& path, int& line) const;
  std::vector<node> nodes_;
  std::vector<id> documents_;
};

}  // namespace drey
