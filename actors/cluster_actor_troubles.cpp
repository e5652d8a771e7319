/// The cluster shell's part about what keeps its pods from working, and from being made: what
/// Kubernetes says of them, told once as an Event and for as long as it lasts in the status; and
/// whether TaskManagers give room to their JobManager.
#include <algorithm>
#include <array>

#include "actors/children.hpp"
#include "actors/cluster_actor.hpp"
#include "actors/job_picture.hpp"
#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

/// A pod that is missing for so long is not being made just now.
constexpr milliseconds lack_wait{3'000};

bool is_over(const pod& x) {
  return x.phase == pod_phase::failed || x.phase == pod_phase::succeeded;
}

bool has_place(const pod& x) {
  return !x.node_name.empty() && !x.metadata.deletion_timestamp && !is_over(x);
}

/// It will be refused again, however often it is tried.
bool is_definite(refusal_reason x) {
  return x == refusal_reason::forbidden || x == refusal_reason::invalid;
}

}  // namespace

const stateful_set* cluster_shell::live_set() const {
  const auto* live = child(object_kind::stateful_set, set_name_);
  return live == nullptr ? nullptr : std::get_if<stateful_set>(&**live);
}

bool cluster_shell::node_answers(const pod& on) const {
  const auto at = nodes_.find(on.node_name);
  return on.node_name.empty() || at == nodes_.end() || at->second == "True";
}

void cluster_shell::look_for_troubles() {
  auto& k = known();
  if (k.deleting || !k.world_known) {
    k.job_manager_trouble.reset();
    k.task_managers_trouble.reset();
    k.slots_trouble.reset();
    return;
  }
  if (is_made()) k.refused.clear();  // what was refused is not asked for any more
  if (std::holds_alternative<task_manager_set_machine::steady>(set_.now())) refused_.of_set.clear();
  const auto now = out_->now();
  look_for_place(now.monotonic);
  look_for_refused_pods(now.monotonic);
  look_for_unmade_pods(now.monotonic);
  const bool told_for_ever = is_planted(planted_bug::lasting_trouble);
  const auto leaders = trouble_of_job_managers(now.wall);
  if (leaders || !told_for_ever) k.job_manager_trouble = leaders;
  const auto workers = trouble_of_task_managers(now.wall);
  if (workers || !told_for_ever) k.task_managers_trouble = workers;
  k.slots_trouble = lost_.told(incarnation());
  announce_troubles();
  if (const auto waits = what_is_waited_for(); waits != waited_for_) {
    waited_for_ = waits;
    schedule_poll();
  }
}

patience cluster_shell::what_is_waited_for() const {
  const auto& k = cluster_.machine.known;
  return {k.job_manager_trouble && job_manager() == nullptr, k.task_managers_trouble.has_value()};
}

// ── what there is ───────────────────────────────────────────────────────────────────────────────

std::optional<trouble> cluster_shell::trouble_of_job_managers(milliseconds wall) const {
  std::map<std::string, const pod*> by_name;
  for (const auto& [uid, live] : job_manager_pods_) {
    const auto& one = std::get<pod>(*live);
    if (node_answers(one)) by_name.emplace(one.metadata.name, &one);
  }
  for (const auto& [called, one] : by_name)
    if (auto found = trouble_of(*one, unmade_, wall)) {
      if (place_.told() && !one->unschedulable.empty())
        found->message +=
            ". TaskManagers give up their places for it: " + std::to_string(*place_.told()) +
            " are left";
      return found;
    }
  if (job_manager() == nullptr)
    for (const auto& [called, one] : by_name)
      if (auto found = trouble_of_end(*one, wall)) return found;
  const auto* live = child(object_kind::deployment, cluster_.machine.known.name.name);
  return live == nullptr ? std::nullopt : trouble_of(std::get<deployment>(**live));
}

