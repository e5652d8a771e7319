#include "protocol/flink_leader.hpp"

#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

/// "http://10.0.0.1:8081"; the host may be an IPv6 address in brackets.
std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  if (url.starts_with('[')) return std::string(url.substr(1, url.find(']') - 1));
  return std::string(url.substr(0, url.rfind(':')));
}

}  // namespace

std::string leader_map_name(flink_version version, std::string_view cluster_id) {
  return std::string(cluster_id) +
         (version < flink_version::v1_15 ? "-restserver-leader" : "-cluster-config-map");
}

std::string job_map_name(flink_version version, std::string_view cluster_id, std::string_view job) {
  return std::string(cluster_id) + "-" + std::string(job) +
         (version < flink_version::v1_15 ? "-jobmanager-leader" : "-config-map");
}

std::string leader_host_in(const config_map& map) {
  if (const auto old = map.data.find("address"); old != map.data.end()) return host_of(old->second);
  const auto found = map.data.find("org.apache.flink.k8s.leader.restserver");
  if (found == map.data.end()) return {};
  const auto comma = found->second.find(',');  // "SESSION,ADDRESS"
  return comma == std::string::npos ? std::string{} : host_of(found->second.substr(comma + 1));
}

milliseconds lease_duration_of(const configuration& config) {
  constexpr milliseconds by_default{15'000};
  const auto text = value_of(config, "high-availability.kubernetes.leader-election.lease-duration");
  return text ? parse_duration(*text).value_or(by_default) : by_default;
}

bool leads_by_config_map(const configuration& config) {
  const auto type = high_availability_of(config).value_or("");
  return type == "kubernetes" || type == "KUBERNETES" ||
         type.ends_with("KubernetesHaServicesFactory");
}

}  // namespace drey
