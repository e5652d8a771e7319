/// Rows of what keeps pods from working and from being made: Kubernetes' words for it, the cause,
/// and what a person can do.
#include "actors/pod_trouble.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/children.hpp"

namespace drey::rows {

namespace {

constexpr milliseconds at{10'000'000};
constexpr milliseconds minute{60'000};

pod one_of(component side, const std::string& name) {
  pod x;
  x.metadata.ns = "flink";
  x.metadata.name = name;
  x.metadata.uid = "uid-of-" + name;
  x.metadata.labels["component"] = label_of(side);
  x.spec = R"({"initContainers":[{"name":"fetch","image":"curl:8"}],)"
           R"("containers":[{"name":"flink-main-container","image":"flink:1.20"}]})";
  x.node_name = "node-1";
  x.container = "flink-main-container";
  return x;
}
pod worker() { return one_of(component::task_manager, "session-taskmanager-1"); }
pod leader() { return one_of(component::job_manager, "session-7c9-x2x4z"); }

pod waiting(pod x, const std::string& reason, const std::string& message = "") {
  x.waiting_reason = reason;
  x.waiting_message = message;
  return x;
}

/// Its last run was so long; it runs again since `ago`.
pod restarted(pod x, const std::string& how, std::int32_t times, milliseconds run,
              milliseconds ago) {
  x.phase = pod_phase::running;
  x.terminated_reason = how;
  x.exit_code = how == "OOMKilled" ? 137 : 1;
  x.restart_count = times;
  x.running_since = at - ago;
  x.last_ended = *x.running_since - milliseconds{10'000};
  x.last_started = *x.last_ended - run;
  return x;
}

std::string reason_of(const pod& x) {
  const auto found = trouble_of(x, at);
  return found ? found->reason : "none";
}
std::string message_of(const pod& x) {
  const auto found = trouble_of(x, at);
  return found ? found->message : "none";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pod_trouble_rows)

BOOST_AUTO_TEST_CASE(what_is_none) {
  BOOST_TEST(reason_of(worker()) == "none");
  BOOST_TEST(reason_of(waiting(worker(), "ContainerCreating")) == "none");
  BOOST_TEST(reason_of(waiting(worker(), "PodInitializing")) == "none");
  auto unplaced = worker();
  unplaced.node_name.clear();
  BOOST_TEST(reason_of(unplaced) == "none", "the scheduler has not looked at it yet");
  auto going = waiting(worker(), "CrashLoopBackOff");
  going.metadata.deletion_timestamp = at;
  BOOST_TEST(reason_of(going) == "none");
  auto over = waiting(worker(), "CrashLoopBackOff");
  over.phase = pod_phase::failed;
  BOOST_TEST(reason_of(over) == "none", "its controller makes another");
}

BOOST_AUTO_TEST_CASE(a_job_manager_that_does_not_end) {
  auto one = leader();
  BOOST_TEST(!trouble_of_end(one, at));
  one.metadata.deletion_timestamp = at - milliseconds{14'999};
  BOOST_TEST(!trouble_of_end(one, at), "a kubelet may be that late");
  one.metadata.deletion_timestamp = at - milliseconds{15'000};
  BOOST_REQUIRE(trouble_of_end(one, at).has_value());
  BOOST_TEST(trouble_of_end(one, at)->reason == "JobManagerTerminating");
  BOOST_TEST(has(trouble_of_end(one, at)->message,
                 "kubectl delete pod -n flink session-7c9-x2x4z --force --grace-period=0"));
  one.phase = pod_phase::failed;
  BOOST_TEST(!trouble_of_end(one, at), "its process is over");
}

BOOST_AUTO_TEST_CASE(images) {
  const auto pulls = waiting(worker(), "ErrImagePull", "rpc error: code = NotFound");
  const auto waits = waiting(worker(), "ImagePullBackOff", "Back-off pulling image");
  BOOST_TEST(reason_of(pulls) == "ImagePullBackOff");
  BOOST_TEST(message_of(pulls) == message_of(waits), "the kubelet says the two in turn");
  BOOST_TEST(
      message_of(pulls) ==
      "TaskManager session-taskmanager-1: the image flink:1.20 of container "
      "flink-main-container cannot be had (ImagePullBackOff). Does the registry have it, and "
      "may the nodes pull it (imagePullSecrets)? Kubernetes tries again, every 5 min at last");
  auto fetching = waiting(leader(), "InvalidImageName");
  fetching.container = "fetch";
  BOOST_TEST(reason_of(fetching) == "InvalidImageName");
  BOOST_TEST(has(message_of(fetching), "JobManager pod session-7c9-x2x4z: the image curl:8 of"));
  fetching.container = "unheard-of";
  BOOST_TEST(has(message_of(fetching), ": the image of container unheard-of cannot be had"));
}

BOOST_AUTO_TEST_CASE(containers_that_cannot_be_made) {
  const auto lacks = waiting(worker(), "CreateContainerConfigError", "secret \"token\" not found");
  BOOST_TEST(reason_of(lacks) == "CreateContainerConfigError");
  BOOST_TEST(has(message_of(lacks), "(CreateContainerConfigError: secret \"token\" not found)"));
  BOOST_TEST(reason_of(waiting(worker(), "RunContainerError")) == "RunContainerError");
}

BOOST_AUTO_TEST_CASE(a_container_that_ends_again_and_again) {
  auto loops = restarted(worker(), "Error", 4, minute, minute);
  BOOST_TEST(reason_of(loops) == "CrashLoopBackOff", "it may end again");
  BOOST_TEST(has(message_of(loops),
                 "ends again and again (4 restarts, the last end: Error, exit "
                 "code 1). See kubectl logs -n flink session-taskmanager-1 -c "
                 "flink-main-container --previous"));
  BOOST_TEST(reason_of(restarted(worker(), "Error", 4, minute, container_trial)) == "none",
             "it has run for long enough");
  BOOST_TEST(reason_of(restarted(worker(), "Error", 1, minute, minute)) == "none",
             "once is no loop");
  BOOST_TEST(reason_of(restarted(worker(), "Error", 9, milliseconds{86'400'000}, minute)) == "none",
             "a day lies between two ends");
  BOOST_TEST(reason_of(restarted(worker(), "Completed", 4, minute, minute)) == "none");
  loops.running_since.reset();
  BOOST_TEST(reason_of(waiting(loops, "CrashLoopBackOff")) == "CrashLoopBackOff");
  BOOST_TEST(message_of(waiting(loops, "CrashLoopBackOff", "back-off 10s restarting")) ==
                 message_of(waiting(loops, "CrashLoopBackOff", "back-off 20s restarting")),
             "how long it waits is no news");
}

BOOST_AUTO_TEST_CASE(a_container_without_memory) {
  const auto once = restarted(worker(), "OOMKilled", 1, minute, minute);
  BOOST_TEST(reason_of(once) == "OOMKilled", "once is enough to be told");
  BOOST_TEST(has(message_of(once),
                 "(OOMKilled, exit code 137, 1 restart). Give it more in "
                 "spec.taskManager.resource.memory"));
  BOOST_TEST(has(message_of(restarted(leader(), "OOMKilled", 2, minute, minute)),
                 "spec.jobManager.resource.memory"));
  BOOST_TEST(reason_of(restarted(worker(), "OOMKilled", 1, minute, container_trial)) == "none");
  BOOST_TEST(reason_of(waiting(once, "CrashLoopBackOff")) == "OOMKilled", "the cause goes first");
}

BOOST_AUTO_TEST_CASE(no_node) {
  auto homeless = worker();
  homeless.node_name.clear();
  homeless.unschedulable = "0/3 nodes are available: 3 Insufficient cpu.";
  BOOST_TEST(reason_of(homeless) == "Unschedulable");
  BOOST_TEST(has(message_of(homeless),
                 "TaskManager session-taskmanager-1 finds no node: 0/3 nodes are available: 3 "
                 "Insufficient cpu. Make room on the nodes, ask for less in "
                 "spec.taskManager.resource"));
  BOOST_TEST(lacks_room(homeless));
  homeless.unschedulable = "0/2 nodes are available: 2 node(s) were unschedulable.";
  BOOST_TEST(has(message_of(homeless),
                 "2 node(s) were unschedulable. Make room on the nodes, uncordon those that are "
                 "cordoned, ask for less in spec.taskManager.resource"));
  BOOST_TEST(!lacks_room(homeless), "no pod that goes would help");
  auto first = leader();
  first.node_name.clear();
  first.unschedulable = "0/1 nodes are available: 1 Too many pods.";
  BOOST_TEST(has(message_of(first), "PriorityClass in spec.jobManager.podTemplate"));
  BOOST_TEST(lacks_room(first));
  first.unschedulable = "0/1 nodes are available: 1 node(s) had untolerated taint(s).";
  BOOST_TEST(!lacks_room(first), "no pod that goes would help");
}

BOOST_AUTO_TEST_CASE(pods_that_are_refused) {
  object_meta set;
  set.name = "session-taskmanager";
  set.uid = "uid-of-set";
  const auto quota = refused_pods(
      set,
      "create Pod session-taskmanager-2 in StatefulSet session-taskmanager failed error: pods "
      "\"session-taskmanager-2\" is forbidden: exceeded quota: pods, requested: pods=1, used: "
      "pods=3, limited: pods=3");
  BOOST_TEST(quota.reason == "FailedCreate");
  BOOST_TEST(quota.about == "uid-of-set");
  BOOST_TEST(quota.message ==
             "the API server refuses pods of session-taskmanager: exceeded quota: pods, requested: "
             "pods=1, used: pods=3, limited: pods=3. Raise the ResourceQuota, or ask for less; "
             "Kubernetes tries again, every 17 min at last");
  deployment lacking;
  lacking.metadata.name = "session";
  BOOST_TEST(!trouble_of(lacking));
  lacking.conditions = {{"ReplicaFailure", "True", "FailedCreate",
                         "pods \"session-7c9-a\" is forbidden: exceeded quota: pods", at, 0}};
  BOOST_REQUIRE(trouble_of(lacking));
  BOOST_TEST(has(trouble_of(lacking)->message, "pods of session: exceeded quota: pods. Raise"),
             "without the name of a pod, which is another one with every try");
  lacking.conditions.front().status = "False";
  BOOST_TEST(!trouble_of(lacking));
}

BOOST_AUTO_TEST_CASE(remedies) {
  const auto told = [](const std::string& text) {
    return refused_object("Service s", text).message;
  };
  BOOST_TEST(has(told("admission webhook \"p\" denied the request: no"),
                 ". Mend what the admission "
                 "webhook asks for"));
  BOOST_TEST(has(told("failed quota: q: must specify limits.cpu"), "Say in spec.jobManager"));
  BOOST_TEST(has(told("violates PodSecurity \"restricted:latest\""), "level of the namespace"));
  BOOST_TEST(has(told("error looking up service account flink/flink: serviceaccount \"flink\" not "
                      "found"),
                 "Make the service account"));
  BOOST_TEST(has(told("services is forbidden: User cannot patch"), "a right, an admission"));
  BOOST_TEST(has(told("x"), "Service s is refused: x. "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
