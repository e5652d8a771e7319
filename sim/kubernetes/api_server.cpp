#include "sim/kubernetes/api_server.hpp"

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

#include "protocol/crd.hpp"
#include "protocol/json_writer.hpp"
#include "sim/kubernetes/field_selector.hpp"
#include "sim/kubernetes/object_parts.hpp"
#include "sim/kubernetes/validation.hpp"

namespace drey::sim {

namespace {

kube_answer refused(refusal_reason reason, std::string message) {
  return {refusal{reason, std::move(message), milliseconds{0}}};
}

std::string quoted(object_kind kind, const object_name& name) {
  return std::string{info_of(kind).plural} + " \"" + name.name + "\"";
}

kube_answer not_found(object_kind kind, const object_name& name) {
  return refused(refusal_reason::not_found, quoted(kind, name) + " not found");
}

kube_answer conflict(object_kind kind, const object_name& name, std::string_view why) {
  return refused(refusal_reason::conflict, "Operation cannot be fulfilled on " +
                                               quoted(kind, name) + ": " + std::string{why});
}

/// None: what the writer computed from is what there is. Empty preconditions hold always.
std::optional<kube_answer> broken_precondition(const object& now, std::string_view uid,
                                               std::string_view version) {
  const auto& meta = metadata_of(now);
  const auto kind = kind_of(now);
  if (!uid.empty() && uid != meta.uid)
    return conflict(kind, name_of(now),
                    "Precondition failed: UID in precondition: " + std::string{uid} +
                        ", UID in object meta: " + meta.uid);
  if (!version.empty() && version != meta.resource_version)
    return conflict(kind, name_of(now),
                    "the object has been modified; please apply your changes to the latest "
                    "version and try again");
  return std::nullopt;
}

/// What a call is about, for the audit.
struct call_subject {
  std::string_view verb;
  object_kind kind;
  object_name name;
  std::string_view uid;
  std::string_view version;
};

call_subject about(std::string_view verb, const object_ptr& wanted) {
  const auto& meta = metadata_of(*wanted);
  return {verb, kind_of(*wanted), name_of(*wanted), meta.uid, meta.resource_version};
}
call_subject subject_of(const kube_create& x) { return about("create", x.wanted); }
call_subject subject_of(const kube_apply& x) { return about("apply", x.wanted); }
call_subject subject_of(const kube_write_status& x) { return about("write status", x.wanted); }
call_subject subject_of(const kube_replace& x) { return about("replace", x.wanted); }
call_subject subject_of(const kube_write_finalizers& x) {
  return {"write finalizers", x.kind, x.name, x.uid, x.resource_version};
}
call_subject subject_of(const kube_delete& x) {
  return {"delete", x.kind, x.name, x.uid, x.resource_version};
}

/// Whichever replica of the operator it is, its writes name one manager.
std::string manager_of(std::string_view user) {
  if (user.starts_with("drey-operator")) return std::string{field_manager};
  return std::string{user.substr(0, user.find('/'))};
}

}  // namespace

api_server::api_server(timeline& time, object_store& store, const kubernetes_settings& settings)
    : time_(time), store_(store), settings_(settings), gate_(store) {
  store.observe([this](const object_change& x) {
    if (x.type != watch_event_type::deleted) return;
    ledger_.forget(metadata_of(*x.before).uid);
    makers_.erase(metadata_of(*x.before).uid);
    pods_without_process_.erase(metadata_of(*x.before).uid);
  });
}

milliseconds api_server::stamp() const { return std::chrono::floor<seconds>(time_.wall()); }

std::string api_server::new_uid() {
  auto text = derived_id("uid", "simulated", ++uids_);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
  return text;
}

void api_server::set(api_state state) {
  if (state_ == state) return;
  state_ = state;
  if (state == api_state::down)
    store_.end_watches({refusal_reason::unavailable, "the API server went away"});
  else
    for (const auto& what : recoveries_) what();
}

template <class F>
kube_answer api_server::audited(std::string_view verb, object_kind kind, const object_name& name,
                                std::string_view uid, std::string_view version,
                                std::string_view user, F&& perform) {
  const auto revision = store_.revision();
  auto result = up() ? perform() : refused(refusal_reason::unavailable, "connection refused");
  const bool changed = store_.revision() != revision;
  for (const auto& told : auditors_) told({user, verb, kind, name, uid, version, result, changed});
  return result;
}

kube_answer api_server::answer(const kube_body& body, std::string_view user) {
  return std::visit(
      [&](const auto& x) -> kube_answer {
        if constexpr (!requires { subject_of(x); }) {
          if (!up()) return refused(refusal_reason::unavailable, "connection refused");
          return on(x);
        } else {
          const auto what = subject_of(x);
          return audited(what.verb, what.kind, what.name, what.uid, what.version, user,
                         [&] { return on(x, user); });
        }
      },
      body);
}

kube_answer api_server::on(const kube_get& x) {
  auto found = store_.find(x.kind, x.name);
  if (!found) return not_found(x.kind, x.name);
  return {std::move(found)};
}

kube_answer api_server::on(const kube_list& x) {
  const auto selector = label_selector::parse(x.selector);
  if (!selector) return refused(refusal_reason::invalid, "bad label selector: " + x.selector);
  const auto chosen = field_selector::parse(x.kind, x.fields);
  if (!chosen) return refused(refusal_reason::invalid, "field label not supported: " + x.fields);
  object_list result;
  const auto& all = store_.all(x.kind);
  for (auto next = all.lower_bound({x.ns, ""}); next != all.end(); ++next) {
    if (!x.ns.empty() && next->first.ns != x.ns) break;
    if (selector->matches(metadata_of(*next->second).labels) && chosen->matches(*next->second))
      result.items.push_back(next->second);
  }
  result.resource_version = std::to_string(store_.revision());
  return {std::move(result)};
}

/// Every service account is there.
kube_answer api_server::on(const kube_look& x) const {
  switch (x.what) {
    case looked_at::service_account: {
      json_writer json;
      json.put("kind", "ServiceAccount");
      json.object("metadata", [&](json_writer& meta) {
        meta.write("namespace", x.name.ns);
        meta.write("name", x.name.name);
      });
      return {json_seen{json.dump()}};
    }
    case looked_at::resource_quotas:
      return {json_seen{gate_.quotas_of(x.name.ns)}};
    case looked_at::definition:
      break;
  }
  for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job,
                          object_kind::flink_state_snapshot})
    if (x.name.name == std::string(info_of(kind).plural) + ".flink.apache.org")
      return {json_seen{text_of_json(crd(kind))}};
  return refused(refusal_reason::not_found,
                 "customresourcedefinitions \"" + x.name.name + "\" not found");
}

