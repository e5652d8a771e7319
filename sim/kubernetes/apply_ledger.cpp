#include "sim/kubernetes/apply_ledger.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "sim/kubernetes/object_parts.hpp"

namespace drey::sim {

namespace {

/// One map of an object that apply merges by key.
using part = const string_map* (*)(const object&);

const string_map* labels_of(const object& x) { return &metadata_of(x).labels; }
const string_map* annotations_of(const object& x) { return &metadata_of(x).annotations; }
const string_map* data_of(const object& x) {
  const auto* map = std::get_if<config_map>(&x);
  return map == nullptr ? nullptr : &map->data;
}

/// Of a field set such as finalizers, the entries of `now` without those that the manager gave up,
/// and with those that it wants.
template <class T>
std::vector<T> united(std::vector<T> now, const std::vector<T>& last,
                      const std::vector<T>& wanted) {
  const auto in = [](const std::vector<T>& all, const T& x) {
    return std::find(all.begin(), all.end(), x) != all.end();
  };
  std::erase_if(now, [&](const T& x) { return in(last, x) && !in(wanted, x); });
  for (const auto& x : wanted)
    if (!in(now, x)) now.push_back(x);
  return now;
}

/// The spec of `wanted` round what apply leaves alone: identity, and a spec that was not given.
void keep_identity(object& next, const object& before) {
  const auto& was = metadata_of(before);
  auto& is = metadata_of(next);
  is.uid = was.uid;
  is.resource_version = was.resource_version;
  is.generation = was.generation;
  is.creation_timestamp = was.creation_timestamp;
  is.deletion_timestamp = was.deletion_timestamp;
  std::visit(
      [&](auto& x) {
        using kind = std::decay_t<decltype(x)>;
        const auto& old = std::get<kind>(before);
        if constexpr (requires { x.spec.get(); })
          if (!x.spec) x.spec = old.spec;
        if constexpr (std::is_same_v<kind, pod>) {
          if (x.spec.empty()) x.spec = old.spec;
          if (x.node_name.empty()) x.node_name = old.node_name;
        }
      },
      next);
}

}  // namespace

draft apply_ledger::merged(const object& before, const object_ptr& wanted,
                           const std::string& manager) const {
  static const managers nobody;
  const auto found = applied_.find(metadata_of(before).uid);
  const auto& all = found == applied_.end() ? nobody : found->second;
  const auto mine = all.find(manager);
  const object* last = mine == all.end() ? nullptr : mine->second.get();
  const auto of_another = [&](part which, const std::string& key) {
    return std::any_of(all.begin(), all.end(), [&](const auto& one) {
      return one.first != manager && which(*one.second)->contains(key);
    });
  };
  const auto merge = [&](part which) {
    string_map result = *which(*wanted);
    for (const auto& [key, value] : *which(before)) {
      const bool given_up = last != nullptr && which(*last)->contains(key);
      if (!given_up || of_another(which, key)) result.emplace(key, value);
    }
    return result;
  };
  auto next = draft_of(*wanted);
  keep_status(*next, before);
  keep_identity(*next, before);
  auto& meta = metadata_of(*next);
  meta.labels = merge(labels_of);
  meta.annotations = merge(annotations_of);
  if (auto* map = std::get_if<config_map>(next.get())) map->data = merge(data_of);
  static const object_meta nothing;
  const auto& was = metadata_of(before);
  const auto& gave = last == nullptr ? nothing : metadata_of(*last);
  meta.finalizers = united(was.finalizers, gave.finalizers, metadata_of(*wanted).finalizers);
  meta.owners = united(was.owners, gave.owners, metadata_of(*wanted).owners);
  return next;
}

void apply_ledger::note(const std::string& uid, const std::string& manager, object_ptr wanted) {
  applied_[uid][manager] = std::move(wanted);
}

}  // namespace drey::sim
