#include "protocol/manifest_check.hpp"

#include <algorithm>
#include <map>

namespace drey {

namespace {

/// By namespace and name; a manifest without a namespace belongs to "default".
using clusters = std::map<object_name, const flink_deployment*>;

object_name in_namespace(const object_meta& metadata, const std::string& name) {
  return {metadata.ns.empty() ? "default" : metadata.ns, name};
}

clusters clusters_in(std::span<const manifest> files) {
  clusters all;
  for (const auto& file : files)
    for (const auto& resource : file.resources)
      if (const auto* cluster = std::get_if<flink_deployment>(&resource.value))
        all[in_namespace(cluster->metadata, cluster->metadata.name)] = cluster;
  return all;
}

findings judged(const object& x, const clusters& known, const validation_options& options) {
  if (const auto* cluster = std::get_if<flink_deployment>(&x))
    return validate_deployment(*cluster, options);
  if (const auto* job = std::get_if<flink_session_job>(&x)) {
    const auto found = known.find(in_namespace(job->metadata, job->spec->deployment_name));
    return validate_session_job(*job, found == known.end() ? nullptr : found->second, options);
  }
  return validate_snapshot(std::get<flink_state_snapshot>(x), snapshot_target::unknown);
}

}  // namespace

std::vector<findings> check_manifests(std::span<const manifest> files,
                                      const validation_options& options) {
  const auto known = clusters_in(files);
  std::vector<findings> all;
  for (const auto& file : files) {
    auto& found = all.emplace_back(file.found);
    for (const auto& resource : file.resources) {
      if (resource.right == manifest_resource::reading::partial) continue;
      for (auto one : judged(resource.value, known, options)) {
        one.line = resource.line_of(one.path);
        found.push_back(std::move(one));
      }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const finding& a, const finding& b) { return a.line < b.line; });
  }
  return all;
}

}  // namespace drey