/// A cluster that was set up well.
kube_answer api_server::on(const kube_review&) { return {access_verdict{true, ""}}; }

kube_answer api_server::on(const kube_create& x, std::string_view user) {
  return create(draft_of(*x.wanted), user);
}

kube_answer api_server::create(draft wanted, std::string_view user) {
  if (!up()) return refused(refusal_reason::unavailable, "connection refused");
  auto& meta = metadata_of(*wanted);
  const auto kind = kind_of(*wanted);
  if (!meta.resource_version.empty())
    return refused(refusal_reason::invalid,
                   "resourceVersion should not be set on objects to be created");
  if (auto wrong = complaint_about(*wanted)) return refused(refusal_reason::invalid, *wrong);
  if (const auto there = store_.find(kind, name_of(*wanted)))
    return refused(refusal_reason::already_exists,
                   (metadata_of(*there).deletion_timestamp ? "object is being deleted: " : "") +
                       quoted(kind, name_of(*wanted)) + " already exists");
  if (auto objection = gate_.objection_to_creating(*wanted))
    return refused(refusal_reason::forbidden, std::move(*objection));
  clear_status(*wanted);
  drop_unkept(*wanted, nullptr);
  meta.status_writers.clear();
  meta.uid = new_uid();
  meta.generation = has_generation(kind) ? 1 : 0;
  meta.creation_timestamp = stamp();
  meta.deletion_timestamp.reset();
  if (kind == object_kind::deployment) makers_[meta.uid] = manager_of(user);
  return {store_.put(std::move(wanted), user)};
}