/// In a rollout those without a node are counted, and told of by the condition Progressing.
std::optional<trouble> cluster_shell::trouble_of_task_managers(milliseconds wall) {
  std::map<std::int32_t, trouble> by_ordinal;
  for (auto& [uid, member] : task_managers_) {
    const auto& one = std::get<pod>(*member.live);
    ends_.look(one, wall);
    auto found = node_answers(one) ? trouble_of(one, unmade_, wall) : std::nullopt;
    const bool homeless = found && found->reason == unschedulable_reason;
    member.failing = found && !homeless;
    if (found && !(homeless && is_brisk(rollout_.now())))
      by_ordinal.emplace(ordinal_of(one), std::move(*found));
  }
  if (!refused_.of_set.empty()) return refused_object("StatefulSet " + set_name_, refused_.of_set);
  if (!by_ordinal.empty()) {
    auto first = std::move(by_ordinal.begin()->second);
    if (by_ordinal.size() > 1)
      first.message += " (not well: " + std::to_string(by_ordinal.size()) + " TaskManagers)";
    return first;
  }
  const auto* set = live_set();
  if (set != nullptr && !refused_.message.empty())
    return refused_pods(set->metadata, refused_.message);
  return ends_.told(wall);
}

/// Once per pod and reason, however often Kubernetes tries; an operator that follows another does
/// not repeat what the status tells already. What is told of slots is of all TaskManagers at once.
void cluster_shell::announce_troubles() {
  const auto& k = known();
  std::set<std::pair<std::string, std::string>> current;
  for (const auto* one : {&k.job_manager_trouble, &k.task_managers_trouble, &k.slots_trouble})
    if (*one) current.emplace((*one)->about, (*one)->reason);
  std::erase_if(told_troubles_, [&](const auto& told) {
    const bool of_pod =
        job_manager_pods_.contains(told.first) || task_managers_.contains(told.first);
    return !of_pod && !current.contains(told);
  });
  const auto before = std::ranges::find(k.recorded.conditions, "Degraded", &condition::type);
  for (const auto* one : {&k.job_manager_trouble, &k.task_managers_trouble, &k.slots_trouble}) {
    if (!*one || !told_troubles_.emplace((*one)->about, (*one)->reason).second) continue;
    const bool recorded = before != k.recorded.conditions.end() && before->status == "True" &&
                          before->reason == (*one)->reason;
    const bool anew = looked_for_troubles_ && one != &k.slots_trouble;
    if (anew || !recorded)
      out_->tell(*primary_->base(), "Warning", (*one)->reason, (*one)->message);
  }
  looked_for_troubles_ = true;
}

// ── pods that are refused ───────────────────────────────────────────────────────────────────────

/// Of its own objects and of the set: what the API server will refuse again.
void cluster_shell::note_refusal(std::uint8_t from, const object& wanted,
                                 const kube_answer& answer) {
  auto& said = from == the_set ? refused_.of_set : known().refused;
  if (from != the_set && from != the_cluster) return;
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why == nullptr) return said.clear();
  if (!is_definite(why->reason)) return;
  const auto which = std::string(name_of(kind_of(wanted))) + " " + metadata_of(wanted).name;
  said = from == the_set ? why->message : refused_object(which, why->message).message;
}

/// A StatefulSet has no condition for it: its controller's Events alone tell why pods are missing.
void cluster_shell::look_for_refused_pods(milliseconds now) {
  const auto* set = live_set();
  const bool lacks = set != nullptr && is_made() &&
                     set->observed_generation == set->metadata.generation &&
                     std::ranges::count_if(task_managers_, [&](const auto& one) {
                       return set->holds(ordinal_of(std::get<pod>(*one.second.live)));
                     }) < set->replicas;
  if (!lacks) {
    refused_ = {refused_.of_set, {}, {}, {}, {}, 0, std::move(refused_.nudge)};
    return;
  }
  if (!refused_.since) refused_.since = now;
  const bool early = now - *refused_.since < lack_wait;
  if (early || (refused_.asked && now - *refused_.asked < events_again)) return;
  refused_.asked = now;
  out_->kube(kube_list{object_kind::event, set->metadata.ns, "",
                       "involvedObject.uid=" + set->metadata.uid + ",reason=FailedCreate"},
             [this](const kube_answer& answer) {
               const auto* list = std::get_if<object_list>(&answer.result);
               if (list == nullptr || !refused_.asked) return;  // or pods were made meanwhile
               const event_record* newest = nullptr;
               for (const auto& one : list->items) {
                 const auto* event = std::get_if<event_record>(one.get());
                 if (event == nullptr || out_->now().wall - event->last > event_lasts) continue;
                 if (newest == nullptr || event->last > newest->last) newest = event;
               }
               refused_.message = newest == nullptr ? std::string{} : newest->message;
               look();
             });
}

