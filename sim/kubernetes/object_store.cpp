#include "sim/kubernetes/object_store.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace drey::sim {

namespace {

std::uint64_t number_of(const std::string& resource_version) {
  std::uint64_t number = 0;
  std::from_chars(resource_version.data(), resource_version.data() + resource_version.size(),
                  number);
  return number;
}

refusal too_old(const std::string& resource_version) {
  return {refusal_reason::gone, "too old resource version: " + resource_version};
}

}  // namespace

object_ptr object_store::find(object_kind kind, const object_name& name) const {
  const auto& objects = all(kind);
  const auto found = objects.find(name);
  return found == objects.end() ? nullptr : found->second;
}

object_ptr object_store::put(draft x, std::string_view user) {
  const auto kind = kind_of(*x);
  metadata_of(*x).resource_version = std::to_string(++revision_);
  object_ptr after = std::move(x);
  auto& slot = objects_[static_cast<std::size_t>(kind)][name_of(*after)];
  auto before = std::exchange(slot, after);
  const auto type = before ? watch_event_type::modified : watch_event_type::added;
  commit({type, kind, std::move(before), after, revision_, user});
  return after;
}

void object_store::erase(object_kind kind, const object_name& name, std::string_view user) {
  auto& objects = objects_[static_cast<std::size_t>(kind)];
  const auto found = objects.find(name);
  if (found == objects.end()) return;
  auto before = std::move(found->second);
  objects.erase(found);
  auto last = draft_of(*before);
  metadata_of(*last).resource_version = std::to_string(++revision_);
  commit({watch_event_type::deleted, kind, std::move(before), std::move(last), revision_, user});
}

void object_store::commit(object_change change) {
  for (const auto& observer : observers_) observer(change);
  const auto kind = static_cast<std::size_t>(change.kind);
  auto& watchers = watchers_[kind];
  ++handing_out_;
  for (std::size_t i = 0, n = watchers.size(); i < n && i < watchers.size(); ++i)
    if (watchers[i]->handle != 0) tell(*watchers[i], change);
  --handing_out_;
  drop_ended();
  change.user = {};
  auto& [changes, forgotten] = history_[kind];
  changes.push_back(std::move(change));
  if (changes.size() > history_max_) {
    forgotten = changes.front().revision;
    changes.pop_front();
  }
}

void object_store::tell(const watcher& to, const object_change& change) {
  const auto& wanted = to.wanted;
  const auto concerns = [&](const object_ptr& x) {
    if (!x) return false;
    const auto& meta = metadata_of(*x);
    return (wanted.ns.empty() || wanted.ns == meta.ns) && to.selector.matches(meta.labels);
  };
  const bool was = concerns(change.before);
  const bool is = change.type != watch_event_type::deleted && concerns(change.after);
  if (!was && !is) return;
  // An object whose labels do not match any more is gone for this watch.
  const auto type = !is    ? watch_event_type::deleted
                    : !was ? watch_event_type::added
                           : watch_event_type::modified;
  to.sink({wanted.id, type, change.after, std::to_string(change.revision)});
}

watch_handle object_store::watch(const kube_watch& wanted, watch_sink sink, watch_end ended) {
  auto selector = label_selector::parse(wanted.selector);
  if (!selector) {
    ended({wanted.id, {refusal_reason::invalid, "bad label selector: " + wanted.selector}});
    return 0;
  }
  const auto kind = static_cast<std::size_t>(wanted.kind);
  const auto from = number_of(wanted.resource_version);
  if (from != 0 && from < history_[kind].forgotten) {
    ended({wanted.id, too_old(wanted.resource_version)});
    return 0;
  }
  auto fresh = std::make_unique<watcher>(
      watcher{++last_handle_, wanted, std::move(*selector), std::move(sink), std::move(ended)});
  const auto& opened = *fresh;
  const auto handle = opened.handle;
  watchers_[kind].push_back(std::move(fresh));
  ++handing_out_;
  replay(opened, from);
  --handing_out_;
  drop_ended();
  return handle;
}

void object_store::replay(const watcher& to, std::uint64_t from) const {
  const auto kind = to.wanted.kind;
  if (from == 0) {
    for (const auto& [name, x] : all(kind))
      tell(to, {watch_event_type::added,
                kind,
                nullptr,
                x,
                number_of(metadata_of(*x).resource_version),
                {}});
    return;
  }
  const auto& changes = history_[static_cast<std::size_t>(kind)].changes;
  auto next = std::partition_point(changes.begin(), changes.end(),
                                   [&](const auto& one) { return one.revision <= from; });
  for (; next != changes.end() && to.handle != 0; ++next) tell(to, *next);
}

void object_store::unwatch(watch_handle which) {
  for (auto& watchers : watchers_)
    for (auto& one : watchers)
      if (one->handle == which) one->handle = 0;
  drop_ended();
}

void object_store::end_watches(const refusal& why) {
  std::vector<std::unique_ptr<watcher>> ending;
  for (auto& watchers : watchers_)
    for (auto& one : std::exchange(watchers, {})) ending.push_back(std::move(one));
  for (const auto& one : ending)
    if (one->handle != 0) one->ended({one->wanted.id, why});
}

void object_store::drop_ended() {
  if (handing_out_ != 0) return;
  for (auto& watchers : watchers_)
    std::erase_if(watchers, [](const auto& one) { return one->handle == 0; });
}

void object_store::compact() {
  for (auto& [changes, forgotten] : history_) {
    changes.clear();
    forgotten = revision_;
  }
}

}  // namespace drey::sim
