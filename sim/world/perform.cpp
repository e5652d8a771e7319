/// What people do and what the timeline of a scenario does to the world.
#include <utility>

#include <nlohmann/json.hpp>

#include "protocol/field_error.hpp"
#include "protocol/label_selector.hpp"
#include "protocol/object_codec.hpp"
#include "protocol/overloaded.hpp"
#include "sim/world/other_operator.hpp"
#include "sim/world/world.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view kubectl = "kubectl";

void take_spec(object& x, const object& from) {
  std::visit(
      [&]<class T>(T& one) {
        if constexpr (requires {
                        one.spec = one.spec;
                        one.status;
                      })
          if (const auto* other = std::get_if<T>(&from)) one.spec = other->spec;
      },
      x);
}

void take_status(object& x, const object& from) {
  std::visit(
      [&]<class T>(T& one) {
        if constexpr (requires { one.status = one.status; })
          if (const auto* other = std::get_if<T>(&from)) one.status = other->status;
      },
      x);
}

bool is_readable(const object& x) {
  return std::visit(
      []<class T>(const T& one) {
        if constexpr (requires { one.unreadable; })
          return one.unreadable.empty();
        else
          return true;
      },
      x);
}

/// Those that people give to drey: what a manifest does not name any more is gone.
void take_annotations(object& x, const object& from) {
  const auto is_ours = [](const auto& one) { return one.first.starts_with("drey.io/"); };
  auto& all = metadata_of(x).annotations;
  std::erase_if(all, is_ours);
  for (const auto& one : metadata_of(from).annotations)
    if (is_ours(one)) all.insert(one);
}

template <class F>
void change_job(object& x, F&& change) {
  if (auto* one = std::get_if<flink_session_job>(&x)) {
    auto spec = std::make_shared<flink_session_job_spec>(*one->spec);
    if (spec->job) change(*spec->job);
    one->spec = std::move(spec);
  } else if (auto* cluster = std::get_if<flink_deployment>(&x)) {
    auto spec = std::make_shared<flink_deployment_spec>(*cluster->spec);
    if (spec->job) change(*spec->job);
    cluster->spec = std::move(spec);
  }
}

}  // namespace

kube_answer world::apply(const object_ptr& wanted) {
  const auto name = drey::name_of(*wanted);
  if (kube.find(kind_of(*wanted), name))
    return kube.edit(kind_of(*wanted), name, kubectl, [&](object& x) {
      take_spec(x, *wanted);
      take_annotations(x, *wanted);
    });
  return kube.call(kube_create{wanted}, kubectl);
}

/// Of the object that is there now, as kubectl sees it.
kube_answer world::remove(object_kind kind, const object_name& name) {
  const auto seen = kube.call(kube_get{kind, name}, kubectl);
  const auto* live = std::get_if<object_ptr>(&seen.result);
  if (live == nullptr) return seen;
  return kube.call(kube_delete{kind, name, metadata_of(**live).uid, "Background"}, kubectl);
}

kube_answer world::scale(const scale_cluster& x) {
  return kube.scale(x.cluster, x.task_managers, kubectl);
}

kube_answer world::ask_for_savepoint(const object_name& name) {
  const bool of_session = kube.find(object_kind::flink_session_job, name) != nullptr;
  const auto kind = of_session ? object_kind::flink_session_job : object_kind::flink_deployment;
  return kube.edit(kind, name, kubectl, [&](object& live) {
    change_job(live, [](job_spec& job) {
      auto& nonce = job.savepoint_trigger ? job.savepoint_trigger : job.savepoint_trigger_nonce;
      nonce = nonce.value_or(0) + 1;
    });
  });
}

void world::tell_of_patience(const std::string& what) {
  record({{},
          subject::person,
          "scenario",
          tone::note,
          "scenario",
          "the API server answered at last: " + what});
}