/// Of the JobManagers the first by name, of the TaskManagers the one with the lowest ordinal.
void cluster_shell::look_for_unmade_pods(milliseconds now) {
  std::array<const pod*, 2> first{};
  const auto place_of = [](const pod& x) { return std::pair{ordinal_of(x), x.metadata.name}; };
  const auto see = [&](const object_ptr& live, const pod*& best) {
    const auto& one = std::get<pod>(*live);
    if (!is_unmade(one) || !node_answers(one)) return;
    if (best == nullptr || place_of(one) < place_of(*best)) best = &one;
  };
  for (const auto& [uid, live] : job_manager_pods_) see(live, first[0]);
  for (const auto& [uid, member] : task_managers_) see(member.live, first[1]);
  for (std::size_t i = 0; i != first.size(); ++i) {
    const auto uid = first[i] == nullptr ? std::string{} : first[i]->metadata.uid;
    if (!unmade_[i].look(now, uid)) continue;
    out_->kube(
        kube_list{object_kind::event, first[i]->metadata.ns, "", "involvedObject.uid=" + uid},
        [this, i, uid](const kube_answer& answer) {
          const auto* list = std::get_if<object_list>(&answer.result);
          if (list == nullptr) return;
          unmade_[i].learn(uid, *list, out_->now().wall);
          look();
        });
  }
}

// ── slots ───────────────────────────────────────────────────────────────────────────────────────

/// By an answer that was just read, and the list that was read before it.
void cluster_shell::look_for_lost_slots() {
  const auto& k = cluster_.machine.known;
  slots_sight seen;
  seen.now = out_->now().monotonic;
  seen.incarnation = registered_of_;
  seen.ns = k.name.ns;
  seen.configured = config_ ? slots_of_each(*config_) : 1;
  for (const auto& row : overview_->jobs) {
    seen.lives = seen.lives || !is_terminal(row.state);
    seen.newest_start = std::max(seen.newest_start, row.start_time);
  }
  for (const auto& [uid, member] : task_managers_) {
    const auto& one = std::get<pod>(*member.live);
    const auto at = registered_.find(uid);
    if (at == registered_.end() || one.metadata.deletion_timestamp) continue;
    seen.task_managers.push_back(
        {uid, one.metadata.name, at->second.slots, at->second.slots_free, is_of_wanted(one)});
  }
  lost_.look(seen);
}

// ── the JobManager's place ──────────────────────────────────────────────────────────────────────

void cluster_shell::look_for_place(milliseconds now) {
  const auto* set = live_set();
  job_manager_place::sight seen;
  seen.now = now;
  seen.free_to = true;
  bool placed = false;
  for (const auto& [uid, live] : job_manager_pods_) {
    const auto& one = std::get<pod>(*live);
    placed = placed || has_place(one);
    seen.wanted = seen.wanted || (one.node_name.empty() && lacks_room(one));
    const bool may_lead = one.metadata.deletion_timestamp && !one.node_name.empty() &&
                          !is_over(one) && node_answers(one);
    seen.free_to = seen.free_to && !may_lead;
  }
  seen.wanted = seen.wanted && !placed && set != nullptr && is_made();
  seen.free_to = seen.free_to && job_manager_is_down(seen.wanted && place_.is_due(now));
  if (seen.wanted) {
    seen.places = set->replicas;
    std::set<std::int32_t> with_node;
    for (const auto& [uid, member] : task_managers_) {
      const auto& one = std::get<pod>(*member.live);
      if (!one.node_name.empty()) with_node.insert(ordinal_of(one));
    }
    while (seen.idle_top < seen.places &&
           !with_node.contains(set->first_ordinal() + seen.places - 1 - seen.idle_top))
      ++seen.idle_top;
  }
  place_.look(seen);
}

}  // namespace drey
