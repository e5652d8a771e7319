#include "actors/orphan_actor.hpp"

#include <algorithm>

#include "actors/children.hpp"
#include "protocol/deletion_options.hpp"

namespace drey {

caf::behavior orphan_actor(caf::stateful_actor<orphan_shell>* self, surroundings around,
                           object_ptr one) {
  return self->state.start(around, one);
}

caf::behavior orphan_shell::start(const surroundings& around, const object_ptr& one) {
  around_ = around;
  out_ = std::make_unique<outside>(self_, around_);
  one_ = one;
  const auto& meta = metadata_of(*one);
  owner_ = meta.labels.at(std::string(owner_uid_key));
  runner_.machine.cluster = {meta.ns, meta.labels.at("app")};
  tell_failures(self_, std::string(name) + " " + text_of_name(subject()), around_.observer);
  runner_.learn(surroundings_seen{});
  return {[this](const timer& due) { runner_.learn(deadline_passed{due.which}); }};
}

void orphan_shell::moved(const orphan_machine&) {
  if (std::holds_alternative<orphan_machine::gone>(runner_.now())) self_->quit();
}

void orphan_shell::told(ticket request, owner_stand stand) {
  runner_.learn(owner_told{request, stand});
}

void orphan_shell::refused(ticket request, const kube_answer& answer) {
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why == nullptr) return;  // of no kind that was asked for: the deadline asks again
  runner_.learn(call_refused{request, why->reason, why->message});
}

// ── whether it is there ─────────────────────────────────────────────────────────────────────────

/// By its name, and then among all: where the kind is not served nothing has any name.
void orphan_shell::perform(std::uint8_t, const ask_owner& command) {
  out_->kube(kube_get{object_kind::flink_deployment, subject()},
             [this, request = command.request](const kube_answer& answer) {
               const auto* live = std::get_if<object_ptr>(&answer.result);
               if (live != nullptr && metadata_of(**live).uid == owner_)
                 return told(request, owner_stand::there);
               const auto* why = std::get_if<refusal>(&answer.result);
               if (why != nullptr && why->reason != refusal_reason::not_found)
                 return refused(request, answer);
               ask_all(request);
             });
}

void orphan_shell::ask_all(ticket request) {
  out_->kube(kube_list{object_kind::flink_deployment, subject().ns, ""},
             [this, request](const kube_answer& answer) {
               const auto* all = std::get_if<object_list>(&answer.result);
               if (all == nullptr) return refused(request, answer);
               const bool there = std::ranges::any_of(all->items, [this](const object_ptr& one) {
                 return metadata_of(*one).uid == owner_;
               });
               if (there) return told(request, owner_stand::there);
               ask_jobs(request);
             });
}

namespace {

/// What it left in that cluster is not to be taken from it. One that cannot be read may name it.
bool holds(const flink_session_job& job, const std::string& cluster) {
  if (!job.spec) return true;
  if (job.spec->deployment_name != cluster) return false;
  return !job.metadata.deletion_timestamp ||
         is_on(job.spec->flink_configuration, savepoint_on_deletion_key);
}

}  // namespace

void orphan_shell::ask_jobs(ticket request) {
  out_->kube(kube_list{object_kind::flink_session_job, subject().ns, ""},
             [this, request](const kube_answer& answer) {
               const auto* all = std::get_if<object_list>(&answer.result);
               if (all == nullptr) return refused(request, answer);
               const bool held = std::ranges::any_of(all->items, [this](const object_ptr& one) {
                 return holds(std::get<flink_session_job>(*one), subject().name);
               });
               told(request, held ? owner_stand::has_jobs : owner_stand::gone);
             });
}

// ── what is left of it ──────────────────────────────────────────────────────────────────────────

/// Pods are waited for, whoever made them.
void orphan_shell::perform(std::uint8_t, const remove_children& command) {
  const auto ours = selector_of_children(owner_);
  const auto pods_of = [&](component which) {
    return text_of_selector({{"app", subject().name}, {"component", std::string(label_of(which))}});
  };
  kinds_to_list kinds;
  switch (command.stage) {
    case removal_stage::job_manager:
      kinds = {{object_kind::deployment, ours},
               {object_kind::batch_job, ours},
               {object_kind::pod, pods_of(component::job_manager)}};
      break;
    case removal_stage::task_managers:
      kinds = {{object_kind::stateful_set, ours},
               {object_kind::pod, pods_of(component::task_manager)}};
      break;
    case removal_stage::ha_metadata:
      kinds = {{object_kind::config_map, ha_metadata_selector(subject().name)}};
      break;
    case removal_stage::services:
      kinds = {{object_kind::ingress, ours},
               {object_kind::service, ours},
               {object_kind::config_map, ours}};
      break;
  }
  list_next(std::move(kinds), {command.request, {}});
}

/// Reads live what is left, kind by kind, and asks for its deletion.
void orphan_shell::list_next(kinds_to_list kinds, removal_seen so_far) {
  if (kinds.empty()) return runner_.learn(so_far);
  const auto [kind, selector] = kinds.front();
  kinds.erase(kinds.begin());
  out_->kube(kube_list{kind, subject().ns, selector},
             [this, kinds = std::move(kinds), so_far, kind = kind](const kube_answer& answer) {
               const auto* list = std::get_if<object_list>(&answer.result);
               if (list == nullptr) return refused(so_far.request, answer);
               auto seen = so_far;
               for (const auto& one : list->items) {
                 const auto& meta = metadata_of(*one);
                 seen.left.push_back(std::string(name_of(kind)) + " " + meta.name);
                 if (kind == object_kind::pod || meta.deletion_timestamp) continue;
                 out_->kube(kube_delete{kind, {meta.ns, meta.name}, meta.uid, "Background"},
                            [](const kube_answer&) {});
               }
               list_next(kinds, std::move(seen));
             });
}

void orphan_shell::perform(std::uint8_t, const announce& command) {
  out_->tell(*one_, command.type, command.reason, command.message);
}
void orphan_shell::perform(std::uint8_t from, const set_deadline& command) {
  out_->wake(from, command.timer, command.wait);
}

template class machine_runner<orphan_machine, orphan_shell>;

}  // namespace drey