void world::perform(const timeline_action& action) {
  const auto said = sentence_of(action);
  record({{}, subject::person, "scenario", tone::warning, "scenario", said});
  std::visit(
      overloaded{
          [&](const evict_pod& x) {
            somebody_.wants(said, [this, x] { return kube.evict_pod(x.pod, kubectl); });
          },
          [&](const evict_job_manager& x) {
            if (const auto name = job_manager_pod(x.cluster))
              somebody_.wants(said, [this, name] { return kube.evict_pod(*name, kubectl); });
          },
          [&](const delete_pod& x) {
            somebody_.wants(said, [this, x] {
              return kube.delete_pod(x.pod, pod_deletion::graceful, kubectl);
            });
          },
          [&](const apply_object& x) {
            somebody_.wants(said, [this, x] { return apply(x.object.wanted); });
          },
          [&](const patch_object& x) {
            somebody_.wants(said, [this, x] {
              const auto user = x.status.empty() ? kubectl : other_operator;
              return kube.edit(x.kind, x.name, user, [&](object& live) { patch(live, x); });
            });
          },
          [&](const delete_object& x) {
            somebody_.wants(said, [this, x] { return remove(x.kind, x.name); });
          },
          [&](const scale_cluster& x) { somebody_.wants(said, [this, x] { return scale(x); }); },
          [&](const request_savepoint& x) {
            somebody_.wants(said, [this, x] { return ask_for_savepoint(x.job); });
          },
          [&](const cordon_node& x) {
            somebody_.wants(said, [this, x] { return kube.cordon_node(x.node); });
          },
          [&](const uncordon_node& x) {
            somebody_.wants(said, [this, x] { return kube.uncordon_node(x.node); });
          },
          [&](const drain_node& x) {
            somebody_.wants(said, [this, x] { return kube.drain_node(x.node); });
          },
          [&](const set_budget& x) {
            somebody_.wants(said, [this, x] {
              return kube.apply_budget({x.budget, x.selector, x.bound, x.pods});
            });
          },
          [&](const lift_budget& x) {
            somebody_.wants(said, [this, x] { return kube.remove_budget(x.budget); });
          },
          [&](const submit_foreign& x) { submit(x); },
          [&](const run_other_operator& x) { look_as_other_operator(x, time.now() + x.length); },
          [&](const crash_operator& x) { plan_crash(x, said); },
          [&](const auto& other) { strike(other); }},
      action);
}

namespace {

snapshot_file laid_by(const lay_snapshot& what, milliseconds now) {
  snapshot_file laid;
  laid.path = what.path;
  laid.taken = laid.modified = now;
  laid.format = what.format;
  return laid;
}

}  // namespace

/// What no person asks for.
template <class Action>
void world::strike(const Action& what) {
  const auto with_network = [this](auto change) {
    change();
    jobs.network_changed();
  };
  overloaded{
      [&](const crash_job_manager& x) { jobs.crash_job_manager(x.cluster); },
      [&](const crash_task_manager& x) { jobs.crash_task_manager(x.pod); },
      [&](const node_down& x) { with_network([&] { kube.node_power_off(x.node); }); },
      [&](const node_up& x) { with_network([&] { kube.node_power_on(x.node); }); },
      [&](const cut_node& x) { with_network([&] { kube.cut_node(x.node); }); },
      [&](const heal_node& x) { with_network([&] { kube.heal_node(x.node); }); },
      [&](const silence_kubelet& x) { with_network([&] { kube.silence_kubelet(x.node); }); },
      [&](const wake_kubelet& x) { with_network([&] { kube.wake_kubelet(x.node); }); },
      [&](const pause_operator& x) { pause_operator_for(x.length); },
      [&](const fail_job& x) { jobs.fail_job(x.job); },
      [&](const finish_job& x) { jobs.finish_job(x.job); },
      [&](const cancel_in_flink& x) { jobs.cancel_by_hand(x.job); },
      [&](const poison_job& x) { jobs.poison_job(x.job, x.after); },
      [&](const cure_job& x) { jobs.cure_job(x.job); },
      [&](const press_pod& x) { kube.evict_for_pressure(x.pod); },
      [&](const lay_snapshot& x) { files.write(laid_by(x, time.now())); },
      [&](const lose_slots& x) { jobs.lose_slots(x.pod, x.count); },
      [&](const leak_slots& x) { jobs.leak_slots(x.pod, x.count); },
      [&](const block_checkpoints& x) { jobs.set_checkpoints(x.job, checkpoint_flow::blocked); },
      [&](const open_checkpoints& x) { jobs.set_checkpoints(x.job, checkpoint_flow::open); },
      [&](const kill_rest& x) { jobs.kill_rest(x.cluster); },
      [&](const hang_rest& x) { jobs.hang_rest(x.cluster, x.length); },
      [&](const api_outage& x) {
        with_network([&] { kube.set_api(api_state::down); });
        time.after(x.length,
                   [this, with_network] { with_network([this] { kube.set_api(api_state::up); }); });
      },
      [&](const compact_history&) { kube.compact_history(); },
      [&](const autoscale_cluster& x) {
        kube.autoscale({x.cluster, x.min, x.max, x.cpu, x.down_after});
      },
      [&](const load_cluster& x) { kube.set_load(x.cluster, x.cpu); },
      [&](const hold_pod& x) { hold(x.pod); },
      [&](const hold_job_manager& x) {
        if (const auto name = job_manager_pod(x.cluster)) hold(*name);
      },
      [&](const release_pods&) { release_held(); },
      [&](const image_missing& x) { kube.set_image(x.image, image_state::missing); },
      [&](const image_back& x) { kube.set_image(x.image, image_state::available); },
      [&](const config_missing& x) { kube.set_config(x.config, config_state::missing); },
      [&](const config_back& x) { kube.set_config(x.config, config_state::available); },
      [&](const begin_crash_loop& x) {
        kube.begin(crash_loop{x.in, x.after,
                              x.out_of_memory ? crash_cause::out_of_memory : crash_cause::killed});
      },
      [&](const end_crash_loops&) { kube.end_crash_loops(); },
      [&](const limit_pods& x) { kube.limit_pods(x.ns, static_cast<std::size_t>(x.pods)); },
      [&](const lift_limit& x) { kube.lift_limit(x.ns); },
      [&](const set_ordinals& x) { kube.set_ordinals(x.fate); },
      [&](const deny_kind& x) { kube.deny(x.kind); },
      [&](const allow_kind& x) { kube.allow(x.kind); },
      [&](const hinder_calls& x) { net_.directed().plan(x, time.now()); },
      [&](const hold_watch& x) { net_.directed().plan(x, time.now()); },
      [&](const break_watch& x) { net_.break_watches(x.kind); },
      [&](const old_lists& x) {
        net_.directed().plan(x, lists_kept_[{x.kind, x.from}], time.now());
      }}(what);
}

