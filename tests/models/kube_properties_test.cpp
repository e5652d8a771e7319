/// What holds in every history of the model: seeded chaos, then peace, then the laws.
#include <array>
#include <map>
#include <set>

#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

constexpr std::array kinds{object_kind::stateful_set, object_kind::deployment, object_kind::pod,
                           object_kind::config_map, object_kind::node};
const std::array<std::string, 3> node_names{"n1", "n2", "n3"};

/// A client's cache of one kind, fed by list and watch alone; it loses its watch now and then.
class reflector {
public:
  reflector(kubernetes& k, object_kind kind) : k_(k), kind_(kind) { list(); }
  ~reflector() { k_.unwatch(handle_); }

  void break_off() {
    k_.unwatch(handle_);
    handle_ = 0;
  }
  /// Resumes where it was, or lists anew when that is too long ago.
  void resume() {
    if (handle_ != 0) return;
    watch();
    if (was_gone_) list();
  }
  bool agrees() const {
    const auto& all = k_.all(kind_);
    return cache_ == all;
  }
  bool versions_grew() const { return grew_; }

private:
  void list() {
    was_gone_ = false;
    const auto answer = k_.call(kube_list{kind_, "", ""}, "reflector");
    const auto* listed = std::get_if<object_list>(&answer.result);
    if (listed == nullptr) return;  // an outage; tried again at the next turn
    cache_.clear();
    for (const auto& x : listed->items) cache_[name_of(*x)] = x;
    version_ = std::stoull(listed->resource_version);
    watch();
  }

  void watch() {
    if (version_ == 0) return list();
    handle_ = k_.watch(
        {7, kind_, "", "", std::to_string(version_)}, [this](watch_event x) { take(std::move(x)); },
        [this](watch_ended x) {
          handle_ = 0;
          was_gone_ = x.why.reason == refusal_reason::gone;
        });
  }

  void take(watch_event x) {
    const auto version = std::stoull(x.resource_version);
    grew_ = grew_ && version > version_ && x.id == 7;
    version_ = version;
    if (x.type == watch_event_type::deleted)
      cache_.erase(name_of(*x.seen));
    else
      cache_[name_of(*x.seen)] = x.seen;
  }

  kubernetes& k_;
  object_kind kind_;
  watch_handle handle_ = 0;
  std::uint64_t version_ = 0;
  bool was_gone_ = false;
  bool grew_ = true;
  object_map cache_;
};

