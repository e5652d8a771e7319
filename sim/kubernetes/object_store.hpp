/// The objects of the model's API server and what etcd gives it: one growing revision over all
/// kinds, a bounded history, watches. Knows nothing of what the objects mean.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/kube_call.hpp"
#include "protocol/label_selector.hpp"

namespace drey::sim {

/// An object that is being made: the only place where one is edited. It is let go by `put`.
using draft = std::shared_ptr<object>;
inline draft draft_of(const object& x) { return std::make_shared<object>(x); }

using object_map = std::map<object_name, object_ptr>;
using watch_sink = std::function<void(watch_event)>;
using watch_end = std::function<void(watch_ended)>;
/// Names one open watch; 0 is none.
using watch_handle = std::uint64_t;

inline constexpr std::size_t kinds_count = std::variant_size_v<object>;

/// The kind whose objects are `T`.
template <class T, std::size_t I = 0>
constexpr object_kind kind_for() {
  if constexpr (std::is_same_v<std::variant_alternative_t<I, object>, T>)
    return static_cast<object_kind>(I);
  else
    return kind_for<T, I + 1>();
}

/// One committed change. `before` is empty for `added`; for `deleted`, `after` is the last state
/// with the revision of its removal.
struct object_change {
  watch_event_type type;
  object_kind kind;
  object_ptr before;
  object_ptr after;
  std::uint64_t revision;
  std::string_view user;  ///< valid during the call only
};

class object_store {
public:
  explicit object_store(std::size_t history_max) : history_max_(history_max) {}

  object_ptr find(object_kind kind, const object_name& name) const;
  /// Null: not there. Valid until the next change of the object.
  template <class T>
  const T* get(const object_name& name) const {
    const auto& objects = all(kind_for<T>());
    const auto found = objects.find(name);
    return found == objects.end() ? nullptr : std::get_if<T>(found->second.get());
  }
  const object_map& all(object_kind kind) const { return objects_[static_cast<std::size_t>(kind)]; }
  std::uint64_t revision() const { return revision_; }

  /// Commits `x` as a new object or in place of the one of its name, or takes it away. Observers
  /// are told first, then watches; both see the change as done and must not make another one at
  /// once (they plan it), else order would be lost.
  object_ptr put(draft x, std::string_view user);
  void erase(object_kind kind, const object_name& name, std::string_view user);

  /// Called at every commit, in the order of their being added.
  void observe(std::function<void(const object_change&)> what) {
    observers_.push_back(std::move(what));
  }

  /// Opens a watch. Resource version empty or "0": begins with the present state as `added`.
  /// Too old: calls `ended` with `gone` and returns 0.
  watch_handle watch(const kube_watch& wanted, watch_sink sink, watch_end ended);
  void unwatch(watch_handle which);
  void end_watches(const refusal& why);
  /// Forgets the history: every older resource version is `gone`.
  void compact();

private:
  struct watcher {
    watch_handle handle;  ///< 0: ended
    kube_watch wanted;
    label_selector selector;
    watch_sink sink;
    watch_end ended;
  };
  struct kind_history {
    std::deque<object_change> changes;
    std::uint64_t forgotten = 0;  ///< revision of the newest change that is not kept
  };

  void commit(object_change change);
  void replay(const watcher& to, std::uint64_t from) const;
  static void tell(const watcher& to, const object_change& change);
  void drop_ended();

  std::size_t history_max_;
  std::uint64_t revision_ = 1;
  watch_handle last_handle_ = 0;
  std::array<object_map, kinds_count> objects_;
  std::array<kind_history, kinds_count> history_;
  std::array<std::vector<std::unique_ptr<watcher>>, kinds_count> watchers_;
  int handing_out_ = 0;  ///< > 0: a sink may be running, so no watcher may go
  std::vector<std::function<void(const object_change&)>> observers_;
};

}  // namespace drey::sim
