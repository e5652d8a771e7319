/// What a job knows of its FlinkStateSnapshots, for `snapshot_schedule_machine`: what the root told
/// last, and what the job has done about them itself since. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/snapshot_claims.hpp"
#include "actors/snapshot_schedule_machine.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

inline constexpr std::string_view trigger_type_label = "snapshot.trigger-type";

class snapshot_book {
public:
  /// All that name the job.
  void told(std::vector<object_ptr> all);
  /// One was created; null: it was there before, since when is not known, and the next one's
  /// interval counts from now (`wall`) on.
  void made(const periodic_order& what, const object_ptr& one, milliseconds wall);
  void let_go(const std::string& uid);
  /// Somebody may restore from it: it is left alone until then.
  void kept(const std::string& uid, milliseconds until_wall);

  /// Whether all that there are have been told.
  bool is_told() const { return told_.has_value(); }
  /// None: nothing was told yet. Those of a namesake of the job that is gone are not its own.
  std::optional<std::vector<scheduled_snapshot>> all(const std::string& job_uid,
                                                     milliseconds wall) const;
  milliseconds last(snapshot_kind kind) const;
  /// Null: it is not there any more.
  object_ptr find(const std::string& uid) const;

private:
  std::optional<std::vector<object_ptr>> told_;
  std::vector<object_ptr> made_;              ///< and not told of yet
  std::set<std::string> let_go_;              ///< and still told of, by UID
  std::map<std::string, milliseconds> kept_;  ///< UID → until, in wall time
  std::map<snapshot_kind, milliseconds> last_;
};

/// `<job>-<kind>-<trigger>-<milliseconds>`, as Apache names what it makes.
std::string name_of_made(const std::string& job, const std::string& job_uid, snapshot_kind kind,
                         snapshot_trigger trigger, milliseconds at);

struct snapshot_to_make {
  std::string name;
  snapshot_kind kind = snapshot_kind::savepoint;
  snapshot_trigger trigger = snapshot_trigger::manual;
  std::string path = {};                       ///< of a savepoint that is there already
  std::optional<snapshot_origin> origin = {};  ///< of the same
  std::string job_uid = {};                    ///< who asks for it
};
/// The UID of the job's resource that drey made a snapshot for: its namesake never asked.
inline constexpr std::string_view made_for_key = "drey.io/made-for";
std::string made_for(const object_meta& snapshot);

/// Its resource, labelled as Apache's. `labels`: what the operator selects by.
flink_state_snapshot resource_of(const job_reference& job, const snapshot_to_make& what,
                                 const snapshot_options& options, const string_map& labels);
flink_state_snapshot periodic_snapshot(const job_reference& job, const std::string& job_uid,
                                       const periodic_order& what, const snapshot_options& options,
                                       const string_map& labels);

}  // namespace drey
