/// Which jobs of a session cluster are suspected of killing its TaskManagers: those whose tasks
/// fell with one container after the other that ended. A suspicion is told and never acted upon.
///
/// What is seen: containers that end by themselves, by what their kubelet says, and jobs that lose
/// running tasks right after, by the list that is read anyway. Which tasks run where nobody asks
/// Flink; a TaskManager that is lost with its node or its network is no evidence against a job.
///
/// Pure: compares one look with the looks before.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "actors/job_known.hpp"

namespace drey {

inline constexpr std::string_view suspected_condition = "Suspected";
/// So many containers, in so long.
inline constexpr std::size_t suspicious_ends = 3;
inline constexpr milliseconds suspicion_window{600'000};
/// No container has ended with its tasks for so long: it is suspected no more.
inline constexpr milliseconds suspicion_lasts{600'000};

/// The run of a TaskManager's container that ended last, as its pod tells.
struct container_end {
  std::string uid;  ///< of the pod
  std::string pod;
  std::optional<milliseconds> at;  ///< wall clock; none: none has ended yet
  std::string how;                 ///< "OOMKilled, exit code 137"
};

/// A job as the JobManager lists it.
struct listed_job {
  job_id id;
  std::string owner;  ///< UID of its resource; empty: not known, or none declares it
  std::string name;
  std::string state;
  std::int32_t at_work = 0;  ///< tasks that run, or are done
};

struct suspects_sight {
  moment now;
  std::string incarnation;          ///< of the JobManager that listed; empty: no list is new
  std::vector<container_end> ends;  ///< of pods that are not being removed
  std::vector<listed_job> jobs;
};

/// An end, and whose tasks fell with it.
struct blamed_end {
  container_end what;
  milliseconds seen{0};        ///< monotonic
  std::set<std::string> jobs;  ///< by UID, of those that nobody declares by id
};

/// What is held against jobs, by the same keys.
struct case_file {
  std::vector<blamed_end> ends;                   ///< oldest first
  std::map<std::string, std::string> names;       ///< of jobs
  std::map<std::string, std::size_t> fell_alone;  ///< how often, with no container that ended
};

/// The decision. Suspected is a job that fell with `suspicious_ends` containers within
/// `suspicion_window`, the last of them less than `suspicion_lasts` ago; unless it fails more often
/// by itself, or another one was there each time, and other times, too.
std::map<std::string, std::string> suspects_in(const case_file& all, milliseconds now);

class job_suspects {
public:
  void look(const suspects_sight& seen);
  /// Why each is suspected, by UID. Null: nobody is yet, and it was not looked for long enough to
  /// say that of those who were suspected before. The same one until something changes.
  const std::shared_ptr<const suspicions>& told() const { return told_; }
  /// A container ended just now: jobs that fall with it are to be seen.
  bool is_alert(milliseconds now) const;

private:
  struct member {
    std::string owner;
    std::string name;
    std::int32_t at_work = 0;
    bool down = false;
  };
  void look_at_pods(const suspects_sight& seen);
  void look_at_jobs(const suspects_sight& seen);
  case_file files() const;

  std::optional<milliseconds> began_;  ///< monotonic
  std::string incarnation_;
  std::map<std::string, std::optional<milliseconds>> known_ends_;  ///< by UID of the pod
  std::map<std::string, member> jobs_;                             ///< by job id
  std::vector<blamed_end> ends_;                                   ///< oldest first
  std::map<std::string, std::deque<milliseconds>> falls_;          ///< monotonic, by UID
  std::map<std::string, std::string> names_;
  std::shared_ptr<const suspicions> told_;
};

/// The condition `Suspected` of a session job, as its cluster says. True: it is new.
bool tell_of_suspicion(const job_known& known, std::vector<condition>& all);

}  // namespace drey
