#include "tests/gateways/meaning.hpp"

#include <array>

namespace drey::testing {

namespace {

std::string number(std::int64_t x) { return std::to_string(x); }

std::string meaning(const jobs_overview& x) {
  std::string text = "jobs";
  for (const auto& job : x.jobs)
    text += " " + job.state + " " + number(job.tasks_running) + "/" + number(job.tasks_total);
  return text;
}

std::string meaning(const dashboard& x) { return x.flink_version + " of " + x.flink_revision; }
std::string meaning(const cluster_overview& x) {
  return "overview of " + x.flink_version + ": " + number(x.task_managers) + " TaskManagers, " +
         number(x.slots_available) + " of " + number(x.slots_total) + " slots";
}

std::string meaning(const task_managers& x) {
  std::string text = "taskmanagers";
  for (const auto& one : x.all)
    text +=
        (one.id.empty() ? " nameless " : " ") + number(one.slots_free) + "/" + number(one.slots);
  return text;
}

std::string place_of(const std::optional<checkpoint_info>& x) {
  if (!x) return "none";
  if (x->id <= 0 || x->time <= 0) return "wrong";
  const auto last = x->path.substr(x->path.rfind('/') + 1);
  return x->path.substr(0, x->path.find('/')) + "…/" + last.substr(0, last.find('-'));
}

std::string meaning(const checkpoints& x) {
  return "checkpoints completed=" + place_of(x.completed) + " savepoint=" + place_of(x.savepoint) +
         " restored=" + place_of(x.restored);
}

std::string meaning(const checkpoint_config& x) {
  if (!x.periodic) return "no checkpoints";
  return x.externalized ? std::string("checkpoints ") +
                              (x.deleted_on_cancellation ? "deleted" : "kept") + " on cancellation"
                        : "checkpoints end with the job";
}

std::string meaning(const job_failure& x) {
  return x.cause.empty() ? "never failed" : "failed: " + x.cause;
}

std::string meaning(const job_details& x) {
  std::string text = "job " + x.state;
  for (const auto& one : x.vertices)
    text += " " + number(one.tasks_running) + "/" + number(one.parallelism) + " of at most " +
            number(one.max_parallelism);
  return text;
}

std::string meaning(const jar_uploaded& x) {
  return "uploaded " + x.jar.substr(std::min(x.jar.find('_'), x.jar.size()));
}
std::string meaning(const job_accepted&) { return "accepted"; }
std::string meaning(const flink_done&) { return "done"; }
std::string meaning(const savepoint_progress& x) {
  const auto where = x.location.substr(0, x.location.find('/'));
  if (x.failure.empty()) return x.state + " " + where;
  return x.state + " failed" + (where.empty() ? "" : " behind " + where) + ": " + x.failure;
}
std::string meaning(const checkpoint_progress& x) {
  if (!x.failure.empty()) return x.state + " failed: " + x.failure;
  return x.state + (x.checkpoint_id > 0 ? " with an id" : "");
}
std::string meaning(const disposal_accepted& x) { return x.request.empty() ? "wrong" : "accepted"; }
std::string meaning(const disposal_progress& x) {
  return x.failure.empty() ? x.state : x.state + " failed: " + x.failure;
}
std::string meaning(const refusal& x) { return meaning_of(x); }

std::string meaning(const object_ptr& x) {
  return std::string{name_of(kind_of(*x))} + " " + metadata_of(*x).name;
}
std::string meaning(const object_list& x) {
  std::string text = "list of " + number(static_cast<std::int64_t>(x.items.size()));
  for (const auto& item : x.items) text += " " + metadata_of(*item).name;
  return text + (x.resource_version.empty() ? " without version" : "");
}
std::string meaning(const kube_done&) { return "done"; }
std::string meaning(const json_seen&) { return "seen"; }
std::string meaning(const access_verdict& x) { return x.allowed ? "allowed" : "not allowed"; }

}  // namespace

std::string meaning_of(const refusal& why) {
  return std::string{name_of(why.reason)} + ": " + why.message;
}

std::string meaning_of(const flink_answer& answer) {
  return std::visit([](const auto& x) { return meaning(x); }, answer.result);
}

std::string meaning_of(const kube_answer& answer) {
  return std::visit([](const auto& x) { return meaning(x); }, answer.result);
}

std::string meaning_of(const watch_event& event) {
  constexpr std::array<const char*, 4> types{"added", "modified", "deleted", "bookmark"};
  const std::string type = types.at(static_cast<std::size_t>(event.type));
  return event.seen ? type + " " + meaning(event.seen) : type;
}

}  // namespace drey::testing
