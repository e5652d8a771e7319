/// One call of the Kubernetes API = one request with one answer (a watch: one request with a
/// stream). runtime/ answers over HTTPS, sim/ from a model; the actors cannot tell which.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/access_right.hpp"
#include "protocol/flink_resources.hpp"
#include "protocol/ids.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

enum class object_kind {
  flink_deployment,
  flink_session_job,
  flink_state_snapshot,
  deployment,
  stateful_set,
  service,
  config_map,
  pod,
  node,
  lease,
  event,
  ingress,
  batch_job,
};

/// One entry per kind: how it is spelled in the API, in the enum's order.
struct kind_info {
  object_kind kind;
  std::string_view name;         ///< "StatefulSet"
  std::string_view api_version;  ///< "apps/v1"
  std::string_view plural;       ///< "statefulsets"
  std::string_view scope;        ///< "Namespaced" or "Cluster"
};
const kind_info& info_of(object_kind kind);
inline std::string_view name_of(object_kind kind) { return info_of(kind).name; }
/// None: not a kind that drey knows.
std::optional<object_kind> kind_named(std::string_view group_version, std::string_view kind);

/// The alternatives stand in the order of `object_kind`.
using object = std::variant<flink_deployment, flink_session_job, flink_state_snapshot, deployment,
                            stateful_set, service, config_map, pod, node, lease, event_record,
                            ingress, batch_job>;
using object_ptr = std::shared_ptr<const object>;

inline object_kind kind_of(const object& x) { return static_cast<object_kind>(x.index()); }
const object_meta& metadata_of(const object& x);
object_meta& metadata_of(object& x);
inline object_name name_of(const object& x) { return {metadata_of(x).ns, metadata_of(x).name}; }

/// Under this name drey writes: its server-side applies, and all patches.
inline constexpr std::string_view field_manager = "drey";

// ── requests ────────────────────────────────────────────────────────────────────────────────────

struct kube_get {
  object_kind kind;
  object_name name;
};

/// A live (quorum) list. `ns` empty: all namespaces. `selector`: a label selector, empty: all.
/// `fields`: a field selector, which the API server knows for few fields only; empty: all.
struct kube_list {
  object_kind kind;
  std::string ns;
  std::string selector;
  std::string fields = {};
};

struct kube_create {
  object_ptr wanted;
};

/// Server-side apply as field manager `drey`, forced. `metadata.uid`, when given, must match (an
/// object that is not there any more is then not created anew).
struct kube_apply {
  object_ptr wanted;
};

/// Merge patch of `/status` of a primary, with the resourceVersion it was computed from.
struct kube_write_status {
  object_ptr wanted;
};

/// JSON merge patch of `metadata.finalizers` (the whole list), with the resourceVersion.
struct kube_write_finalizers {
  object_kind kind;
  object_name name;
  std::string uid;
  std::string resource_version;
  std::vector<std::string> finalizers;
};

/// PUT with the resourceVersion (Leases).
struct kube_replace {
  object_ptr wanted;
};

/// DELETE with a UID precondition; propagation "Background" or "Foreground".
struct kube_delete {
  object_kind kind;
  object_name name;
  std::string uid;
  std::string propagation = "Background";
  std::string resource_version =
      {};  ///< only as long as it is as it was seen; empty: however it is
};

/// What drey keeps nothing of, and looks at for a check. Quotas are those of a namespace, without a
/// name; a definition is one of ours, without a namespace.
enum class looked_at { service_account, resource_quotas, definition };
struct kube_look {
  looked_at what;
  object_name name;
};

/// SubjectAccessReview: may the account do this? It changes nothing.
struct kube_review {
  access_right right;
  service_account whose;
};

using kube_body =
    std::variant<kube_get, kube_list, kube_create, kube_apply, kube_write_status,
                 kube_write_finalizers, kube_replace, kube_delete, kube_look, kube_review>;

struct kube_request {
  kube_body body;
};

/// True for every request that changes something.
bool is_mutating(const kube_body& body);

// ── answers ─────────────────────────────────────────────────────────────────────────────────────

/// Why a call of the outside world did not do what was asked. Closed: everything that can go wrong
/// is one of these.
enum class refusal_reason {
  not_found,          ///< 404
  conflict,           ///< 409: resourceVersion or UID precondition
  already_exists,     ///< 409 on create
  invalid,            ///< 400, 422: the request itself is wrong; repeating it is useless
  forbidden,          ///< 401, 403
  gone,               ///< 410: the resourceVersion is too old
  too_many_requests,  ///< 429: not applied, come again
  unavailable,        ///< 5xx or connection refused: certainly not applied
  unknown_outcome,    ///< time-out or reset: may have been applied; read before repeating
  malformed,          ///< an answer that cannot be understood; may have been applied
};
std::string_view name_of(refusal_reason);

/// True when the request may have taken effect all the same.
constexpr bool may_have_happened(refusal_reason x) {
  return x == refusal_reason::unknown_outcome || x == refusal_reason::malformed;
}

struct refusal {
  refusal_reason reason = refusal_reason::unknown_outcome;
  std::string message;
  milliseconds retry_after{0};
  bool operator==(const refusal&) const = default;
};

struct object_list {
  std::vector<object_ptr> items;
  std::string resource_version;
};

/// Accepted, with nothing to return (delete of an object that is now gone or going).
struct kube_done {};

/// What was looked at, as the JSON that it is.
struct json_seen {
  json_text text;
};

struct kube_answer {
  std::variant<object_ptr, object_list, kube_done, refusal, json_seen, access_verdict> result;
};

// ── watch ───────────────────────────────────────────────────────────────────────────────────────

/// Watch from `resource_version` on, with bookmarks. `id` comes back in every event.
struct kube_watch {
  std::uint32_t id = 0;
  object_kind kind;
  std::string ns;
  std::string selector;
  std::string resource_version;
};

/// Ends the watch `id`; no event of it is sent after this was handled.
struct kube_unwatch {
  std::uint32_t id = 0;
};

enum class watch_event_type { added, modified, deleted, bookmark };

/// One event of a watch. A bookmark has no object but moves `resource_version` forward.
struct watch_event {
  std::uint32_t id = 0;
  watch_event_type type = watch_event_type::bookmark;
  object_ptr seen;
  std::string resource_version;
};

/// The stream is over; nothing more comes under this id. `gone`: list again.
struct watch_ended {
  std::uint32_t id = 0;
  refusal why;
};

}  // namespace drey