/// Does anything that people, faults and clients do, as its own choices say.
class chaos {
public:
  chaos(kube_world& w, std::uint64_t seed) : w_(w), dice_(seed * 7919 + 1) {
    for (const auto& name : node_names) w_.k.add_node(name);
    for (const auto kind : kinds) caches_.push_back(std::make_unique<reflector>(w_.k, kind));
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      w_.pass(dice_.between("test", "pause", milliseconds{0}, milliseconds{20'000}));
    }
  }

  void make_peace() {
    w_.k.set_api(api_state::up);
    for (const auto& name : node_names) {
      w_.k.heal_node(name);
      w_.k.node_power_on(name);
      w_.k.uncordon_node(name);
    }
    for (const auto& name : held_) w_.k.release_pod(name);
    BOOST_TEST(w_.rest());
    for (auto& one : caches_) {
      one->resume();
      one->resume();
    }
  }

  const std::vector<std::unique_ptr<reflector>>& caches() const { return caches_; }

private:
  std::size_t pick(std::size_t n) { return dice_.choose("test", "pick", n); }
  object_name some_pod() {
    const auto all = w_.names(object_kind::pod);
    return in_prod(all.empty() ? "none" : all[pick(all.size())]);
  }
  std::string some_set() { return "tm" + std::to_string(pick(2)); }
  std::string some_node() { return node_names[pick(node_names.size())]; }

  void step() {
    switch (pick(5)) {
      case 0:
        return change_workload();
      case 1:
        return hurt_pod();
      case 2:
        return hurt_node();
      case 3:
        return hurt_server();
      default:
        return make_family();
    }
  }

  void change_workload() {
    auto set = a_stateful_set(some_set(), static_cast<std::int32_t>(pick(5)));
    set.ordinals_start = static_cast<std::int32_t>(pick(3));
    auto jm = a_deployment("jm", static_cast<std::int32_t>(pick(3)));
    jm.pods.annotations["roll"] = std::to_string(pick(3));
    switch (pick(5)) {
      case 0:
        w_.remove(object_kind::stateful_set, in_prod(some_set()), "Foreground");
        break;
      case 1:
        w_.remove(object_kind::deployment, in_prod("jm"));
        break;
      case 2:
        w_.apply(jm);
        break;
      default:
        w_.apply(set);
    }
  }

  void hurt_pod() {
    const auto name = some_pod();
    switch (pick(6)) {
      case 0:
        w_.k.evict_pod(name, "drey");
        break;
      case 1:
        w_.k.delete_pod(name, pod_deletion::force, "person");
        break;
      case 2:
        w_.k.crash_container(name);
        break;
      case 3:
        w_.k.evict_for_pressure(name);
        break;
      case 4:
        w_.k.hold_pod(name, pick(2) == 0 ? pod_hold::volume_busy : pod_hold::process_hangs);
        held_.insert(name);
        break;
      default:
        w_.k.delete_pod(name, pod_deletion::graceful, "person");
    }
  }

  void hurt_node() {
    const auto name = some_node();
    switch (pick(6)) {
      case 0:
        w_.k.cut_node(name);
        break;
      case 1:
        w_.k.heal_node(name);
        break;
      case 2:
        w_.k.node_power_off(name);
        break;
      case 3:
        w_.k.node_power_on(name);
        break;
      case 4:
        w_.k.cordon_node(name);
        break;
      default:
        w_.pass(seconds{pick(400)});
    }
  }

  void hurt_server() {
    switch (pick(5)) {
      case 0:
        w_.k.set_api(api_state::down);
        break;
      case 1:
        w_.k.compact_history();
        break;
      case 2:
        caches_[pick(caches_.size())]->break_off();
        break;
      default:
        w_.k.set_api(api_state::up);
        for (auto& one : caches_) one->resume();
    }
  }

  void make_family() {
    const auto parent = "map" + std::to_string(pick(4));
    auto child = a_config_map("map" + std::to_string(pick(8)));
    if (const auto uid = w_.uid(object_kind::config_map, in_prod(parent)); !uid.empty())
      child.metadata.owners.push_back({"v1", "ConfigMap", parent, uid});
    w_.create(child);
    if (pick(3) == 0)
      w_.remove(object_kind::config_map, in_prod(parent),
                pick(2) == 0 ? "Foreground" : "Background");
  }

  kube_world& w_;
  choices dice_;
  std::vector<std::unique_ptr<reflector>> caches_;
  std::set<object_name> held_;
};

std::set<std::string> living_uids(const kubernetes& k) {
  std::set<std::string> all;
  for (std::size_t kind = 0; kind < kinds_count; ++kind)
    for (const auto& [name, x] : k.all(static_cast<object_kind>(kind)))
      all.insert(metadata_of(*x).uid);
  return all;
}

void check_collected(const kubernetes& k) {
  const auto alive = living_uids(k);
  for (std::size_t kind = 0; kind < kinds_count; ++kind)
    for (const auto& [name, x] : k.all(static_cast<object_kind>(kind))) {
      const auto& meta = metadata_of(*x);
      for (const auto& owner : meta.owners)
        BOOST_TEST(alive.contains(owner.uid), meta.name << " is an orphan");
      BOOST_TEST(!meta.deletion_timestamp.has_value(), meta.name << " was never let go");
    }
}

void check_converged(const kubernetes& k) {
  for (const auto& [name, held] : k.all(object_kind::stateful_set)) {
    const auto& set = std::get<stateful_set>(*held);
    BOOST_TEST(set.ready_replicas == set.replicas, name.name);
    BOOST_TEST(set.status_replicas == set.replicas, name.name);
    for (int i = 0; i < set.replicas; ++i) {
      const auto pod_name = name.name + "-" + std::to_string(set.first_ordinal() + i);
      const auto* one = k.get<pod>(in_prod(pod_name));
      BOOST_TEST_REQUIRE(one != nullptr, pod_name);
      BOOST_TEST(one->metadata.owners.front().uid == set.metadata.uid);
    }
  }
  for (const auto& [name, held] : k.all(object_kind::deployment)) {
    const auto& x = std::get<deployment>(*held);
    BOOST_TEST(x.available_replicas == x.replicas);
  }
}

/// One line that differs when the history does.
std::string digest(const kube_world& w) {
  auto text = w.k.resource_version() + " " + std::to_string(w.chance.drawn());
  for (const auto& one : w.told) text += "\n" + std::to_string(one.at.count()) + one.text;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_properties)

BOOST_AUTO_TEST_CASE(after_any_chaos_peace_brings_order) {
  constexpr int seeds = 1000;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      kubernetes_settings settings;
      settings.history_max = 20 + seed % 100;
      kube_world w{seed, settings};
      chaos c{w, seed};
      c.run(60);
      c.make_peace();
      check_collected(w.k);
      check_converged(w.k);
      for (const auto& one : c.caches()) {
        BOOST_TEST(one->agrees());
        BOOST_TEST(one->versions_grew());
      }
      BOOST_TEST(w.time.empty());  // at rest nothing is planned
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_is_the_same_history) {
  const auto history = [](std::uint64_t seed) {
    kube_world w{seed};
    chaos c{w, seed};
    c.run(80);
    return digest(w);
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) BOOST_TEST(history(seed) == history(seed));
  BOOST_TEST(history(1) != history(2));
}

BOOST_AUTO_TEST_CASE(every_revision_is_used_once) {
  kube_world w{3};
  std::uint64_t last = w.k.store().revision();
  bool grew = true;
  w.k.on_change([&](const object_change& x) {
    grew = grew && x.revision == last + 1 &&
           metadata_of(*x.after).resource_version == std::to_string(x.revision);
    last = x.revision;
  });
  chaos c{w, 3};
  c.run(100);
  BOOST_TEST(grew);
  BOOST_TEST(last > 100U);
}

BOOST_AUTO_TEST_SUITE_END()
