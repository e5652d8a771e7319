/// The Kubernetes objects that drey reads and writes, as values: only the fields that something in
/// drey looks at. What is not looked at stays compact JSON text (`json_text`) or is dropped at
/// decoding (`metadata.managedFields`, but for who writes the status of a primary).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/time.hpp"

namespace drey {

/// One JSON value as compact text; empty: absent.
using json_text = std::string;
using string_map = std::map<std::string, std::string>;

struct owner_reference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool operator==(const owner_reference&) const = default;
};

/// An entry of `metadata.managedFields` for the subresource `status`: who owns a part of it, and
/// when it last wrote that, in whole seconds of the API server's clock.
struct status_writer {
  std::string manager;
  milliseconds time{0};
  bool operator==(const status_writer&) const = default;
};

/// `metadata` of any object. Times are wall milliseconds since the epoch.
struct object_meta {
  std::string ns;  ///< empty: cluster-scoped
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::optional<milliseconds> creation_timestamp;
  std::optional<milliseconds> deletion_timestamp;
  string_map labels;
  string_map annotations;
  std::vector<std::string> finalizers;
  std::vector<owner_reference> owners;
  std::vector<status_writer> status_writers;  ///< of a primary alone
  bool operator==(const object_meta&) const = default;
};

/// `metav1.Condition`. `status` is "True", "False" or "Unknown".
struct condition {
  std::string type;
  std::string status;
  std::string reason;
  std::string message;
  milliseconds last_transition_time{0};
  std::int64_t observed_generation = 0;
  bool operator==(const condition&) const = default;
};

/// A PodTemplateSpec: what the controllers copy is typed, what only the kubelet reads is text.
struct pod_template {
  string_map labels;
  string_map annotations;
  json_text spec;  ///< the PodSpec
  bool operator==(const pod_template&) const = default;
};

/// `apps/v1` Deployment.
struct deployment {
  object_meta metadata;
  std::int32_t replicas = 1;
  string_map selector;
  pod_template pods;
  std::string strategy = "Recreate";
  // status
  std::int64_t observed_generation = 0;
  std::int32_t status_replicas = 0;
  std::int32_t available_replicas = 0;
  std::vector<condition> conditions;
  bool operator==(const deployment&) const = default;
};

/// `apps/v1` StatefulSet; drey always writes `OnDelete` and `Parallel`.
struct stateful_set {
  object_meta metadata;
  std::int32_t replicas = 1;
  /// None: the API server does not know the field `ordinals`, or drops it (decision 0033).
  std::optional<std::int32_t> ordinals_start;
  std::string service_name;
  string_map selector;
  pod_template pods;
  // status
  std::int64_t observed_generation = 0;
  std::int32_t status_replicas = 0;
  std::int32_t ready_replicas = 0;
  std::string current_revision;
  std::string update_revision;
  bool operator==(const stateful_set&) const = default;

  std::int32_t first_ordinal() const { return ordinals_start.value_or(0); }
  bool holds(std::int32_t ordinal) const {
    return ordinal >= first_ordinal() && ordinal < first_ordinal() + replicas;
  }
};

/// `batch/v1` Job of one pod; drey always writes `backoffLimit` 0: what ended is not begun again.
struct batch_job {
  object_meta metadata;
  pod_template pods;
  // status
  std::int32_t active = 0;
  std::int32_t failed = 0;
  std::int32_t succeeded = 0;
  std::vector<condition> conditions;  ///< "Failed" or "Complete" once no pod of it is left
  bool operator==(const batch_job&) const = default;
};

struct service_port {
  std::string name;
  std::int32_t port = 0;
  bool operator==(const service_port&) const = default;
};

struct service {
  object_meta metadata;
  std::string type = "ClusterIP";  ///< or "NodePort", "LoadBalancer"
  bool headless = false;
  bool publish_not_ready_addresses = false;
  string_map selector;
  std::vector<service_port> ports;
  bool operator==(const service&) const = default;
};

struct config_map {
  object_meta metadata;
  string_map data;
  bool immutable = false;
  bool operator==(const config_map&) const = default;
};

/// `networking.k8s.io/v1` Ingress: nothing in drey looks into what it made.
struct ingress {
  object_meta metadata;
  json_text spec;
  bool operator==(const ingress&) const = default;
};

enum class pod_phase { pending, running, succeeded, failed, unknown };

/// A Pod as drey sees it: its containers folded into a few fields. Of several, those that tell of
/// one container tell of the one that is worst off.
struct pod {
  object_meta metadata;
  json_text spec;  ///< PodSpec; empty when projected away
  std::string node_name;
  pod_phase phase = pod_phase::pending;
  bool ready = false;
  std::optional<milliseconds> unready_since;  ///< wall clock; none: it is ready, or not told
  std::string pod_ip;
  std::string reason;             ///< `status.reason`: "Evicted", "NodeLost", …
  std::string container;          ///< that the next seven tell of; empty: none was tried yet
  std::string waiting_reason;     ///< "CrashLoopBackOff", "ImagePullBackOff", …
  std::string waiting_message;    ///< the kubelet's words for it
  std::string terminated_reason;  ///< "OOMKilled", "Error", … of the last termination
  std::int32_t exit_code = 0;     ///< of the last termination
  std::optional<milliseconds> last_started;  ///< wall clock, of the run that ended last
  std::optional<milliseconds> last_ended;
  std::optional<milliseconds> running_since;  ///< none: it does not run
  std::string unschedulable;                  ///< message of PodScheduled=False; empty: scheduled
  std::int32_t restart_count = 0;             ///< of the container that was restarted most
  bool operator==(const pod&) const = default;
};

/// A container that waits with this reason is being started as it should be, or waits its turn.
constexpr bool is_start_in_order(std::string_view waiting_reason) {
  return waiting_reason == "ContainerCreating" || waiting_reason == "PodInitializing";
}

struct node {
  object_meta metadata;
  std::string ready = "True";  ///< "True", "False" or "Unknown"
  bool unschedulable = false;
  std::vector<std::string> taints;  ///< "key=value:Effect"
  string_map allocatable;           ///< what its pods may ask for together: quantities by resource
  bool operator==(const node&) const = default;
};

/// `coordination.k8s.io/v1` Lease; times have microseconds in the API, milliseconds here.
struct lease {
  object_meta metadata;
  std::string holder;
  std::int32_t duration_seconds = 15;
  std::optional<milliseconds> acquire_time;
  std::optional<milliseconds> renew_time;
  std::int32_t transitions = 0;
  bool operator==(const lease&) const = default;
};

/// `v1` Event about one of our resources.
struct event_record {
  object_meta metadata;
  std::string involved_kind;
  std::string involved_api_version;
  std::string involved_ns;
  std::string involved_name;
  std::string involved_uid;
  std::string type;  ///< "Normal" or "Warning"
  std::string reason;
  std::string message;
  std::string component;
  std::int32_t count = 1;
  milliseconds first{0};
  milliseconds last{0};
  bool operator==(const event_record&) const = default;
};

}  // namespace drey
