/// What is written to one primary: its status, the write-ahead log of every machine (rules 2, 4 and
/// 8), and our finalizer on it. One write at a time, each from the newest copy that is known:
/// finalizers first, intents at once, everything else at most once a second, nothing when nothing
/// changed. It knows its own write when the answer was lost, and tells an intent's owner to decide
/// again when somebody else was faster.
///
/// Pure: takes answers, gives actions.
#pragma once

#include <optional>
#include <string>
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

enum class finalizer_change { add, remove };
/// Our finalizer is to be there, or is to be gone; those of others stay as they are.
struct finalizer_wish {
  ticket request;
  finalizer_change change = finalizer_change::add;
  std::string name;
};

struct log_write {
  object_ptr wanted;
};
struct log_write_finalizers {
  object_ptr base;  ///< computed from this copy
  std::vector<std::string> wanted;
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
/// What became of a `finalizer_wish`; superseded: it cannot be had any more.
struct log_finalizer_report {
  ticket request;
  log_outcome outcome;
};
using log_action = std::variant<log_write, log_write_finalizers, log_read, log_wait, log_report,
                                log_finalizer_report>;
using log_actions = std::vector<log_action>;

class primary_log {
public:
  /// The resource as it was seen, by a watch or a read of ours. Older copies are ignored; of two of
  /// one version this one is kept, which the watch's other listeners hold as well.
  void seen(const object_ptr& live);
  const object_ptr& base() const { return base_; }

  /// `wanted` is the base with the status that is to be; with an intent it must be durable first.
  log_actions want(object_ptr wanted, std::optional<ticket> intent, milliseconds now);
  /// Replaces an earlier wish that is still open.
  log_actions want(finalizer_wish wish, milliseconds now);

  log_actions written(const kube_answer& answer, milliseconds now);
  log_actions read(const kube_answer& answer, milliseconds now);
  /// The wait that was asked for is over.
  log_actions waited(milliseconds now);

private:
  enum class position {
    settled,
    waiting,
    writing_status,
    writing_finalizers,
    reading,  ///< after a write of the status
    reading_finalizers
  };

  bool is_busy() const { return at_ >= position::writing_status; }
  log_actions go_on(milliseconds now);
  log_actions write_status_if_needed(milliseconds now);
  log_actions start_write(milliseconds now);
  log_actions back_off();
  log_actions not_found();
  log_actions gone();
  log_actions after_read(const object_ptr& live, milliseconds now);
  static log_actions report(std::vector<ticket>& which, log_outcome outcome);
  log_actions report_finalizer(log_outcome outcome);

  object_ptr base_;    ///< what the API server holds, as far as we know
  object_ptr wanted_;  ///< with the status that is to be
  object_ptr sent_;
  std::optional<finalizer_wish> wish_;
  std::vector<ticket> intents_;       ///< wait for the next write
  std::vector<ticket> intents_sent_;  ///< are part of the write under way
  position at_ = position::settled;
  milliseconds last_write_{-limits::status_write_spacing};
  /// That it is gone is believed when two reads in a row find nothing.
  enum class absence { none, seen_once, looked_for } absence_ = absence::none;
  int tries_ = 0;
};

}  // namespace drey
