/// The kubelet: processes, readiness, restarts in place, termination, images.
#include <map>

#include "tests/models/kube_world.hpp"

using namespace drey;
using namespace drey::sim;
using namespace drey::sim::testing;

namespace {

/// A program that is ready `boot` after its start.
struct program : pod_processes {
  explicit program(kube_world& world) : w(world) { w.k.run_processes_with(*this); }
  void started(const pod& x) override {
    starts.push_back({w.time.now(), x});
    ++living[x.metadata.uid];
  }
  void asked_to_stop(const std::string&) override {}
  void stopped(const std::string& uid, stop_reason why) override {
    stops.push_back(why);
    --living[uid];
  }
  int alive() const {
    int all = 0;
    for (const auto& [uid, count] : living) all += count;
    return all;
  }
  struct start {
    milliseconds at;
    pod as;
  };
  kube_world& w;
  std::vector<start> starts;
  std::vector<stop_reason> stops;
  std::map<std::string, int> living;
};

struct process_world : kube_world {
  explicit process_world(kubernetes_settings settings = {}) : kube_world(1, settings), p(*this) {
    k.add_node("n1");
    apply(a_stateful_set("tm", 1));
    BOOST_TEST(rest());
    BOOST_TEST_REQUIRE(p.starts.size() == 1U);
  }
  const pod& tm() const { return *pod_named("tm-0"); }
  program p;
};

kubernetes_settings obedient() {
  kubernetes_settings x;
  x.ignores_sigterm_per_mille = 0;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_processes)

BOOST_AUTO_TEST_CASE(a_process_starts_with_its_address_and_says_when_it_is_ready) {
  process_world w;
  const auto& seen = w.p.starts.front().as;
  BOOST_TEST(seen.node_name == "n1");
  BOOST_TEST(seen.pod_ip == w.tm().pod_ip);
  BOOST_TEST(!seen.pod_ip.empty());
  BOOST_TEST(w.tm().phase == pod_phase::running);
  BOOST_TEST(!w.tm().ready);
  w.k.report_ready(w.tm().metadata.uid, readiness::ready);
  BOOST_TEST(!w.tm().ready);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().ready);
  BOOST_TEST(w.k.get<stateful_set>(in_prod("tm"))->ready_replicas == 1);
  w.k.report_ready(w.tm().metadata.uid, readiness::not_ready);
  BOOST_TEST(w.rest());
  BOOST_TEST(!w.tm().ready);
}

BOOST_AUTO_TEST_CASE(an_exit_is_restarted_in_place_later_and_later) {
  process_world w;
  const auto uid = w.tm().metadata.uid;
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 8; ++i) {
    const auto before = w.time.now();
    w.k.report_exit(uid, i == 0 ? 0 : 1);
    BOOST_TEST(w.tm().terminated_reason == (i == 0 ? "Completed" : "Error"));
    BOOST_TEST(w.tm().waiting_reason == (i == 0 ? "" : "CrashLoopBackOff"));
    BOOST_TEST(w.tm().exit_code == (i == 0 ? 0 : 1));
    if (i == 1)
      BOOST_TEST(w.tm().waiting_message ==
                 "back-off 10s restarting failed container=flink-main-container pod=tm-0_prod(" +
                     uid + ")");
    BOOST_TEST(w.rest());
    waits.push_back((w.p.starts.back().at - before).count() / 1000);
  }
  const std::vector<std::int64_t> expected{0, 10, 20, 40, 80, 160, 300, 300};
  BOOST_TEST(waits == expected, boost::test_tools::per_element());
  BOOST_TEST(w.tm().metadata.uid == uid);
  BOOST_TEST(w.tm().restart_count == 8);
  BOOST_TEST(w.p.stops.empty());
  w.pass(std::chrono::minutes{11});  // it ran well: the back-off is forgotten
  const auto before = w.time.now();
  w.k.report_exit(uid, 1);
  BOOST_TEST(w.rest());
  BOOST_TEST((w.p.starts.back().at - before).count() < 1'000);
}

