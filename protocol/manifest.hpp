/// Files that people write: YAML (or JSON, which is YAML) with any number of documents, of which
/// ours are decoded. `kind: List` is followed; ordinary Kubernetes resources in the same file are
/// passed over with a note. Bounds: limits.hpp. Scalars mean what they mean to kubectl
/// (yaml_scalar.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/finding.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/yaml_tree.hpp"

namespace drey {

/// One of our resources, and where it stands in its file.
struct manifest_resource {
  object value;  ///< what could be read of it; see `right`
  /// Whether everything in it could be read; its errors are among the manifest's findings.
  enum class reading { complete, partial } right = reading::complete;
  std::shared_ptr<const yaml_tree> tree;
  yaml_tree::id root = 0;

  /// The line of a field, or of the nearest outer field that is there.
  int line_of(std::string_view path) const { return tree->line_of(root, path); }
};

struct manifest {
  std::vector<manifest_resource> resources;
  findings found;  ///< in the order of the file
};

/// Reads one file's text. Never throws; everything wrong is a finding with its line.
manifest read_manifest(std::string_view text);

}  // namespace drey
