/// Pods whose containers are not made, and what Events say of them.
#include "actors/unmade_pod.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

constexpr milliseconds now{1'000'000};
constexpr milliseconds second{1'000};
constexpr milliseconds minute{60'000};

pod one() {
  pod x;
  x.metadata = {};
  x.metadata.name = "session-taskmanager-0";
  x.metadata.uid = "uid-1";
  x.metadata.labels["component"] = "taskmanager";
  x.node_name = "node-1";
  x.waiting_reason = "ContainerCreating";
  return x;
}

object_ptr told(const std::string& reason, const std::string& message, milliseconds ago) {
  event_record x;
  x.reason = reason;
  x.message = message;
  x.last = now - ago;
  return std::make_shared<object>(x);
}

const std::string no_token = "MountVolume.SetUp failed for volume \"v\" : secret \"t\" not found";

std::string reason_by(unmade_pod& of, std::vector<object_ptr> events) {
  of.learn("uid-1", {std::move(events), "1"}, now);
  const auto found = of.told(one());
  return found ? found->reason : "none";
}
unmade_pod asked() {
  unmade_pod x;
  x.look(now, "uid-1");
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unmade_pod_rows)

BOOST_AUTO_TEST_CASE(which_are_unmade) {
  BOOST_TEST(is_unmade(one()));
  auto early = one();
  early.waiting_reason.clear();
  BOOST_TEST(is_unmade(early), "its kubelet has not said anything yet");
  early.node_name.clear();
  BOOST_TEST(!is_unmade(early), "it has no node");
  auto image = one();
  image.waiting_reason = "ErrImagePull";
  BOOST_TEST(!is_unmade(image), "its status says it");
  auto works = one();
  works.phase = pod_phase::running;
  BOOST_TEST(!is_unmade(works));
  auto goes = one();
  goes.metadata.deletion_timestamp = now;
  BOOST_TEST(!is_unmade(goes));
}

BOOST_AUTO_TEST_CASE(when_events_are_asked_for) {
  unmade_pod x;
  BOOST_TEST(!x.look(now, ""));
  BOOST_TEST(!x.look(now, "uid-1"), "most are made in a moment");
  BOOST_TEST(x.look(now + 3 * second, "uid-1"));
  BOOST_TEST(!x.look(now + 4 * second, "uid-1"), "asked just now");
  BOOST_TEST(x.look(now + 18 * second, "uid-1"));
  BOOST_TEST(!x.look(now + 19 * second, "uid-2"), "another pod has its time, too");
  BOOST_TEST(x.look(now + 22 * second, "uid-2"));
  BOOST_TEST(!x.look(now + 23 * second, ""));
}

BOOST_AUTO_TEST_CASE(what_events_say) {
  auto x = asked();
  BOOST_TEST(reason_by(x, {}) == "none");
  BOOST_TEST(reason_by(x, {told("Scheduled", "", second)}) == "none");
  BOOST_TEST(reason_by(x, {told("FailedMount", no_token, minute)}) == "FailedMount");
  BOOST_TEST(x.told(one())->about == "uid-1");
  BOOST_TEST(x.told(one())->message ==
             "TaskManager session-taskmanager-0 waits for a volume (FailedMount: " + no_token +
                 "). Make what it names, or mend the volumes in spec.taskManager.podTemplate; "
                 "Kubernetes tries again, every 2 min at last");
  auto other = one();
  other.metadata.uid = "uid-2";
  BOOST_TEST(!x.told(other));
  BOOST_TEST(reason_by(x, {}) == "none", "its Events are gone");
  x.learn("uid-2", {{told("FailedMount", no_token, second)}, "1"}, now);
  BOOST_TEST(!x.told(one()), "an answer about another pod");
}

BOOST_AUTO_TEST_CASE(one_that_got_further_is_well) {
  auto x = asked();
  BOOST_TEST(reason_by(x, {told("FailedMount", no_token, minute), told("Pulling", "", second)}) ==
             "none");
  BOOST_TEST(
      reason_by(x, {told("FailedMount", no_token, second), told("Pulling", "", second)}) == "none",
      "Events have whole seconds");
  BOOST_TEST(reason_by(x, {told("FailedMount", no_token, 21 * minute)}) == "none",
             "its kubelet would have said it again");
}

BOOST_AUTO_TEST_CASE(words_do_not_move_with_each_try) {
  const auto summary = told("FailedMount", "Unable to attach or mount volumes: x", second);
  auto x = asked();
  BOOST_TEST(reason_by(x, {summary, told("FailedMount", no_token, minute)}) == "FailedMount");
  const auto first = x.told(one());
  BOOST_TEST(first->message.find(no_token) != std::string::npos, "what is missing, not the sum");
  reason_by(x, {summary});
  BOOST_TEST((x.told(one()) == first));
  auto network = asked();
  BOOST_TEST(reason_by(network, {told("FailedCreatePodSandBox", "plugin type=\"x\": 1", minute)}) ==
             "FailedCreatePodSandBox");
  const auto said = network.told(one());
  BOOST_TEST(said->message.find("has no network on node node-1") != std::string::npos);
  reason_by(network, {told("FailedCreatePodSandBox", "plugin type=\"x\": 2", second)});
  BOOST_TEST((network.told(one()) == said));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
