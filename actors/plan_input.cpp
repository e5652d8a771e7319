#include "actors/plan_input.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <tuple>

#include "protocol/manifest_check.hpp"
#include "protocol/manifest_file.hpp"

namespace drey {

namespace {

/// Two resources of one kind and name: only the last one would count. No namespace is "default".
void find_doubles(const manifest& file, findings& out) {
  std::map<std::tuple<object_kind, std::string, std::string>, int> lines;
  for (const auto& one : file.resources) {
    const auto& meta = metadata_of(one.value);
    const auto line = one.line_of("metadata.name");
    const auto [first, fresh] = lines.emplace(
        std::tuple{kind_of(one.value), meta.ns.empty() ? "default" : meta.ns, meta.name}, line);
    if (fresh) continue;
    out.push_back({severity::error, "metadata.name",
                   std::string(info_of(kind_of(one.value)).name) + " '" + excerpt(meta.name) +
                       "' was given before, in line " + std::to_string(first->second),
                   "Keep one of the two", line});
  }
}

template <class T>
void lay_over(std::vector<T>& live, const std::vector<T>& wanted) {
  for (const auto& one : wanted) {
    const auto same = std::ranges::find_if(live, [&](const T& x) {
      return x.metadata.ns == one.metadata.ns && x.metadata.name == one.metadata.name;
    });
    if (same == live.end())
      live.push_back(one);
    else
      same->spec = one.spec;
  }
}

template <class T>
T with_deployed_spec(T live) {
  using spec = std::remove_const_t<typename decltype(live.spec)::element_type>;
  if (auto deployed = deployed_spec(live))
    live.spec = std::make_shared<const spec>(*std::move(deployed));
  return live;
}

findings objections(const manifest& file) {
  auto found = check_manifests({&file, 1}, offline_validation()).front();
  find_doubles(file, found);
  const auto all = resources_of(file);
  if (all.clusters.empty() && all.jobs.empty() && !has_errors(found))
    found.push_back({severity::error, "", "holds no FlinkDeployment and no FlinkSessionJob",
                     "Give all manifests of the clusters in question"});
  return found;
}

}  // namespace

plan_verdict tell_objections(const std::string& path, const manifest& file, std::ostream& err) {
  const auto found = objections(file);
  for (const auto& one : found)
    if (one.level != severity::note) err << text_in_file(path, one) << '\n';
  return has_errors(found) ? plan_verdict::wrong : plan_verdict::right;
}

resource_set resources_of(const manifest& file) {
  resource_set all;
  for (const auto& one : file.resources) {
    if (const auto* cluster = std::get_if<flink_deployment>(&one.value))
      all.clusters.push_back(*cluster);
    if (const auto* job = std::get_if<flink_session_job>(&one.value)) all.jobs.push_back(*job);
  }
  return all;
}

flink_deployment as_carried_out(flink_deployment live) {
  return with_deployed_spec(std::move(live));
}
flink_session_job as_carried_out(flink_session_job live) {
  return with_deployed_spec(std::move(live));
}

resource_set overlaid(resource_set live, const resource_set& wanted) {
  lay_over(live.clusters, wanted.clusters);
  lay_over(live.jobs, wanted.jobs);
  return live;
}

}  // namespace drey
