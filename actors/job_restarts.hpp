/// The restarts of a session job as its ledger tells them: those that Flink makes and those that
/// drey makes. They are concluded from where the job stands, not from what happened in between.
///
/// Pure: looks at the picture and the position, after every step.
#pragma once

#include <string>
#include <vector>

#include "actors/job_machine.hpp"
#include "actors/restart_ledger.hpp"

namespace drey {

class job_restarts {
public:
  job_restarts() = default;
  /// `recorded`: the status as it was found.
  explicit job_restarts(const flink_session_job_status& recorded);

  void look(const job_known& known, const job_machine::state& now);
  const std::vector<restart_record>& all() const { return ledger_.all(); }

private:
  void works(const job_known& known, const job_machine::running& now);
  void moves(const job_known& known, const job_machine::state& now);
  void begin(const job_known& known, const job_machine::state& now);
  std::string why(const job_known& known, const job_machine::state& now) const;
  std::string cause_in(const job_known& known) const;
  bool fails_over(const job_known& known) const;

  restart_ledger ledger_;
  bool ran_ = false;          ///< all its tasks ran, and it is to go on
  job_id ran_as_;             ///< or was to run as, when we began to look
  std::string ran_in_;        ///< incarnation of the JobManager
  std::int64_t ran_for_ = 0;  ///< generation with which it began to
  milliseconds settled_{0};   ///< monotonic: when a restart was seen to be over, or the first look
  milliseconds begun_{0};     ///< monotonic: when the one that lasts was seen
  bool suspected_ = false;    ///< its JobManager is gone; its tasks were not seen to end
};

inline constexpr std::string_view crash_loop_reason = "CrashLoop";
/// So many failures of its own, in so long; the last is not over for so long.
inline constexpr std::size_t looping_restarts = 5;
inline constexpr milliseconds looping_window{600'000};
inline constexpr milliseconds looping_lasts{120'000};

/// Of a job that is started again and again, by Flink or by its policy: for people; empty: it is
/// not. What others did to it, a TaskManager's end or a changed spec, does not count. `all`: its
/// ledger. The same text until that changes.
std::string text_of_crash_loop(const std::vector<restart_record>& all, milliseconds wall);

}  // namespace drey
