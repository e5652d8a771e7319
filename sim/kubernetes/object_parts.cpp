#include "sim/kubernetes/object_parts.hpp"

#include <type_traits>

namespace drey::sim {

namespace {

template <class T>
concept primary = requires(const T& x) {
  x.spec.get();
  x.status;
};

template <class T>
bool same_pointed(const T& a, const T& b) {
  return a == b || (a && b && *a == *b);
}

template <primary T>
bool specs_equal(const T& a, const T& b) {
  return same_pointed(a.spec, b.spec);
}
bool specs_equal(const deployment& a, const deployment& b) {
  return a.replicas == b.replicas && a.selector == b.selector && a.pods == b.pods &&
         a.strategy == b.strategy;
}
bool specs_equal(const stateful_set& a, const stateful_set& b) {
  return a.replicas == b.replicas && a.ordinals_start == b.ordinals_start &&
         a.service_name == b.service_name && a.selector == b.selector && a.pods == b.pods;
}
bool specs_equal(const ingress& a, const ingress& b) { return a.spec == b.spec; }
bool specs_equal(const batch_job& a, const batch_job& b) { return a.pods == b.pods; }
/// Kinds without a generation: nothing hangs on it.
template <class T>
requires(!primary<T>) bool specs_equal(const T&, const T&) { return true; }

template <class T>
void move_status(T&, const T&) {}
template <primary T>
void move_status(T& to, const T& from) {
  to.status = from.status;
}
void move_status(deployment& to, const deployment& from) {
  to.observed_generation = from.observed_generation;
  to.status_replicas = from.status_replicas;
  to.available_replicas = from.available_replicas;
  to.conditions = from.conditions;
}
void move_status(stateful_set& to, const stateful_set& from) {
  to.observed_generation = from.observed_generation;
  to.status_replicas = from.status_replicas;
  to.ready_replicas = from.ready_replicas;
  to.current_revision = from.current_revision;
  to.update_revision = from.update_revision;
}
void move_status(batch_job& to, const batch_job& from) {
  to.active = from.active;
  to.failed = from.failed;
  to.succeeded = from.succeeded;
  to.conditions = from.conditions;
}
void move_status(pod& to, const pod& from) {
  auto metadata = std::move(to.metadata);
  auto spec = std::move(to.spec);
  auto node_name = std::move(to.node_name);
  to = from;
  to.metadata = std::move(metadata);
  to.spec = std::move(spec);
  to.node_name = std::move(node_name);
}
void move_status(node& to, const node& from) { to.ready = from.ready; }

template <primary T>
bool same_but_metadata(const T& a, const T& b) {
  return specs_equal(a, b) && a.status == b.status;
}
template <class T>
requires(!primary<T>) bool same_but_metadata(const T& a, const T& b) { return a == b; }

}  // namespace

bool has_generation(object_kind kind) {
  switch (kind) {
    case object_kind::flink_deployment:
    case object_kind::flink_session_job:
    case object_kind::flink_state_snapshot:
    case object_kind::deployment:
    case object_kind::stateful_set:
    case object_kind::ingress:
    case object_kind::batch_job:
      return true;
    default:
      return false;
  }
}

bool same_spec(const object& a, const object& b) {
  return std::visit(
      [&](const auto& x) {
        using kind = std::decay_t<decltype(x)>;
        return specs_equal(x, std::get<kind>(b));
      },
      a);
}

bool same_object(const object& a, const object& b) {
  return std::visit(
      [&](const auto& x) {
        using kind = std::decay_t<decltype(x)>;
        const auto& y = std::get<kind>(b);
        return x.metadata == y.metadata && same_but_metadata(x, y);
      },
      a);
}

void keep_status(object& to, const object& from) {
  std::visit(
      [&](auto& x) {
        using kind = std::decay_t<decltype(x)>;
        move_status(x, std::get<kind>(from));
      },
      to);
}

namespace {

void keep_unknown(job_status& to, const job_status& from) { to.unknown = from.unknown; }
void keep_unknown(reconciliation_status& to, const reconciliation_status& from) {
  to.unknown = from.unknown;
}
void keep_unknown(flink_session_job_status& to, const flink_session_job_status& from) {
  keep_unknown(to.job, from.job);
  keep_unknown(to.reconciliation, from.reconciliation);
  to.unknown = from.unknown;
}
void keep_unknown(flink_deployment_status& to, const flink_deployment_status& from) {
  keep_unknown(to.job, from.job);
  keep_unknown(to.reconciliation, from.reconciliation);
  if (to.application && from.application) {
    auto job = *to.application;
    keep_unknown(job, *from.application);
    to.application = std::move(job);
  }
  to.unknown = from.unknown;
  to.cluster_info.insert(from.cluster_info.begin(), from.cluster_info.end());
}
void keep_unknown(flink_state_snapshot_status& to, const flink_state_snapshot_status& from) {
  to.unknown = from.unknown;
}

}  // namespace

void patch_status(object& to, const object& from) {
  std::visit(
      [&](auto& x) {
        using kind = std::decay_t<decltype(x)>;
        if constexpr (primary<kind>) {
          auto status = std::get<kind>(from).status;
          keep_unknown(status, x.status);
          x.status = std::move(status);
        }
      },
      to);
}

void clear_status(object& x) {
  std::visit(
      [](auto& one) {
        using kind = std::decay_t<decltype(one)>;
        move_status(one, kind{});
      },
      x);
}

}  // namespace drey::sim