BOOST_AUTO_TEST_CASE(a_crash_kills_the_process) {
  process_world w;
  w.k.crash_container(in_prod("tm-0"), crash_cause::out_of_memory);
  BOOST_TEST_REQUIRE(w.p.stops.size() == 1U);
  BOOST_CHECK(w.p.stops.front() == stop_reason::killed);
  BOOST_TEST(w.tm().terminated_reason == "OOMKilled");
  BOOST_TEST(w.tm().exit_code == 137);
  BOOST_TEST(!w.tm().running_since);
  BOOST_CHECK(w.tm().last_ended == std::chrono::floor<seconds>(w.time.wall()));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().running_since.has_value());
  BOOST_TEST(w.p.alive() == 1);
  BOOST_TEST(w.tm().restart_count == 1);
  BOOST_TEST(w.was_told("container_crashed"));
}

BOOST_AUTO_TEST_CASE(a_process_lives_until_its_exit_and_the_object_until_its_removal) {
  process_world w{obedient()};
  const auto uid = w.tm().metadata.uid;
  w.k.delete_pod(in_prod("tm-0"), pod_deletion::graceful, "drey");
  BOOST_CHECK(w.tm().metadata.deletion_timestamp ==
              std::chrono::floor<seconds>(w.time.wall()) + seconds{30});
  BOOST_TEST(w.p.alive() == 1);
  while (w.p.stops.empty()) w.time.run_next();
  BOOST_CHECK(w.p.stops.front() == stop_reason::terminated);
  BOOST_TEST(w.tm().phase == pod_phase::failed);
  BOOST_TEST(w.tm().metadata.uid == uid);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.tm().metadata.uid != uid);
  BOOST_TEST(w.p.alive() == 1);
}

BOOST_AUTO_TEST_CASE(a_process_that_ignores_sigterm_is_killed_after_the_grace) {
  kubernetes_settings deaf;
  deaf.ignores_sigterm_per_mille = 1'000;
  process_world w{deaf};
  w.k.delete_pod(in_prod("tm-0"), pod_deletion::graceful, "drey");
  w.pass(milliseconds{29'900});
  BOOST_TEST(w.p.stops.empty());
  w.pass(milliseconds{200});
  BOOST_TEST_REQUIRE(w.p.stops.size() == 1U);
  BOOST_CHECK(w.p.stops.front() == stop_reason::killed);
}

BOOST_AUTO_TEST_CASE(a_pod_deleted_by_force_leaves_its_process_for_a_while) {
  process_world w{obedient()};
  const auto uid = w.tm().metadata.uid;
  w.k.delete_pod(in_prod("tm-0"), pod_deletion::force, "person");
  BOOST_TEST(w.pod_named("tm-0") == nullptr);
  BOOST_TEST(w.p.living.at(uid) == 1);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.p.living.at(uid) == 0);
  BOOST_TEST(w.p.alive() == 1);
}

BOOST_AUTO_TEST_CASE(a_hanging_process_lives_on) {
  process_world w{obedient()};
  const auto uid = w.tm().metadata.uid;
  w.k.hold_pod(in_prod("tm-0"), pod_hold::process_hangs);
  w.k.evict_pod(in_prod("tm-0"), "drey");
  w.pass(std::chrono::hours{1});
  BOOST_TEST(w.p.living.at(uid) == 1);
  BOOST_TEST(w.tm().metadata.uid == uid);
  w.k.release_pod(in_prod("tm-0"));
  BOOST_TEST(w.rest());
  BOOST_TEST(w.p.living.at(uid) == 0);
}

BOOST_AUTO_TEST_CASE(a_process_that_ends_on_its_own_while_it_is_terminated_is_done) {
  process_world w{obedient()};
  const auto uid = w.tm().metadata.uid;
  w.k.evict_pod(in_prod("tm-0"), "drey");
  w.k.report_exit(uid, 0);
  BOOST_TEST(w.tm().phase == pod_phase::succeeded);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.p.stops.empty());
  BOOST_TEST(w.tm().metadata.uid != uid);
}