/// Volumes of one name in both templates become one, which may have one source only. Seen on a real
/// cluster: tests/lab/cases/operator_taken_over.py.
std::optional<std::string> api_server::objection_to_mixing(const object& before,
                                                           const object& wanted,
                                                           std::string_view manager) const {
  const auto* live = std::get_if<deployment>(&before);
  const auto* next = std::get_if<deployment>(&wanted);
  if (live == nullptr || next == nullptr || live->pods.spec == next->pods.spec) return {};
  const auto maker = makers_.find(live->metadata.uid);
  if (maker == makers_.end() || maker->second == manager) return {};
  return "Deployment.apps \"" + live->metadata.name +
         "\" is invalid: spec.template.spec.volumes[0].projected: Forbidden: may not specify more "
         "than 1 volume type";
}

/// As the real one's strategy for StatefulSets does: a field that is in use is kept.
void api_server::drop_unkept(object& next, const object* before) const {
  auto* set = std::get_if<stateful_set>(&next);
  if (set == nullptr || ordinals_ == ordinals_fate::kept) return;
  const auto* was = before != nullptr ? std::get_if<stateful_set>(before) : nullptr;
  const bool in_use = was != nullptr && was->ordinals_start && ordinals_ == ordinals_fate::dropped;
  if (!in_use) set->ordinals_start.reset();
}

bool api_server::keeps_ordinals(const stateful_set& before) const {
  object next = before;
  auto& set = std::get<stateful_set>(next);
  set.ordinals_start = set.first_ordinal();
  const object was = before;
  drop_unkept(next, &was);
  return set.ordinals_start.has_value();
}

kube_answer api_server::on(const kube_apply& x, std::string_view user) {
  if (const auto* set = std::get_if<stateful_set>(&*x.wanted);
      set != nullptr && set->ordinals_start && ordinals_ == ordinals_fate::unknown)
    return refused(refusal_reason::unavailable,
                   "failed to create typed patch object (" + set->metadata.ns + "/" +
                       set->metadata.name +
                       "; apps/v1, Kind=StatefulSet): .spec.ordinals: field not declared in "
                       "schema");
  const auto manager = manager_of(user);
  const auto kind = kind_of(*x.wanted);
  const auto name = name_of(*x.wanted);
  const auto before = store_.find(kind, name);
  const auto& meta = metadata_of(*x.wanted);
  kube_answer result;
  if (before) {
    if (auto broken = broken_precondition(*before, meta.uid, meta.resource_version)) return *broken;
    if (auto objection = gate_.objection_to_changing(kind))
      return refused(refusal_reason::forbidden, std::move(*objection));
    if (auto mixed = objection_to_mixing(*before, *x.wanted, manager))
      return refused(refusal_reason::invalid, std::move(*mixed));
    auto next = ledger_.merged(*before, x.wanted, manager);
    drop_unkept(*next, &*before);
    result = checked_settle(before, std::move(next), user);
  } else if (!meta.uid.empty() || !meta.resource_version.empty()) {
    return conflict(kind, name,
                    "uid mismatch: the provided object specified uid " + meta.uid +
                        ", and no existing object was found");
  } else {
    result = create(draft_of(*x.wanted), user);
  }
  if (const auto* applied = std::get_if<object_ptr>(&result.result))
    ledger_.note(metadata_of(**applied).uid, manager, x.wanted);
  return result;
}

