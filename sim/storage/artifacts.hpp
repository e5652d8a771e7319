/// Jars somewhere on the network, and the copies of them that were fetched. What a jar is follows
/// from its address, so that a scenario can name one that misbehaves:
///
///   contains "missing"    → cannot be fetched (not_found)
///   contains "not-a-jar"  → fetched, but no jar (invalid)
///   contains "throws"     → its main() throws when it is run
///   contains "crashes"    → its tasks fail a moment after each start
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/storage_call.hpp"

namespace drey::sim {

class artifact_store {
public:
  storage_answer fetch(const std::string& uri);
  void release(const std::string& artifact);
  /// Whether this handle was fetched and not yet released; a file that is gone cannot be uploaded.
  bool holds(const std::string& artifact) const { return held_.contains(artifact); }
  std::size_t size() const { return held_.size(); }

  /// The address behind a handle "artifact:<uri>".
  static std::string uri_of(std::string_view artifact);

private:
  std::map<std::string, int> held_;  // how often it was fetched and not released
};

/// Whether the jar's main() throws, or its tasks fail.
bool main_throws(std::string_view uri_or_jar);
bool tasks_crash(std::string_view uri_or_jar);
/// Its program sets the parallelism of its sink itself.
bool fixes_sink(std::string_view uri_or_jar);

}  // namespace drey::sim
