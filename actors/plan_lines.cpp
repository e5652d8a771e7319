/// The plan in words.
#include "actors/plan_report.hpp"

namespace drey {

namespace {

std::string counted(std::int32_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : ", ") + one;
  return text;
}

plan_tone tone_of(restart_action action) {
  switch (action) {
    case restart_action::nothing:
    case restart_action::patch:
    case restart_action::scale:
      return plan_tone::good;
    case restart_action::remove_task_managers:
    case restart_action::replace_task_managers:
    case restart_action::fail_over_job_manager:
      return plan_tone::warning;
    case restart_action::restart_both:
    case restart_action::refuse:
      return plan_tone::bad;
  }
  return plan_tone::bad;
}

std::string headline_of(const cluster_plan& cluster) {
  switch (cluster.is) {
    case comparison::unchanged:
      return "nothing changes";
    case comparison::added:
      return "is new, and is created";
    case comparison::removed:
      return "is given only as it is: deleting it ends its jobs";
    case comparison::not_given:
      return "is not given; only the jobs on it are looked at";
    case comparison::changed:
      break;
  }
  if (cluster.action == restart_action::nothing) return "nothing restarts";
  const std::string words(words_for(cluster.action));
  return exit_code_of(cluster.action) == 0 ? words + "; no pod restarts" : words;
}

std::string pods_of(const cluster_plan& cluster) {
  const auto job_managers =
      cluster.job_managers == 0 ? "no JobManager" : counted(cluster.job_managers, "JobManager");
  if (!cluster.task_managers) return job_managers + ", every TaskManager that Flink has made";
  return job_managers + ", " +
         (*cluster.task_managers == 0 ? "no TaskManager"
                                      : counted(*cluster.task_managers, "TaskManager"));
}

std::string about(const job_plan& job) {
  if (!job.outage) return {};
  return "about " + std::to_string(job.outage->low.count()) + " to " +
         std::to_string(job.outage->high.count()) + " s";
}

std::string course_without_ordinals(const job_plan& job) {
  return "2 restarts, each " + about(job) +
         " without all its tasks: onto spare TaskManagers, and again when these go, for this "
         "Kubernetes keeps no ordinals of StatefulSets" +
         (job.restarts_most == 2 ? ""
                                 : "; up to " + std::to_string(job.restarts_most) +
                                       " restarts where machines have room for few spare ones");
}

std::string course_of(const job_plan& job) {
  switch (job.course) {
    case job_course::untouched:
      return "runs on";
    case job_course::not_running:
      return "is suspended: there is nothing to restart";
    case job_course::starts:
      return "is new, and is started";
    case job_course::ends:
      return "ends";
    case job_course::may_move:
      return "at most 1 restart, " + about(job) +
             " without all its tasks: when it has tasks on a TaskManager that goes";
    case job_course::moves_over:
      if (job.restarts > 1) return course_without_ordinals(job);
      return "1 restart, " + about(job) +
             " without all its tasks, when the new TaskManagers are up" +
             (job.restarts_most == 1 ? ""
                                     : "; up to " + std::to_string(job.restarts_most) +
                                           " restarts where no machine has room for spare ones");
    case job_course::fails_over:
      return "1 restart, " + about(job) +
             ": the next JobManager waits for the lock of the one before, then starts it from its "
             "newest checkpoint" +
             (job.restarts_most == 1 ? ""
                                     : "; up to " + std::to_string(job.restarts_most) +
                                           " restarts where a standby of the old spec takes over "
                                           "before it is replaced, too");
    case job_course::is_resubmitted:
      return "1 restart, " + about(job) +
             ": without high availability the next JobManager does not know it, so it is stopped "
             "with a savepoint first, and goes on from that";
    case job_course::starts_over:
      return "1 restart, " + about(job) +
             ": it is stopped with a savepoint first, and goes on from that on the changed cluster";
  }
  return {};
}

std::string own_words_for(job_action action) {
  switch (action) {
    case job_action::nothing:
      return "no restart for";
    case job_action::suspend_or_resume:
      return "it alone is suspended or resumed by";
    case job_action::rescale:
      return "in place, no restart:";
    case job_action::restart:
      return "it alone restarts for";
    case job_action::refuse:
      return "refused, a job stays on its cluster:";
  }
  return {};
}

class writer {
public:
  void add(int depth, plan_tone tone, std::string text) {
    lines_.push_back({depth, tone, std::move(text)});
  }

  void add(const cluster_plan& cluster) {
    const auto mode = cluster.is == comparison::not_given
                          ? std::string{}
                          : " (" + std::string(name_of(cluster.mode)) + ")";
    add(0, tone_of(cluster.action),
        text_of_name(cluster.name) + mode + ": " + headline_of(cluster));
    for (const auto& one : cluster.changes) {
      add(1, plan_tone::plain, one.change.path + ": " + one.before + " → " + one.after);
      add(2, plan_tone::quiet,
          std::string(words_for(one.change.action)) + ": " +
              std::string(row_of(one.change.what).why_in(cluster.mode)));
    }
    for (const auto& one : cluster.cautions) add(1, plan_tone::warning, "mind: " + one);
    if (exit_code_of(cluster.action) != 0 && cluster.action != restart_action::refuse)
      add(1, plan_tone::plain, "pods that restart: " + pods_of(cluster));
    for (const auto& job : cluster.jobs) add(job);
  }

  void add(const job_plan& job) {
    const auto tone = job.outage ? plan_tone::warning : plan_tone::plain;
    add(1, tone, "job " + job.name.name + ": " + course_of(job));
    for (const auto& one : job.blocked_by) add(2, plan_tone::bad, "blocked: " + one);
    for (const auto& one : job.cautions) add(2, plan_tone::warning, "mind: " + one);
    for (const auto action : {job_action::refuse, job_action::restart, job_action::rescale,
                              job_action::suspend_or_resume, job_action::nothing}) {
      std::vector<std::string> paths;
      for (const auto& one : job.own_changes)
        if (one.action == action) paths.push_back(one.path);
      if (!paths.empty())
        add(2, action == job_action::nothing ? plan_tone::quiet : plan_tone::warning,
            own_words_for(action) + " " + listed(paths));
    }
    if (job.own_action == job_action::rescale)
      add(2, plan_tone::quiet,
          "Flink moves its tasks to the new number from a checkpoint, under the same job id; where "
          "its program sets the parallelism of a part, it is stopped and started");
    if (!job.not_in_place.empty()) add(2, plan_tone::quiet, "not in place: " + job.not_in_place);
  }

  std::vector<plan_line> take() { return std::move(lines_); }

private:
  std::vector<plan_line> lines_;
};

bool is_blocked(const restart_plan& plan) {
  for (const auto& cluster : plan.clusters)
    for (const auto& job : cluster.jobs)
      if (!job.blocked_by.empty()) return true;
  return false;
}

}  // namespace

std::vector<plan_line> lines_of(const restart_plan& plan) {
  writer out;
  for (const auto& cluster : plan.clusters) out.add(cluster);
  const auto action = action_of(plan);
  const auto code = exit_code_of(action);
  if (is_blocked(plan)) out.add(0, plan_tone::bad, "drey does not begin while a job blocks it");
  if (code != 0 && action != restart_action::refuse)
    out.add(0, plan_tone::quiet, "jobs that are not given are not counted");
  const auto needs = code == 0 ? "no pod restarts" : std::string(words_for(action));
  out.add(0, tone_of(action), "plan: " + needs + " (exit code " + std::to_string(code) + ")");
  return out.take();
}

}  // namespace drey