kube_answer api_server::on(const kube_write_status& x, std::string_view user) {
  const auto kind = kind_of(*x.wanted);
  if (kind > object_kind::flink_state_snapshot)
    return refused(refusal_reason::invalid,
                   "status of " + std::string{name_of(kind)} + " is written by Kubernetes alone");
  const auto before = store_.find(kind, name_of(*x.wanted));
  if (!before) return not_found(kind, name_of(*x.wanted));
  // The patch names the version alone, which belongs to one object only.
  const auto& version = metadata_of(*x.wanted).resource_version;
  if (auto broken = broken_precondition(*before, {}, version)) return *broken;
  auto next = draft_of(*before);
  patch_status(*next, *x.wanted);
  note_writer(*next, *before, field_manager);  // which the request names
  return {settle(before, std::move(next), user)};
}

kube_answer api_server::on(const kube_write_finalizers& x, std::string_view user) {
  const auto before = store_.find(x.kind, x.name);
  if (!before) return not_found(x.kind, x.name);
  if (auto broken = broken_precondition(*before, x.uid, x.resource_version)) return *broken;
  auto next = draft_of(*before);
  metadata_of(*next).finalizers = x.finalizers;
  return checked_settle(before, std::move(next), user);
}

kube_answer api_server::on(const kube_replace& x, std::string_view user) {
  const auto kind = kind_of(*x.wanted);
  const auto before = store_.find(kind, name_of(*x.wanted));
  if (!before) return not_found(kind, name_of(*x.wanted));
  const auto& meta = metadata_of(*x.wanted);
  if (meta.resource_version.empty())
    return refused(refusal_reason::invalid,
                   "metadata.resourceVersion: Invalid value: 0: must be specified for an update");
  if (auto broken = broken_precondition(*before, meta.uid, meta.resource_version)) return *broken;
  auto next = draft_of(*x.wanted);
  keep_status(*next, *before);
  auto result = checked_settle(before, std::move(next), user);
  if (kind == object_kind::deployment && std::holds_alternative<object_ptr>(result.result))
    makers_[metadata_of(*before).uid] = manager_of(user);
  return result;
}

kube_answer api_server::on(const kube_delete& x, std::string_view user) {
  const auto before = store_.find(x.kind, x.name);
  if (!before) return not_found(x.kind, x.name);
  if (auto broken = broken_precondition(*before, x.uid, x.resource_version)) return *broken;
  if (x.propagation != "Background" && x.propagation != "Foreground")
    return refused(refusal_reason::invalid,
                   "propagationPolicy: Unsupported value: \"" + x.propagation + "\"");
  delete_object(before, x.propagation, grace_of(*before), user);
  return {kube_done{}};
}

kube_answer api_server::edit(object_kind kind, const object_name& name, std::string_view user,
                             const std::function<void(object&)>& change) {
  return audited("edit", kind, name, {}, {}, user, [&]() -> kube_answer {
    const auto before = store_.find(kind, name);
    if (!before) return not_found(kind, name);
    auto next = draft_of(*before);
    change(*next);
    return checked_settle(before, std::move(next), user);
  });
}

kube_answer api_server::evict(const object_name& name, std::string_view user) {
  return audited("evict", object_kind::pod, name, {}, {}, user, [&]() -> kube_answer {
    const auto before = store_.find(object_kind::pod, name);
    if (!before) return not_found(object_kind::pod, name);
    if (auto objection = budgets_.objection_to_evicting(std::get<pod>(*before)))
      return {std::move(*objection)};
    delete_object(before, "Background", grace_of(*before), user);
    return {kube_done{}};
  });
}

kube_answer api_server::delete_pod(const object_name& name, pod_deletion how,
                                   std::string_view user) {
  return audited("delete", object_kind::pod, name, {}, {}, user, [&]() -> kube_answer {
    const auto before = store_.find(object_kind::pod, name);
    if (!before) return not_found(object_kind::pod, name);
    const auto grace = how == pod_deletion::force ? milliseconds{0} : grace_of(*before);
    delete_object(before, "Background", grace, user);
    return {kube_done{}};
  });
}

}  // namespace drey::sim