BOOST_AUTO_TEST_CASE(a_missing_image_is_tried_again) {
  kube_world w;
  w.k.add_node("n1");
  w.k.set_image("flink:1.20", image_state::missing);
  w.apply(a_stateful_set("tm", 1));
  std::string told;
  w.k.on_change([&](const object_change& x) {
    const auto* one = std::get_if<pod>(x.after.get());
    if (one != nullptr && !one->waiting_reason.empty() && !told.ends_with(one->waiting_reason))
      told += (told.empty() ? "" : " ") + one->waiting_reason;
  });
  w.pass(seconds{50});
  BOOST_TEST(told ==
             "ErrImagePull ImagePullBackOff ErrImagePull ImagePullBackOff ErrImagePull "
             "ImagePullBackOff");
  BOOST_TEST(w.pod_named("tm-0")->waiting_message == "Back-off pulling image \"flink:1.20\"");
  BOOST_TEST(w.pod_named("tm-0")->phase == pod_phase::pending);
  w.k.set_image("flink:1.20", image_state::available);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->ready);
  BOOST_TEST(w.pod_named("tm-0")->waiting_reason.empty());
  w.k.set_image("flink:1.2", image_state::missing);  // another image whose name is a prefix
  w.k.delete_pod(in_prod("tm-0"), pod_deletion::graceful, "person");
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->ready);
}

BOOST_AUTO_TEST_CASE(a_missing_secret_is_looked_for_again) {
  kube_world w;
  w.k.add_node("n1");
  auto set = a_stateful_set("tm", 1);
  set.pods.spec = R"({"containers":[{"name":"c","env":[{"name":"A","from":"token"}]}]})";
  w.k.set_config("token", config_state::missing);
  w.apply(set);
  w.pass(seconds{5});
  BOOST_TEST(w.pod_named("tm-0")->waiting_reason == "CreateContainerConfigError");
  BOOST_TEST(w.pod_named("tm-0")->waiting_message == "secret \"token\" not found");
  w.k.set_config("token", config_state::available);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->ready);
}

/// As a real 1.34: the pod's status says ContainerCreating, and nothing else changes in it.
BOOST_AUTO_TEST_CASE(a_volume_that_cannot_be_mounted_is_told_by_events) {
  kube_world w;
  w.k.add_node("n1");
  auto set = a_stateful_set("tm", 1);
  set.pods.spec = R"({"containers":[{"name":"c","volumeMounts":[{"name":"v","mountPath":"/v"}]}],)"
                  R"("volumes":[{"name":"v","secret":{"secretName":"token"}}]})";
  w.k.set_config("token", config_state::missing);
  w.apply(set);
  w.pass(seconds{20});
  BOOST_TEST(w.pod_named("tm-0")->waiting_reason == "ContainerCreating");
  BOOST_TEST(w.pod_named("tm-0")->waiting_message.empty());
  BOOST_TEST((w.pod_named("tm-0")->phase == pod_phase::pending));
  const auto* told = w.k.get<event_record>(in_prod("tm-0.failed-mount"));
  BOOST_REQUIRE(told != nullptr);
  BOOST_TEST(told->reason == "FailedMount");
  BOOST_TEST(told->component == "kubelet");
  BOOST_TEST(told->involved_uid == w.pod_named("tm-0")->metadata.uid);
  BOOST_TEST(told->message ==
             "MountVolume.SetUp failed for volume \"v\" : secret \"token\" not found");
  BOOST_TEST(told->count >= 4);
  BOOST_TEST(told->count <= 6);
  w.k.set_config("token", config_state::available);
  BOOST_TEST(w.rest());
  BOOST_TEST(w.pod_named("tm-0")->ready);
}

/// Seen on the lab: a kubelet waits for those volumes alone that a container mounts.
BOOST_AUTO_TEST_CASE(a_volume_that_nothing_mounts_keeps_no_pod) {
  kube_world w;
  w.k.add_node("n1");
  auto set = a_stateful_set("tm", 1);
  set.pods.spec = R"({"containers":[{"name":"c"}],)"
                  R"("volumes":[{"name":"v","secret":{"secretName":"gone"}}]})";
  w.k.set_config("gone", config_state::missing);
  w.apply(set);
  w.pass(seconds{20});
  BOOST_TEST(w.pod_named("tm-0")->ready);
}

BOOST_AUTO_TEST_CASE(a_crash_loop_lasts_until_it_is_ended) {
  process_world w;
  w.k.begin({"tm-0", seconds{5}, crash_cause::out_of_memory});
  w.pass(std::chrono::minutes{2});  // ends at 5 s, 10 s, 25 s, 50 s, 95 s
  BOOST_TEST(w.p.stops.size() == 5U);
  BOOST_TEST(w.tm().terminated_reason == "OOMKilled");
  w.k.end_crash_loops();
  BOOST_TEST(w.rest());
  BOOST_TEST(w.p.stops.size() == 5U);
  BOOST_TEST(w.p.alive() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
