/// Writes a primary's status, the write-ahead log of every machine (rules 2, 4 and 8): intents at
/// once, everything else at most once a second, nothing when nothing changed. It knows its own
/// write when the answer was lost, and tells an intent's owner to decide again when somebody else
/// was faster.
///
/// Pure: takes answers, gives actions.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "protocol/facts.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/limits.hpp"

namespace drey {

/// The freshest of two copies of one object. resourceVersions are compared as the numbers that they
/// are (Kubernetes documents them as comparable since 1.35; etcd's revisions always were).
bool is_fresher(const object& a, const object& b);

/// Whether two copies of a primary say the same in `status`.
bool same_status(const object& a, const object& b);

struct log_write {
  object_ptr wanted;
};
struct log_read {};
struct log_wait {
  milliseconds wait;
};
enum class log_outcome { durable, superseded };
struct log_report {
  ticket request;
  log_outcome outcome;
};
using log_action = std::variant<log_write, log_read, log_wait, log_report>;
using log_actions = std::vector<log_action>;

class status_log {
public:
  /// The resource as it was seen, by a watch or a read of ours. Older copies are ignored.
  void seen(const object_ptr& live);
  const object_ptr& base() const { return base_; }

  /// `wanted` is the base with the status that is to be; with an intent it must be durable first.
  log_actions want(object_ptr wanted, std::optional<ticket> intent, milliseconds now);

  log_actions written(const kube_answer& answer, milliseconds now);
  log_actions read(const kube_answer& answer, milliseconds now);
  /// The wait that was asked for is over.
  log_actions waited(milliseconds now);

private:
  enum class position { settled, waiting, writing, reading };

  log_actions write_if_needed(milliseconds now);
  log_actions start_write(milliseconds now);
  log_actions back_off();
  log_actions report(std::vector<ticket>& which, log_outcome outcome);

  object_ptr base_;    ///< what the API server holds, as far as we know
  object_ptr wanted_;  ///< with the status that is to be
  object_ptr sent_;
  std::vector<ticket> intents_;       ///< wait for the next write
  std::vector<ticket> intents_sent_;  ///< are part of the write under way
  position at_ = position::settled;
  milliseconds last_write_{-limits::status_write_spacing};
  int tries_ = 0;
};

}  // namespace drey
