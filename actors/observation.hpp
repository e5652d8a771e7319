/// What a process that only observes makes of the calls that would change something: drey's own
/// notes (status and finalizer of its resources) are kept in memory, as though they had been
/// written, and objects are answered as though they had been applied, so that its machines go on to
/// what they would do next; everything else is refused. All are told once per distinct call,
/// however often it is tried again. Pure (protocol/decisions/0012-observing.md).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "protocol/flink_call.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/storage_call.hpp"

namespace drey {

/// A call that was not made. No secrets: no configuration, no arguments, no bodies.
struct withheld_call {
  std::string verb;   ///< "apply", "run_jar"
  std::string kind;   ///< "StatefulSet", or "Flink"
  std::string about;  ///< "namespace/name" of the object, or the host and port of the JobManager
  std::string detail;
  bool operator==(const withheld_call&) const = default;
};

/// What was told lately: the oldest are forgotten first, so that memory has an end.
class told_once {
public:
  /// True: it was not told yet.
  bool add(const withheld_call& one);

private:
  static constexpr std::size_t kept_max = 20'000;
  std::set<std::size_t> known_;
  std::deque<std::size_t> order_;
};

/// The FlinkDeployments and FlinkSessionJobs as they are with drey's notes. Their resourceVersions
/// are the API server's with some digits more, which count the notes: a noted copy is fresher than
/// what it was computed from, and older than whatever really comes next.
class noted_primaries {
public:
  /// What really is, as it is to be shown to our own actors.
  object_ptr shown(const object_ptr& real);
  void forget(const object& gone);

  /// As though it had been written. Null: nothing is known of it.
  object_ptr write(const kube_write_status& asked);
  object_ptr write(const kube_write_finalizers& asked);

  /// What an apply would have been answered. Whoever asked shall take it for the newest, else it
  /// would apply without end; so each is newer than whatever really is.
  object_ptr applied(const object& wanted);

private:
  struct note {
    object_ptr real;
    object_ptr status;                                   ///< holds the status that is noted
    std::optional<std::vector<std::string>> finalizers;  ///< all of them, ours as noted
    std::uint32_t count = 0;
  };
  static object_ptr shown(const note& one);

  std::map<std::string, note> notes_;  ///< by UID
  std::uint64_t applies_ = 0;
};

/// What is told of a call, and what it is answered; for mutating calls alone. An apply is answered
/// as though it had been done, a note by `noted_primaries`, everything else is refused.
withheld_call withheld(const kube_body& asked);
withheld_call withheld(const flink_endpoint& endpoint, const flink_body& asked);
kube_answer answer_without(const kube_body& asked, noted_primaries& notes);
/// A jar is named after where it comes from, for it was not uploaded; it stands for itself.
flink_answer answer_without(const flink_body& asked);

}  // namespace drey
