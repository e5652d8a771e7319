#include "sim/kubernetes/admission.hpp"

#include "protocol/json_writer.hpp"
#include "sim/kubernetes/pod_making.hpp"

namespace drey::sim {

namespace {

/// The quota that every namespace with one has.
constexpr std::string_view quota_name = "pods";

}  // namespace

std::optional<std::string> admission::objection_to_changing(object_kind kind) const {
  if (!denied_.contains(kind)) return std::nullopt;
  return "admission webhook \"policy.example.com\" denied the request: no " +
         std::string(name_of(kind)) + " may be written now";
}

/// Like the quota controller's evaluator of pods: those that are over do not count.
std::size_t admission::pods_in(const std::string& ns) const {
  std::size_t used = 0;
  for (const auto& [name, held] : store_.all(object_kind::pod))
    if (name.ns == ns && !is_over(std::get<pod>(*held))) ++used;
  return used;
}

std::string admission::quotas_of(const std::string& ns) const {
  auto items = nlohmann::json::array();
  if (const auto quota = quotas_.find(ns); quota != quotas_.end())
    items.push_back({{"metadata", {{"name", quota_name}, {"namespace", ns}}},
                     {"spec", {{"hard", {{"pods", std::to_string(quota->second)}}}}},
                     {"status",
                      {{"hard", {{"pods", std::to_string(quota->second)}}},
                       {"used", {{"pods", std::to_string(pods_in(ns))}}}}}});
  return text_of_json({{"kind", "ResourceQuotaList"}, {"items", std::move(items)}});
}

std::optional<std::string> admission::objection_to_creating(const object& x) const {
  if (auto denied = objection_to_changing(kind_of(x))) return denied;
  const auto& meta = metadata_of(x);
  const auto quota = quotas_.find(meta.ns);
  if (kind_of(x) != object_kind::pod || quota == quotas_.end()) return std::nullopt;
  const auto used = pods_in(meta.ns);
  if (used < quota->second) return std::nullopt;
  return "pods \"" + meta.name + "\" is forbidden: exceeded quota: " + std::string(quota_name) +
         ", requested: pods=1, used: pods=" + std::to_string(used) +
         ", limited: pods=" + std::to_string(quota->second);
}

}  // namespace drey::sim
