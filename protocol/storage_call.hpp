/// Calls of the world of files: listing a checkpoint store, bringing a job's jar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/kube_call.hpp"

namespace drey {

/// Every snapshot below `directory`, to depth 3 (`<dir>/<job id>/chk-N`, `<dir>/savepoint-…`).
struct list_snapshots {
  std::string directory;  ///< a URI: file:///…, s3://…, hdfs://…; a bare path is a file
  /// So many of its last folders are made with the first snapshot: the one above them must be
  /// there, else the store itself is not.
  int made_later = 1;
};

struct stored_snapshot {
  std::string path;                ///< URI of the directory that holds `_metadata`
  std::int64_t modified = 0;       ///< epoch milliseconds of `_metadata`
  std::int64_t checkpoint_id = 0;  ///< that `_metadata` names; 0: it cannot be read
  /// Version of the format of `_metadata`; 0: it is none of Flink's; none: it was not read.
  std::optional<std::int32_t> format = {};
  bool operator==(const stored_snapshot&) const = default;
};

struct snapshots_listed {
  std::vector<stored_snapshot> all;  ///< complete ones only: those with a `_metadata`
};

/// Fetches `uri` into a local file of ours. At most `limits::artifact_bytes_max`.
struct fetch_artifact {
  std::string uri;
  /// Told to the web server that it names, and to no other one; who reads them may know a secret.
  string_map headers = {};
};
struct artifact_fetched {
  std::string artifact;  ///< handle for `upload_jar` and `release_artifact`
  std::int64_t bytes = 0;
};
/// Forgets a fetched file. Never fails.
struct release_artifact {
  std::string artifact;
};
struct artifact_released {};

struct storage_request {
  std::variant<list_snapshots, fetch_artifact, release_artifact> body;
};

/// `unavailable` or `forbidden`: the store cannot be listed, which says nothing about what it
/// holds.
struct storage_answer {
  std::variant<snapshots_listed, artifact_fetched, artifact_released, refusal> result;
};

}  // namespace drey
