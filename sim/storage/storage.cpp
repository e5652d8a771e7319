#include "sim/storage/storage.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {
namespace {

constexpr std::string_view metadata_name = "/_metadata";
/// `<dir>/<job id>/chk-N` and one level to spare.
constexpr std::ptrdiff_t depth_max = 3;

void strip_end(std::string_view& path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
}

bool within_depth(std::string_view below) {
  return std::count(below.begin(), below.end(), '/') < depth_max;
}

}  // namespace

std::string normal_path(std::string_view path) {
  strip_end(path);
  if (path.ends_with(metadata_name)) path.remove_suffix(metadata_name.size());
  strip_end(path);
  if (path.starts_with("file:")) {
    path.remove_prefix(5);
    while (path.starts_with("//")) path.remove_prefix(1);
  } else if (!path.starts_with('/')) {
    return std::string{path};
  }
  return "file://" + std::string{path};
}

std::string path_as_flink_prints(std::string_view path) {
  auto normal = normal_path(path);
  return normal.starts_with("file://") ? "file:" + normal.substr(7) : normal;
}

storage::storage(const timeline& time, choices& chance, const fault_profile& faults)
    : time_(time), chance_(chance), faults_(faults) {}

storage_answer storage::call(const storage_request& request) {
  return std::visit([this](const auto& x) { return perform(x); }, request.body);
}

storage_answer storage::perform(const list_snapshots& x) {
  if (listing_ == store_listing::unlisted)
    return {refusal{refusal_reason::unavailable, "cannot list " + x.directory}};
  if (time_.now() < faults_.until &&
      chance_.happens("fault", "storage_unavailable", faults_.storage_unavailable_per_mille))
    return {refusal{refusal_reason::unavailable, "the store does not answer"}};
  if (before_listing_) before_listing_();
  snapshots_listed listed;
  const auto itself = normal_path(x.directory);
  const auto prefix = itself + "/";
  const auto list = [&](const snapshot_file& one) {
    listed.all.push_back(
        {one.path, (timeline::wall_start + one.modified).count(), one.checkpoint_id, one.format});
  };
  if (const auto* one = find(itself)) {  // a snapshot holds no other ones
    list(*one);
    return {std::move(listed)};
  }
  for (auto at = snapshots_.lower_bound(prefix);
       at != snapshots_.end() && at->first.starts_with(prefix); ++at) {
    if (!within_depth(std::string_view{at->first}.substr(prefix.size()))) continue;
    list(at->second);
  }
  return {std::move(listed)};
}

storage_answer storage::perform(const fetch_artifact& x) {
  if (time_.now() < faults_.until &&
      chance_.happens("fault", "artifact_unavailable", faults_.artifact_unavailable_per_mille))
    return {refusal{refusal_reason::unavailable, x.uri + ": 503 Service Unavailable"}};
  return artifacts_.fetch(x.uri);
}

storage_answer storage::perform(const release_artifact& x) {
  artifacts_.release(x.artifact);
  return {artifact_released{}};
}

void storage::write(snapshot_file file) {
  file.path = normal_path(file.path);
  auto key = file.path;
  snapshots_.insert_or_assign(std::move(key), std::move(file));
}

void storage::remove(std::string_view path) { snapshots_.erase(normal_path(path)); }

const snapshot_file* storage::find(std::string_view path) const {
  const auto found = snapshots_.find(normal_path(path));
  return found == snapshots_.end() ? nullptr : &found->second;
}

const snapshot_file* storage::newest_of(std::string_view whose) const {
  const snapshot_file* newest = nullptr;
  for (const auto& [path, file] : snapshots_)
    if (file.lineage == whose && (!newest || std::pair{newest->taken, newest->checkpoint_id} <
                                                 std::pair{file.taken, file.checkpoint_id}))
      newest = &file;
  return newest;
}

}  // namespace drey::sim
