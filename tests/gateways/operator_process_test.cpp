// The whole operator in this process, on real threads and real sockets, against the least of an API
// server: leading, stopping, and what it says when it cannot see.
#include "tests/gateways/operator_process.hpp"
#include "actors/paused_actor.hpp"
#include "runtime/readiness.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const rights_known all_rights{true, "", {}};

/// It answers with what no API server would: a pod instead of a Lease.
kube_gateway::behavior_type answers_with_a_pod(int) {
  return {[](const kube_request&) { return kube_answer{std::make_shared<const object>(pod{})}; },
          [](const kube_watch&, const caf::actor&) {}, [](const kube_unwatch&) {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operator_process_suite)

BOOST_AUTO_TEST_CASE(whoever_stops_leaves_no_lease_behind) {
  fake_api api;
  operator_process process{api.port()};
  BOOST_REQUIRE(process.steps.wait_for("leading"));
  BOOST_TEST(api.holder() == "me");
  process.stop();
  BOOST_TEST(process.end() != "");
  BOOST_TEST(api.holder() == "", "at the moment of the end it is released already");
  BOOST_TEST(!process.around.gate->is_open(process.clock.now().monotonic));
}

BOOST_AUTO_TEST_CASE(a_renewal_under_way_does_not_keep_the_lease) {
  fake_api api;
  gate renewed, hold;
  api.lease_written = [&](int number) {
    if (number != 2) return;  // the first renewal is written, but its answer does not come
    renewed.open();
    hold.wait();
  };
  operator_process process{api.port()};
  BOOST_REQUIRE(renewed.wait());
  process.stop();
  BOOST_TEST(process.end() != "");
  BOOST_TEST(api.holder() == "");
  hold.open();
}

BOOST_AUTO_TEST_CASE(a_take_that_lands_after_the_stop_is_given_back) {
  fake_api api;
  gate taken, hold;
  api.lease_written = [&](int number) {
    if (number != 1) return;
    taken.open();
    hold.wait();
  };
  operator_process process{api.port()};
  BOOST_REQUIRE(taken.wait());
  process.stop();
  BOOST_REQUIRE(process.steps.wait_for("withdrawing"));
  BOOST_TEST(api.holder() == "me");
  hold.open();
  BOOST_TEST(process.end() != "");
  BOOST_TEST(api.holder() == "");
}

BOOST_AUTO_TEST_CASE(an_api_server_that_is_silent_does_not_keep_the_process) {
  socket_server silent{[](int connection) { read_request(connection); }};
  operator_process process{silent.port()};
  BOOST_REQUIRE(process.steps.wait_for("standing_by"));
  process.stop();
  BOOST_TEST(process.end() != "");
}

BOOST_AUTO_TEST_CASE(the_lease_is_renewed_while_all_other_threads_are_busy) {
  fake_api api;
  gate hold;
  std::atomic<int> busy{0};
  operator_process process{api.port()};
  BOOST_REQUIRE(process.steps.wait_for("leading"));
  for (int i = 0; i < 2; ++i)  // as many as the actors have threads
    // CAF 0.17 looks through a null pointer when a function is spawned without an argument.
    process.system.spawn(
        [&](caf::event_based_actor*, int) {
          ++busy;
          hold.wait();
        },
        i);
  BOOST_REQUIRE(comes_true([&] { return busy == 2; }));
  const int before = api.lease_writes();
  BOOST_TEST(comes_true([&] { return api.lease_writes() >= before + 2; }));
  BOOST_TEST(process.around.gate->is_open(process.clock.now().monotonic));
  hold.open();
}

BOOST_AUTO_TEST_CASE(a_leadership_that_fails_ends_the_operator) {
  fake_api api;
  small_system config;
  caf::actor_system other{config};
  const auto broken = other.spawn(answers_with_a_pod, 0);
  operator_settings settings;
  settings.lease_gateway = broken;
  operator_process process{api.port(), settings};
  const auto reason = process.end();
  BOOST_TEST(reason.find("runtime_error") != std::string::npos, reason);
  process.may_fail = "leadership: std::get: wrong index for variant\n";
}

/// What the actor answers to a message that it knows is empty. False: it does not know this one.
template <class Message>
bool knows(caf::scoped_actor& self, const caf::actor& one, Message message) {
  bool known = false;
  self->request(one, caf::infinite, std::move(message))
      .receive([&] { known = true; },
               [&](const caf::error& why) { BOOST_CHECK(why == caf::sec::unexpected_message); });
  return known;
}

BOOST_AUTO_TEST_CASE(a_message_that_an_actor_does_not_know_is_told_and_ends_nobody) {
  fake_api api;
  operator_process process{api.port()};
  caf::scoped_actor self{process.system};
  self->send(process.root, world_known{});
  BOOST_TEST(!knows(self, process.root, world_known{}));
  self->receive([](const caf::error&) { BOOST_ERROR("whoever sent it would end"); },
                caf::after(milliseconds{0}) >> [] {});
  const std::string told = "operator: it does not know the message drey.world_known\n";
  process.may_fail = told + told;
}

BOOST_AUTO_TEST_CASE(a_paused_cluster_is_given_what_the_actor_before_it_asked_for) {
  fake_api api;
  operator_process process{api.port()};
  flink_deployment cluster;
  cluster.metadata.ns = "flink";
  cluster.metadata.name = "session";
  cluster.metadata.uid = "session-uid";
  const auto paused = process.system.spawn(
      paused_actor, process.around, std::make_shared<const object>(cluster), "a person says so");
  caf::scoped_actor self{process.system};
  BOOST_TEST(knows(self, paused, room_told{}));
  BOOST_TEST(knows(self, paused, turn_told{}));
  caf::anon_send_exit(paused, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_leader_that_cannot_see_is_not_ready_and_says_why) {
  fake_api api;
  api.forbid("pods");
  operator_process process{api.port()};
  BOOST_REQUIRE(comes_true([&] { return !process.figures().unseen.empty(); }));
  BOOST_TEST(why_not_ready(process.figures(), all_rights) ==
             "it cannot read pods: forbidden: Forbidden");
  BOOST_TEST(!process.figures().world_known);
  api.allow("pods");
  BOOST_TEST(comes_true([&] { return why_not_ready(process.figures(), all_rights).empty(); }));
  BOOST_TEST(process.figures().world_known);
}

/// The questions of lists, each once, without how many objects a page holds.
std::set<std::string> lists_in(const std::vector<std::string>& asked) {
  std::set<std::string> lists;
  for (const auto& one : asked) {
    if (one.find("watch=") != std::string::npos || one.find("/leases") != std::string::npos)
      continue;
    const auto selector = one.find("labelSelector=");
    const auto rest = selector == std::string::npos ? "" : " " + one.substr(selector);
    lists.insert(one.substr(0, one.find('?')) + rest.substr(0, rest.find('&')));
  }
  return lists;
}

BOOST_AUTO_TEST_CASE(only_what_is_named_is_read) {
  fake_api api;
  api.forbid("nodes");
  operator_settings settings;
  settings.namespaces = {"a", "b"};
  settings.label_selector = "team=x";
  operator_process process{api.port(), settings};
  BOOST_REQUIRE(comes_true([&] { return process.figures().world_known; }));
  for (const auto& one : lists_in(api.asked())) {
    if (one == "GET /api/v1/nodes") continue;
    BOOST_TEST((has(one, "/namespaces/a/") || has(one, "/namespaces/b/")), one);
    const bool selected = has(one, "/flinksessionjobs") || has(one, "/flinkstatesnapshots");
    BOOST_TEST(has(one, "team%3Dx") == selected, one);
  }
  BOOST_TEST(lists_in(api.asked()).size() == 21U);
  BOOST_TEST(why_not_ready(process.figures(), all_rights) == "");
  BOOST_TEST(remark_on(process.figures()) ==
             "nodes may not be read: a lost node is noticed when Kubernetes takes its pods away");
}

BOOST_AUTO_TEST_CASE(who_watches_everything_must_see_nodes) {
  fake_api api;
  api.forbid("nodes");
  operator_process process{api.port()};
  BOOST_REQUIRE(comes_true([&] { return !process.figures().unseen.empty(); }));
  BOOST_TEST(!process.figures().world_known);
  BOOST_TEST(why_not_ready(process.figures(), all_rights) ==
             "it cannot read nodes: forbidden: Forbidden");
}

flink_deployment cluster_of(const std::string& name, const std::string& team) {
  flink_deployment one;
  one.metadata.ns = "flink";
  one.metadata.name = name;
  one.metadata.uid = name + "-uid";
  one.metadata.resource_version = "1";
  one.metadata.labels["team"] = team;
  return one;
}

flink_session_job job_in(const std::string& cluster) {
  flink_session_job one;
  one.metadata.ns = "flink";
  one.metadata.name = "job-in-" + cluster;
  one.metadata.uid = "job-in-" + cluster + "-uid";
  one.metadata.resource_version = "1";
  one.metadata.labels["team"] = "x";
  flink_session_job_spec spec;
  spec.deployment_name = cluster;
  spec.job.emplace().jar_uri = "https://example.com/a.jar";
  spec.job->parallelism = 1;
  one.spec = std::make_shared<const flink_session_job_spec>(std::move(spec));
  return one;
}

bool writes(const fake_api& api, const std::string& what) {
  return std::ranges::any_of(api.changes(), [&](const std::string& one) { return has(one, what); });
}

BOOST_AUTO_TEST_CASE(what_is_not_selected_is_left_alone_and_not_taken_for_absent) {
  fake_api api;
  api.hold(cluster_of("ours", "x"));
  api.hold(cluster_of("theirs", "y"));
  auto job = job_in("theirs");  // of a cluster that is not there its status would say so
  job.metadata.finalizers = {std::string(session_job_finalizer)};
  api.hold(job);
  operator_settings settings;
  settings.label_selector = "team in (x)";
  operator_process process{api.port(), settings};
  BOOST_REQUIRE(comes_true([&] { return writes(api, "/flinkdeployments/ours"); }));
  BOOST_REQUIRE(comes_true([&] { return writes(api, "/events/job-in-theirs."); }));
  BOOST_TEST(process.figures().clusters == 1U);
  BOOST_TEST(!writes(api, "/flinkdeployments/theirs"));
  BOOST_TEST(!writes(api, "/flinksessionjobs/job-in-theirs"));
}

BOOST_AUTO_TEST_CASE(who_is_ready) {
  operator_figures leader;
  leader.leads = true;
  BOOST_TEST(why_not_ready({}, all_rights) == "", "one that stands by");
  BOOST_TEST(why_not_ready(leader, all_rights) == "the first lists are under way");
  leader.world_known = true;
  BOOST_TEST(why_not_ready(leader, all_rights) == "");
  BOOST_TEST(why_not_ready(leader, {false, "no connection", {}}) ==
             "the API server has not said yet what this operator may do: no connection");
  BOOST_TEST(why_not_ready({}, {true, "", {"list pods (to see what runs)", "b"}}) ==
             "rights are missing: list pods (to see what runs); b. configs/install.yaml gives them "
             "all");
}

BOOST_AUTO_TEST_SUITE_END()
