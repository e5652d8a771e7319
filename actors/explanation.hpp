/// Why a resource is as it is, for a person who was just woken: its state and since when, the
/// cause, what was done last, its ledger of restarts, from what it can go on, what happens next,
/// and what can be done. Pure: everything comes from objects that were read.
#pragma once

#include <string>
#include <vector>

#include "protocol/kube_call.hpp"

namespace drey {

/// What was read for it. What is not there, or could not be read, is missing.
struct evidence {
  milliseconds wall{0};  ///< when
  object_ptr primary;    ///< a FlinkDeployment or a FlinkSessionJob
  object_ptr cluster;    ///< of a job
  std::vector<object_ptr> pods;
  std::vector<object_ptr> events;   ///< about the primary
  std::vector<std::string> unread;  ///< what could not be read, with the reason
};

enum class health { well, unwell };

struct explanation {
  std::string subject;  ///< "FlinkSessionJob flink/orders"
  drey::health health = drey::health::unwell;
  std::string state;
  std::string since;
  std::string cause;
  std::string cluster;                  ///< of a job, in a line; empty: of a cluster
  std::string last_action;              ///< empty: none is known
  std::string under_way;                ///< empty: nothing is
  std::vector<std::string> pods;        ///< those that are not well
  std::vector<std::string> restarts;    ///< the newest first
  std::vector<std::string> candidates;  ///< of a job: what it can be started from, the newest first
  std::string next;
  std::vector<std::string> remedies;
  std::vector<std::string> unread;
};

/// Ended as it was meant to, or asleep as its spec says: it is not ready, and that is well.
bool rests_rightly(const flink_session_job& job);
bool rests_rightly(const flink_deployment& cluster);

explanation explain(const evidence& found);

inline constexpr int explanation_lines_max = 25;
/// At most so many lines, each ending with a line break.
std::string text_of(const explanation& told);
/// One object; ends with a line break.
std::string json_of(const explanation& told);

/// "2 h 3 min", "12 s", "340 ms": the two largest units.
std::string span_text(milliseconds length);

}  // namespace drey
