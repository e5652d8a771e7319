/// From what a job is started again. Several pointers name its newest state: the JobManager that
/// ran it, Flink's HA metadata, the store itself, and our own record in status. None of them alone
/// is trusted to be complete, and silence of all of them is not "no state" (rules 3 and 5).
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "protocol/decision_table.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/ids.hpp"

namespace drey {

/// What one pointer said.
enum class pointer_answer { unread, none, found };
constexpr std::string_view name_of(pointer_answer x) {
  constexpr std::string_view names[] = {"unread", "none", "found"};
  return names[static_cast<std::size_t>(x)];
}

/// Everything that was said about the state of the execution `of`.
struct pointers {
  job_id of;
  pointer_answer job_manager = pointer_answer::unread;
  pointer_answer ha_metadata = pointer_answer::unread;
  pointer_answer store = pointer_answer::unread;
  std::optional<restore_point> from_job_manager;
  std::optional<restore_point> from_ha_metadata;
  std::optional<restore_point> from_store;
  /// The newest savepoint that a FlinkStateSnapshot of the job holds, by its resource.
  std::optional<restore_point> from_snapshots;
  job_id taken_of;           ///< the execution that it was taken of
  std::string why_unlisted;  ///< what the store said that is unread
  /// What else its FlinkStateSnapshots and as much of the store as could be read name, for people.
  std::vector<restore_point> others = {};
  /// No directory is named for its state, by its configuration or by a FlinkStateSnapshot.
  bool placeless = false;
  bool operator==(const pointers&) const = default;
};

enum class restore_choice {
  as_planned,  ///< it never ran: what it was to start from still stands
  newest,      ///< the newest of all that was found
  unknown,     ///< nobody who must know could be asked
};

/// The table. A JobManager that lists the job, HA metadata that names a checkpoint, and a store
/// that can be listed each know everything that is durable; HA metadata that is absent knows
/// nothing (it is removed when a job ends).
//                                 never  JM      HA     store
//                                 ran    told    names  listed
inline constexpr std::array<rule<restore_choice, 4>, 5> restore_rules{{
    {'A', {is::yes, is::any, is::any, is::any}, restore_choice::as_planned},
    {'B', {is::no, is::yes, is::any, is::any}, restore_choice::newest},
    {'C', {is::no, is::no, is::yes, is::any}, restore_choice::newest},
    {'D', {is::no, is::no, is::no, is::yes}, restore_choice::newest},
    {'E', {is::no, is::no, is::no, is::no}, restore_choice::unknown},
}};
static_assert(decides_all(restore_rules));

/// The newer of two: by checkpoint id where both are known, else the one whose source saw the store
/// itself (`b`), which orders by time.
inline std::optional<restore_point> newer_of(const std::optional<restore_point>& a,
                                             const std::optional<restore_point>& b) {
  if (!a) return b;
  if (!b) return a;
  if (a->checkpoint_id != 0 && b->checkpoint_id != 0)
    return b->checkpoint_id >= a->checkpoint_id ? b : a;
  return b;
}

/// The newest state that any pointer named, our record in status included. Of equal progress is
/// what the FlinkStateSnapshot holds.
std::optional<restore_point> newest_of(const pointers& said,
                                       const std::optional<restore_point>& recorded);

/// What a person's `restorePreference: snapshot` makes of an execution that ended by itself: its
/// snapshot, and what is passed over for it. None: the newest stands, because it is the snapshot,
/// or what the execution began with, or because nobody can tell which of the two it is.
/// `newest`: none when it could not be established.
std::optional<restore_point> preferred_to(const std::optional<restore_point>& newest,
                                          const pointers& said, const lineage& history);

enum class execution_seen { never, perhaps };

inline restore_choice choose_restore(const pointers& said, execution_seen ran) {
  return decide(restore_rules,
                {ran == execution_seen::never, said.job_manager != pointer_answer::unread,
                 said.ha_metadata == pointer_answer::found, said.store != pointer_answer::unread});
}

}  // namespace drey
