/// What `status.clusterInfo` says of the cluster: its version, and what it may take at most.
#include <cmath>

#include "actors/cluster_actor.hpp"
#include "actors/job_status.hpp"
#include "protocol/json_text.hpp"

namespace drey {

namespace {

/// As Java writes a double, for who reads it so: 3.0, 2.5.
std::string text_of_cores(double cores) {
  std::string text;
  append_number(text, std::round(cores * 1000) / 1000);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

}  // namespace

/// Once a JobManager: it does not change while it runs.
void cluster_shell::ask_version(const std::string& asked) {
  if (dashboard_of_ == asked) return;
  out_->flink(endpoint(), get_dashboard{}, [this, asked](const flink_answer& answer) {
    const auto* told = std::get_if<dashboard>(&answer.result);
    if (told == nullptr || asked != incarnation()) return;  // asked again with the next poll
    dashboard_ = *told;
    dashboard_of_ = asked;
    look();
  });
}

/// With TLS an answer may be missing because nobody told the operator whom to believe: then, and
/// only for such clusters, the status says how REST is reached.
void cluster_shell::tell_of_rest(flink_deployment_status& status) const {
  const auto security = config_ ? rest_security_of(*config_) : rest_security::plain;
  if (security == rest_security::plain) {
    std::erase_if(status.conditions, [](const auto& one) { return one.type == "RestReachable"; });
    return;
  }
  const bool answers = poll_failures_ == 0 && overview_ != nullptr && overview_of_ == incarnation();
  if (!answers && poll_failures_ < 2) return;
  const std::string remedy =
      ". REST of this cluster speaks TLS (security.ssl.rest.enabled): give drey-operator the "
      "authority of its certificate with --flink-ca";
  const std::string mutual =
      ", and a certificate that the cluster accepts with --flink-certificate and --flink-key";
  condition told{"RestReachable", "True", "Answers", "REST answers over TLS", {}, 0};
  if (!answers) {
    told.status = "False";
    told.reason = "NoAnswer";
    told.message =
        poll_trouble_ + remedy + (security == rest_security::mutual ? mutual : std::string{});
  }
  told.observed_generation = cluster_.machine.known.generation;
  set_condition(status.conditions, told, out_->now().wall);
}

/// Those who are told by Events hear of its beginning.
void cluster_shell::tell_of_fight(flink_deployment_status& status) {
  const auto now = out_->now();
  const auto text = contest_.look(now.monotonic);
  const auto known_before = status.conditions.size();
  tell_of_contest(status.conditions, text, cluster_.machine.known.generation, now.wall);
  if (status.conditions.size() > known_before && told_of_fight_ != text)
    out_->tell(*primary_->base(), "Warning", std::string(replicas_contested), text);
  told_of_fight_ = text;
}

/// Fields and forms are Apache's; what is not known now stays as it was.
void cluster_shell::tell_of_cluster(flink_deployment_status& status) const {
  auto& info = status.cluster_info;
  if (dashboard_of_.empty() || !spec_ || !registrations_known_) return;
  info["flink-version"] = dashboard_.flink_version;
  info["flink-revision"] = dashboard_.flink_revision;
  const auto& [leader, worker] = takes_;
  const auto leaders = spec_->job_manager.replicas.value_or(1);
  const auto workers = static_cast<std::int64_t>(registered_.size());
  info["total-cpu"] =
      text_of_cores(leader.cores * leaders + worker.cores * static_cast<double>(workers));
  info["total-memory"] = std::to_string(leader.bytes * leaders + worker.bytes * workers);
}

}  // namespace drey
