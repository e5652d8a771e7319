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

namespace {

std::string_view value_at(const string_map& all, const std::string& key) {
  const auto found = all.find(key);
  return found == all.end() ? std::string_view{} : std::string_view{found->second};
}

std::string_view hash_in(const string_map& annotations) {
  static const std::string key{applied_key};
  return value_at(annotations, key);
}

}  // namespace

std::string applied_to(const string_map& annotations) { return std::string{hash_in(annotations)}; }

bool is_current(const object& live, const object& wanted) {
  static const std::string owner{owner_uid_key};
  const auto& of_live = metadata_of(live);
  const auto& of_wanted = metadata_of(wanted);
  return hash_in(of_live.annotations) == hash_in(of_wanted.annotations) &&
         value_at(of_live.labels, owner) == value_at(of_wanted.labels, owner);
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