void world::plan_crash(const crash_operator& what, const std::string& said) {
  if (what.moment == crash_moment::at_once) return crash_operator_now(what.back_after);
  if (net_.awaits_crash()) idle_crashes_.push_back(crash_said_);
  crash_said_ = said;
  net_.plan_crash({what.moment, what.effect, static_cast<std::uint64_t>(what.skip), what.back_after,
                   what.call});
}

/// The one that runs; else any that is there.
std::optional<object_name> world::job_manager_pod(const object_name& cluster) const {
  std::optional<object_name> found;
  for (const auto& [name, live] : kube.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*live);
    const auto live_label = [&](const char* key) {
      const auto at = one.metadata.labels.find(key);
      return at == one.metadata.labels.end() ? std::string{} : at->second;
    };
    if (name.ns != cluster.ns || live_label("app") != cluster.name ||
        live_label("component") != label_of(component::job_manager))
      continue;
    if (!found || one.phase == pod_phase::running) found = name;
  }
  return found;
}

void world::hold(const object_name& pod) {
  kube.hold_pod(pod, pod_hold::process_hangs);
  held_pods_.push_back(pod);
}

void world::release_held() {
  for (const auto& name : std::exchange(held_pods_, {})) kube.release_pod(name);
}

/// As a person does with curl.
void world::submit(const submit_foreign& what) {
  const std::string uri = "https://jars.example.com/foreign.jar";
  const auto fetched = files.call({fetch_artifact{uri}});
  const auto* artifact = std::get_if<artifact_fetched>(&fetched.result);
  if (artifact == nullptr) return;
  const flink_endpoint to{what.cluster.name + "-rest." + what.cluster.ns};
  const auto uploaded = jobs.call(to, upload_jar{artifact->artifact});
  const auto* jar = std::get_if<jar_uploaded>(&uploaded.result);
  if (jar == nullptr) return;
  run_jar run;
  run.jar = jar->jar;
  run.job = job_id{derived_id("foreign", text_of_name(what.job), 1)};
  run.parallelism = 1;
  run.flink_configuration["pipeline.name"] = text_of_name(what.job);
  jobs.call(to, run);
}

/// A JSON merge patch, as `kubectl patch --type merge` sends it.
void world::patch(object& live, const patch_object& what) {
  auto document = nlohmann::json::parse(encode_object(live), nullptr, false);
  const auto merge = [&](const char* part, const json_text& with) {
    if (!with.empty()) document[part].merge_patch(nlohmann::json::parse(with, nullptr, false));
  };
  merge("spec", what.spec);
  merge("metadata", what.metadata);
  merge("status", what.status);
  field_errors errors;
  const auto fresh = decode_object(document.dump(), errors);
  if (!fresh || !is_readable(*fresh)) return;  // as the schema of the CRD refuses it
  if (!what.status.empty()) return take_status(live, *fresh);
  take_spec(live, *fresh);
  const auto& from = metadata_of(*fresh);
  auto& into = metadata_of(live);
  into.labels = from.labels;
  into.annotations = from.annotations;
  into.finalizers = from.finalizers;
  into.owners = from.owners;
}

void world::plan_scenario() {
  for (const auto& event : plan.events) {
    time.at(event.at, [this, &event] { perform(event.action); });
    if (const auto* old = std::get_if<old_lists>(&event.action))
      time.at(old->from, [this, old] {
        const auto now = kube.call(kube_list{old->kind, "", ""}, kubectl);
        if (const auto* list = std::get_if<object_list>(&now.result))
          lists_kept_[{old->kind, old->from}] = *list;
      });
  }
}

}  // namespace drey::sim
