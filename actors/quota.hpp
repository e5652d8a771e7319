/// ResourceQuotas: what one leaves, and what a pod takes of it. Source: Kubernetes' evaluator of
/// pods (`pods`, `requests.*`, `limits.*`, and `cpu` and `memory`, which mean requests).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace drey {

/// By a quota's resource, in thousandths.
using quota_amounts = std::map<std::string, std::int64_t>;

/// What one pod takes of each resource that a quota may count. Absent: it does not say.
quota_amounts quota_amounts_of(const nlohmann::json& pod_spec);

/// "1536Mi", "1.5": as people write it.
std::string shown_quota_amount(const std::string& resource, std::int64_t milli);

/// A ResourceQuota: what is left of each of its resources.
struct quota_room {
  std::string name;
  quota_amounts left_milli;
};
/// None: it has no numbers that can be read, or counts some pods only.
std::optional<quota_room> quota_room_of(const nlohmann::json& quota);
/// Of a ResourceQuotaList.
std::vector<quota_room> quotas_in(const nlohmann::json& list);

}  // namespace drey
