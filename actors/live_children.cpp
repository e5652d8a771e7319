/// What is there beside what is wanted: whether a child is of the spec, and whose side it is on.
#include "actors/children.hpp"

namespace drey {

object_ptr of_incarnation(const object_ptr& wanted, const std::string& uid) {
  auto copy = std::make_shared<object>(*wanted);
  metadata_of(*copy).uid = uid;
  return copy;
}

std::string selector_of_children(std::string_view owner_uid) {
  std::string text(managed_by_drey);
  text.append(",").append(owner_uid_key).append("=").append(owner_uid);
  return text;
}

std::string applied_to(const string_map& annotations) {
  const auto found = annotations.find(std::string(applied_key));
  return found == annotations.end() ? std::string{} : found->second;
}

bool is_current(const object& live, const object& wanted) {
  const auto hash = [](const object& x) { return applied_to(metadata_of(x).annotations); };
  const auto uid = [](const object& x) {
    const auto& all = metadata_of(x).labels;
    const auto found = all.find(std::string(owner_uid_key));
    return found == all.end() ? std::string{} : found->second;
  };
  return hash(live) == hash(wanted) && uid(live) == uid(wanted);
}

std::optional<component> side_of(const object& child) {
  const auto kind = kind_of(child);
  if (kind == object_kind::deployment || kind == object_kind::batch_job)
    return component::job_manager;
  if (kind == object_kind::stateful_set) return component::task_manager;
  const auto& labels = metadata_of(child).labels;
  const auto found = labels.find("component");
  if (found == labels.end()) return std::nullopt;
  return found->second == label_of(component::job_manager) ? component::job_manager
                                                           : component::task_manager;
}

bool is_shared_map(const object& child) {
  const auto* map = std::get_if<config_map>(&child);
  return map != nullptr && !map->immutable && side_of(child);
}

}  // namespace drey
