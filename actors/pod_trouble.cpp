#include "actors/pod_trouble.hpp"

#include <algorithm>

#include "actors/children.hpp"
#include "protocol/json_reader.hpp"

namespace drey {

namespace {

/// A run that was shorter ended soon: the kubelet forgets its back-off after a run of this length.
constexpr milliseconds good_run{600'000};

/// Of what a kubelet says.
constexpr std::size_t shown_max = 300;

bool is_job_manager(const pod& x) {
  const auto found = x.metadata.labels.find("component");
  return found != x.metadata.labels.end() && found->second == label_of(component::job_manager);
}

std::string subject_of(const pod& x) {
  return (is_job_manager(x) ? "JobManager pod " : "TaskManager ") + x.metadata.name;
}

std::string spec_of(const pod& x) {
  return is_job_manager(x) ? "spec.jobManager" : "spec.taskManager";
}

/// Of that container; empty: its pod's spec does not say.
std::string image_of(const pod& x) {
  std::string found;
  field_errors errors;
  read_json_object(x.spec, errors, [&](json_reader& spec) {
    for (const std::string_view list : {"containers", "initContainers"})
      spec.each(list, [&](json_reader& container) {
        std::string name, image;
        container.read("name", name);
        container.read("image", image);
        if (name == x.container) found = image;
      });
  });
  return found;
}

bool is_about_image(std::string_view waiting_reason) {
  constexpr std::string_view all[] = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName",
                                      "ErrImageNeverPull", "RegistryUnavailable"};
  return std::ranges::find(all, waiting_reason) != std::end(all);
}

/// The kubelet says `ErrImagePull` and `ImagePullBackOff` in turn, of one and the same thing.
trouble of_image(const pod& x) {
  const auto reason = x.waiting_reason == "ErrImagePull" ? "ImagePullBackOff" : x.waiting_reason;
  const auto image = image_of(x);
  return {reason, x.metadata.uid,
          subject_of(x) + ": the image " + image + (image.empty() ? "" : " ") + "of container " +
              x.container + " cannot be had (" + reason +
              "). Does the registry have it, and may the nodes pull it (imagePullSecrets)? "
              "Kubernetes tries again, every 5 min at last"};
}

std::string restarts_text(const pod& x) {
  return std::to_string(x.restart_count) + (x.restart_count == 1 ? " restart" : " restarts");
}

trouble of_memory(const pod& x) {
  return {"OOMKilled", x.metadata.uid,
          subject_of(x) + ": container " + x.container +
              " took more memory than it may and was killed (OOMKilled, exit code " +
              std::to_string(x.exit_code) + ", " + restarts_text(x) + "). Give it more in " +
              spec_of(x) + ".resource.memory, or let what runs in it need less"};
}

trouble of_loop(const pod& x) {
  return {"CrashLoopBackOff", x.metadata.uid,
          subject_of(x) + ": container " + x.container + " ends again and again (" +
              restarts_text(x) + ", the last end: " + x.terminated_reason + ", exit code " +
              std::to_string(x.exit_code) + "). See kubectl logs -n " + x.metadata.ns + " " +
              x.metadata.name + " -c " + x.container +
              " --previous. Kubernetes starts it again, every 5 min at last; if only this one "
              "fails, delete the pod: another one may find another node"};
}

trouble of_start(const pod& x) {
  return {x.waiting_reason, x.metadata.uid,
          subject_of(x) + ": container " + x.container + " cannot be started (" + x.waiting_reason +
              (x.waiting_message.empty() ? "" : ": " + x.waiting_message.substr(0, shown_max)) +
              "). Make what it needs, or mend the pod template; Kubernetes tries again"};
}

trouble of_place(const pod& x) {
  const std::string first =
      is_job_manager(x) ? ", give it a PriorityClass in spec.jobManager.podTemplate" : "";
  const bool closed = x.unschedulable.find("were unschedulable") != std::string::npos;
  const std::string open = closed ? ", uncordon those that are cordoned" : "";
  return {std::string(unschedulable_reason), x.metadata.uid,
          subject_of(x) + " finds no node: " + x.unschedulable + " Make room on the nodes" + open +
              first + ", ask for less in " + spec_of(x) +
              ".resource, or mend what keeps it away from nodes"};
}

/// It ended soon the last time, and has not run for long since.
bool is_on_trial(const pod& x, milliseconds wall) {
  if (!x.running_since || !x.last_started || !x.last_ended) return false;
  const bool ended_soon = *x.last_ended - *x.last_started < good_run;
  const bool again = x.restart_count > 1 || x.terminated_reason == "OOMKilled";
  return ended_soon && again && x.terminated_reason != "Completed" &&
         wall - *x.running_since < container_trial;
}

/// Without the name of the pod, which is another one with every try.
std::string_view refusal_in(std::string_view message) {
  const auto after = [&](std::string_view mark) {
    const auto at = message.find(mark);
    if (at != std::string_view::npos) message.remove_prefix(at + mark.size());
  };
  after("failed error: ");
  after("is forbidden: ");
  return message;
}

std::string remedy_of(std::string_view refused) {
  const auto has = [&](std::string_view part) {
    return refused.find(part) != std::string_view::npos;
  };
  if (has("exceeded quota")) return "Raise the ResourceQuota, or ask for less";
  if (has("failed quota")) return "Say in spec.jobManager and spec.taskManager what pods may take";
  if (has("denied the request")) return "Mend what the admission webhook asks for, or the webhook";
  if (has("violates PodSecurity"))
    return "Mend the pod template, or the level of the namespace (pod-security.kubernetes.io)";
  if (has("serviceaccount")) return "Make the service account, or mend spec.serviceAccount";
  return "Mend what it names: a right, an admission, a field of a pod template";
}

}  // namespace

bool lacks_room(const pod& x) {
  return x.unschedulable.find("Insufficient ") != std::string::npos ||
         x.unschedulable.find("Too many pods") != std::string::npos;
}

std::optional<trouble> trouble_of(const pod& x, milliseconds wall) {
  const bool over = x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
  if (x.metadata.deletion_timestamp || over) return std::nullopt;
  if (!x.unschedulable.empty() && x.node_name.empty()) return of_place(x);
  const auto& waits = x.waiting_reason;
  const bool trial = is_on_trial(x, wall);
  if (!trial && (waits.empty() || is_start_in_order(waits))) return std::nullopt;
  if (is_about_image(waits)) return of_image(x);
  if (!trial && waits != "CrashLoopBackOff") return of_start(x);
  return x.terminated_reason == "OOMKilled" ? of_memory(x) : of_loop(x);
}

std::optional<trouble> trouble_of_end(const pod& x, milliseconds wall) {
  constexpr milliseconds late{15'000};  // behind its grace period
  const bool over = x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
  if (!x.metadata.deletion_timestamp || over || wall < *x.metadata.deletion_timestamp + late)
    return std::nullopt;
  return trouble{"JobManagerTerminating", x.metadata.uid,
                 subject_of(x) +
                     " is deleted and does not end; no other is made beside it, for it may still "
                     "work. See what holds it (kubectl describe pod -n " +
                     x.metadata.ns + " " + x.metadata.name +
                     ": its kubelet, a volume, a finalizer). If its process is gone for certain: "
                     "kubectl delete pod -n " +
                     x.metadata.ns + " " + x.metadata.name + " --force --grace-period=0"};
}

trouble trouble_of_unmade(const pod& x, const std::string& reason, const std::string& message) {
  const auto said = " (" + reason + ": " + message.substr(0, shown_max) + "). ";
  if (reason == "FailedCreatePodSandBox")
    return {reason, x.metadata.uid,
            subject_of(x) + " has no network on node " + x.node_name + said +
                "Mend the node's network plugin, or cordon the node and delete the pod; "
                "Kubernetes tries again"};
  return {reason, x.metadata.uid,
          subject_of(x) + " waits for a volume" + said +
              "Make what it names, or mend the volumes in " + spec_of(x) +
              ".podTemplate; Kubernetes tries again, every 2 min at last"};
}

trouble refused_pods(const object_meta& workload, std::string_view message) {
  const auto refused = refusal_in(message);
  return {std::string(failed_create_reason), workload.uid,
          "the API server refuses pods of " + workload.name + ": " + std::string(refused) + ". " +
              remedy_of(refused) + "; Kubernetes tries again, every 17 min at last"};
}

std::optional<trouble> trouble_of(const deployment& x) {
  const auto found = std::ranges::find(x.conditions, "ReplicaFailure", &condition::type);
  if (found == x.conditions.end() || found->status != "True") return std::nullopt;
  return refused_pods(x.metadata, found->message);
}

trouble refused_object(const std::string& which, std::string_view message) {
  return {"ApplyFailed", which,
          which + " is refused: " + std::string(message) + ". " + remedy_of(message) +
              "; it is tried again, every 30 s at last"};
}

}  // namespace drey
