#include "sim/kubernetes/scheduler.hpp"

#include <algorithm>
#include <limits>

#include "protocol/configuration.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view user = "system:kube-scheduler";

bool keeps_pods_away(const node& x) {
  return std::any_of(x.taints.begin(), x.taints.end(), [](const std::string& taint) {
    return taint.ends_with(":NoSchedule") || taint.ends_with(":NoExecute");
  });
}

const std::string& node_of(const object_ptr& x) {
  static const std::string none;
  return x ? std::get<pod>(*x).node_name : none;
}

bool is_exceeded(const node& x, const std::string& resource, std::int64_t milli) {
  const auto found = x.allocatable.find(resource);
  return found != x.allocatable.end() && milli > parse_quantity_milli(found->second).value_or(0);
}

std::string_view what_is_short(const node& x, const demand& load, const demand& more) {
  if (is_exceeded(x, "pods", (load.pods + more.pods) * 1'000)) return "Too many pods";
  if (is_exceeded(x, "cpu", load.cpu_milli + more.cpu_milli)) return "Insufficient cpu";
  if (is_exceeded(x, "memory", (load.bytes + more.bytes) * 1'000)) return "Insufficient memory";
  return {};
}

/// In the words of the real one: "0/3 nodes are available: 1 Too many pods, 2 …".
class verdict {
public:
  void add(std::string_view why) {
    ++nodes_;
    ++reasons_[why];
  }
  std::string text() const {
    if (nodes_ == 0) return "no nodes available to schedule pods";
    auto result = "0/" + std::to_string(nodes_) + " nodes are available:";
    const char* separator = " ";
    for (const auto& [why, count] : reasons_) {
      result += separator + std::to_string(count) + " ";
      result += why;
      separator = ", ";
    }
    return result + ".";
  }

private:
  std::size_t nodes_ = 0;
  std::map<std::string_view, std::size_t> reasons_;
};

}  // namespace

scheduler::scheduler(timeline& time, choices& chance, object_store& store, api_server& api,
                     const kubernetes_settings& settings)
    : store_(store),
      api_(api),
      chance_(chance),
      queue_(time, chance, api, "scheduler", settings.scheduler_delay_max,
             [this](const object_key& key) { place(key); }) {
  store.observe([this](const object_change& x) { learn(x); });
}

void scheduler::learn(const object_change& x) {
  bool room_changed = x.kind == object_kind::node;
  if (x.kind == object_kind::pod) {
    learn_pod(x);
    room_changed = x.type == watch_event_type::deleted;
  }
  if (!room_changed) return;
  for (const auto& name : pending_) queue_.add({object_kind::pod, name});
}

void scheduler::learn_pod(const object_change& x) {
  const bool gone = x.type == watch_event_type::deleted;
  const auto& was = node_of(x.before);
  const auto& is = gone ? node_of(nullptr) : node_of(x.after);
  if (was != is) {
    const auto moved = demand_of(std::get<pod>(*x.after).spec);
    if (!was.empty()) load_[was] += {-moved.cpu_milli, -moved.bytes, -moved.pods};
    if (!is.empty()) load_[is] += moved;
  }
  const auto name = name_of(*x.after);
  if (gone || !is.empty()) {
    pending_.erase(name);
  } else if (pending_.insert(name).second) {
    queue_.add({object_kind::pod, name});
  }
}

demand scheduler::load_of(const std::string& node_name) const {
  const auto found = load_.find(node_name);
  return found == load_.end() ? demand{} : found->second;
}

scheduler::offer scheduler::look_for_node(const demand& of) const {
  offer result;
  verdict refusals;
  auto least = std::numeric_limits<std::int64_t>::max();
  for (const auto& [name, held] : store_.all(object_kind::node)) {
    const auto& one = std::get<node>(*held);
    const auto load = load_of(name.name);
    const auto short_of = what_is_short(one, load, of);
    if (one.unschedulable) {
      refusals.add("node(s) were unschedulable");
    } else if (one.ready != "True" || keeps_pods_away(one)) {
      refusals.add("node(s) had untolerated taint(s)");
    } else if (!short_of.empty()) {
      refusals.add(short_of);
    } else {
      if (load.pods < least) result.nodes.clear();
      least = std::min(least, load.pods);
      if (load.pods == least) result.nodes.push_back(&name.name);
    }
  }
  if (result.nodes.empty()) result.message = refusals.text();
  return result;
}

void scheduler::place(const object_key& key) {
  const auto held = store_.find(object_kind::pod, key.name);
  if (!held || !pending_.contains(key.name)) return;
  const auto found = look_for_node(demand_of(std::get<pod>(*held).spec));
  api_.change<pod>(key.name, metadata_of(*held).uid, user, [&](pod& x) {
    x.unschedulable = found.message;
    if (!found.nodes.empty())
      x.node_name = *found.nodes[chance_.choose("placement", "scheduler", found.nodes.size())];
  });
}

}  // namespace drey::sim
