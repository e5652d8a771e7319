/// Directories for checkpoints and savepoints that session jobs name for themselves. Two jobs do
/// not share one: what lies there could not be told apart by people, and is cleaned up by both. The
/// job that was begun with it has it, else the one that was made first (decision 0040).
///
/// Pure. Those of a cluster are no matter here: drey gives each job a folder of its own below them.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "protocol/flink_resources.hpp"
#include "protocol/ids.hpp"

namespace drey {

/// Field of the spec and directory, of those that the job names itself.
using named_directories = std::vector<std::pair<std::string, std::string>>;
named_directories directories_named(const flink_session_job_spec& spec);

struct directory_claim {
  std::string uid;
  object_name job;
  milliseconds created{0};  ///< wall
  named_directories directories;
  bool carried_out = false;  ///< its status says that it was begun with these very directories
};

class directory_claims {
public:
  /// UIDs of the jobs for which something may be otherwise now.
  std::vector<std::string> note(const directory_claim& claim);
  std::vector<std::string> forget(const std::string& uid);
  /// That a job which goes before it names one of its directories, too, with the remedy; empty:
  /// none does.
  std::string problem_of(const std::string& uid) const;

private:
  /// Which goes before another: begun, older, with the lesser UID.
  using rank = std::tuple<bool, milliseconds, std::string>;
  static rank rank_of(const directory_claim& claim);

  std::map<std::string, directory_claim> by_uid_;
  std::map<std::string, std::map<rank, object_name>> by_directory_;
};

}  // namespace drey
