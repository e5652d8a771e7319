/// The API server's second half: how a change is committed and how an object comes to its end.
#include <algorithm>
#include <utility>

#include "sim/kubernetes/api_server.hpp"
#include "sim/kubernetes/object_parts.hpp"
#include "sim/kubernetes/validation.hpp"

namespace drey::sim {

namespace {

/// What the server gives and a writer cannot change.
void keep_server_fields(object_meta& next, const object_meta& before) {
  next.ns = before.ns;
  next.name = before.name;
  next.uid = before.uid;
  next.resource_version = before.resource_version;
  next.generation = before.generation;
  next.creation_timestamp = before.creation_timestamp;
  next.deletion_timestamp = before.deletion_timestamp;
  next.status_writers = before.status_writers;
}

bool is_finished(const pod& x) {
  return x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
}

/// True of a kind that is not ours.
bool same_primary_status(const object& a, const object& b) {
  return std::visit(
      [&]<class T>(const T& one) {
        if constexpr (requires { one.status.conditions; })
          return one.status == std::get<T>(b).status;
        else
          return true;
      },
      a);
}

/// Of a client that names no field manager it is the first word of its User-Agent.
std::string_view manager_of(std::string_view user) { return user.substr(0, user.find('/')); }

}  // namespace

void api_server::note_writer(object& next, const object& before, std::string_view manager) const {
  if (same_primary_status(next, before)) return;
  auto& all = metadata_of(next).status_writers;
  const auto own = std::ranges::find(all, manager, &status_writer::manager);
  if (own == all.end())
    all.push_back({std::string{manager}, stamp()});
  else
    own->time = stamp();
}

kube_answer api_server::checked_settle(const object_ptr& before, draft next,
                                       std::string_view user) {
  keep_server_fields(metadata_of(*next), metadata_of(*before));
  note_writer(*next, *before, manager_of(user));
  if (same_object(*before, *next)) return {before};
  auto wrong = complaint_about(*next);
  if (!wrong) wrong = complaint_about_change(*before, *next);
  if (wrong) return {refusal{refusal_reason::invalid, *wrong, milliseconds{0}}};
  return {settle(before, std::move(next), user)};
}

object_ptr api_server::settle(const object_ptr& before, draft next, std::string_view user) {
  if (same_object(*before, *next)) return before;
  const auto kind = kind_of(*next);
  auto& meta = metadata_of(*next);
  const bool leaving = meta.deletion_timestamp && meta.finalizers.empty() &&
                       (kind != object_kind::pod || pods_without_process_.contains(meta.uid));
  if (leaving) {
    store_.erase(kind, name_of(*next), user);
    return next;
  }
  if (meta.generation > 0 && !same_spec(*before, *next)) ++meta.generation;
  return store_.put(std::move(next), user);
}

milliseconds api_server::grace_of(const object& x) const {
  const auto* one = std::get_if<pod>(&x);
  if (one == nullptr || one->node_name.empty() || is_finished(*one)) return milliseconds{0};
  return settings_.termination_grace;
}

void api_server::delete_object(const object_ptr& before, std::string_view propagation,
                               milliseconds grace, std::string_view user) {
  const auto kind = kind_of(*before);
  const auto& was = metadata_of(*before);
  const auto name = name_of(*before);
  if (grace.count() == 0 && was.finalizers.empty() && propagation != "Foreground")
    return store_.erase(kind, name, user);
  auto next = draft_of(*before);
  auto& meta = metadata_of(*next);
  if (!meta.deletion_timestamp) {
    meta.deletion_timestamp = stamp() + grace;
    // So that a controller can tell the deletion from what it has acted on (k8s.io/apiserver,
    // registry/rest/delete.go).
    if (meta.generation > 0) ++meta.generation;
    if (propagation == "Foreground") meta.finalizers.emplace_back(foreground_finalizer);
  }
  if (kind == object_kind::pod && grace.count() == 0) pods_without_process_.insert(meta.uid);
  settle(before, std::move(next), user);
}

void api_server::begin_deletion(object_kind kind, const object_name& name, std::string_view user,
                                std::string_view propagation) {
  const auto before = store_.find(kind, name);
  if (up() && before) delete_object(before, propagation, grace_of(*before), user);
}

void api_server::confirm_pod_gone(const object_name& name, const std::string& uid) {
  const auto before = store_.find(object_kind::pod, name);
  if (!up() || !before || metadata_of(*before).uid != uid) return;
  if (metadata_of(*before).finalizers.empty())
    store_.erase(object_kind::pod, name, "kubelet");
  else
    pods_without_process_.insert(uid);
}

void api_server::force_out(const object_name& name, std::string_view user) {
  const auto before = store_.find(object_kind::pod, name);
  if (up() && before) delete_object(before, "Background", milliseconds{0}, user);
}

}  // namespace drey::sim
