#include "tests/stories/story_commands.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "actors/pause.hpp"
#include "protocol/manifest.hpp"
#include "sim/world/other_operator.hpp"
#include "tests/stories/story_looks.hpp"
#include "tests/stories/story_manifests.hpp"

namespace drey::stories {

namespace {

constexpr std::string_view person = "kubectl";

void apply(story_world& world, const command& asked) {
  const auto text = asked.what == "cluster"    ? cluster_yaml(asked)
                    : asked.what == "snapshot" ? snapshot_yaml(asked)
                                               : job_yaml(asked);
  for (const auto& one : read_manifest(text).resources)
    world.kube.call(kube_create{std::make_shared<object>(one.value)}, person);
}

/// Other arguments, another jar or another parallelism of a job, or whether it shall run.
void change_job(story_world& world, const command& asked) {
  world.kube.edit(
      object_kind::flink_session_job, {"flink", asked.value("name")}, person, [&](object& live) {
        auto& job = std::get<flink_session_job>(live);
        auto spec = std::make_shared<flink_session_job_spec>(*job.spec);
        if (asked.with.contains("args")) spec->job->args = {asked.value("args")};
        if (asked.with.contains("jar"))
          spec->job->jar_uri = "https://jars.example.com/" + asked.value("jar") + ".jar";
        if (asked.with.contains("parallelism"))
          spec->job->parallelism = std::stoi(asked.value("parallelism"));
        if (asked.with.contains("state"))
          spec->job->state = asked.value("state") == "suspended" ? desired_state::suspended
                                                                 : desired_state::running;
        job.spec = std::move(spec);
      });
}

/// `pause` sets the annotation, `resume` takes it away.
void pause_or_resume(story_world& world, const command& asked) {
  const bool is_job = asked.with.contains("job");
  world.kube.edit(is_job ? object_kind::flink_session_job : object_kind::flink_deployment,
                  {"flink", asked.value(is_job ? "job" : "cluster")}, person, [&](object& live) {
                    auto& all = metadata_of(live).annotations;
                    if (asked.name == "pause")
                      all[std::string(paused_key)] = "true";
                    else
                      all.erase(std::string(paused_key));
                  });
}

/// Another memory of a side of a cluster, another image, another number of its TaskManagers, or
/// another patience with nodes that do not answer.
void change(story_world& world, const command& asked) {
  if (asked.what == "job") return change_job(world, asked);
  world.kube.edit(
      object_kind::flink_deployment, {"flink", asked.value("name")}, person, [&](object& live) {
        auto& cluster = std::get<flink_deployment>(live);
        auto spec = std::make_shared<flink_deployment_spec>(*cluster.spec);
        if (asked.with.contains("taskmanager"))
          spec->task_manager.resource->memory = asked.value("taskmanager");
        if (asked.with.contains("jobmanager"))
          spec->job_manager.resource->memory = asked.value("jobmanager");
        if (asked.with.contains("image")) spec->image = asked.value("image");
        if (asked.with.contains("parallelism"))
          spec->job->parallelism = std::stoi(asked.value("parallelism"));
        if (asked.with.contains("replicas"))
          spec->task_manager.replicas = std::stoi(asked.value("replicas"));
        if (asked.with.contains("unreachable"))
          spec->job_manager.unreachable_node_seconds = spec->task_manager.unreachable_node_seconds =
              std::stoi(asked.value("unreachable"));
        if (asked.with.contains("scale_down"))
          spec->task_manager.scale_down =
              asked.value("scale_down") == "disruptive" ? scale_down::disruptive : scale_down::idle;
        cluster.spec = std::move(spec);
      });
}

void remove(story_world& world, const command& asked) {
  const auto kind = asked.what == "cluster"    ? object_kind::flink_deployment
                    : asked.what == "snapshot" ? object_kind::flink_state_snapshot
                    : asked.what == "pod"      ? object_kind::pod
                                               : object_kind::flink_session_job;
  const object_name name{"flink", asked.value("name")};
  world.kube.call(
      kube_delete{kind, name, metadata_of(*world.kube.find(kind, name)).uid, "Background"}, person);
}

/// `savepoint job=N`, `checkpoint job=N`
void ask_by_nonce(story_world& world, const command& asked) {
  world.kube.edit(object_kind::flink_session_job, {"flink", asked.value("job")}, person,
                  [&](object& live) {
                    auto& job = std::get<flink_session_job>(live);
                    auto spec = std::make_shared<flink_session_job_spec>(*job.spec);
                    auto& nonce = asked.name == "savepoint" ? spec->job->savepoint_trigger_nonce
                                                            : spec->job->checkpoint_trigger_nonce;
                    nonce = nonce.value_or(0) + 1;
                    job.spec = std::move(spec);
                  });
}

/// `configure cluster=N KEY=VALUE …`
void configure(story_world& world, const command& asked) {
  world.kube.edit(object_kind::flink_deployment, {"flink", asked.value("cluster")}, person,
                  [&](object& live) {
                    auto& cluster = std::get<flink_deployment>(live);
                    auto spec = std::make_shared<flink_deployment_spec>(*cluster.spec);
                    for (const auto& [key, value] : asked.with)
                      if (key != "cluster") spec->flink_configuration[key] = value;
                    cluster.spec = std::move(spec);
                  });
}

/// `template=none` takes the field away.
void ask_for_ingress(story_world& world, const command& asked) {
  const auto url = asked.value("template");
  world.kube.edit(object_kind::flink_deployment, {"flink", asked.value("cluster")}, person,
                  [&](object& live) {
                    auto& cluster = std::get<flink_deployment>(live);
                    auto spec = std::make_shared<flink_deployment_spec>(*cluster.spec);
                    spec->ingress.reset();
                    if (url != "none") spec->ingress.emplace().url = url;
                    cluster.spec = std::move(spec);
                  });
}

// ── what goes wrong ─────────────────────────────────────────────────────────────────────────────

sim::effect_kind effect_named(const std::string& name) {
  return name == "submit" ? sim::effect_kind::submit
         : name == "stop" ? sim::effect_kind::stop
                          : sim::effect_kind::savepoint;
}

void crash(story_world& world, const command& asked) {
  if (asked.what == "jobmanager") {
    world.jobs.crash_job_manager({"flink", asked.value("cluster")});
    return;
  }
  if (asked.with.contains("after"))
    return world.crash_at(sim::crash_moment::after, effect_named(asked.value("after")));
  if (asked.with.contains("before"))
    return world.crash_at(sim::crash_moment::before, effect_named(asked.value("before")));
  world.crash_operator(asked.value("name", "operator"));
}

/// `under=POD`, or `under=jobmanager cluster=N`: the node of that pod.
std::string node_meant(story_world& world, const command& asked) {
  for (const auto& [name, live] : world.kube.all(object_kind::pod)) {
    const auto& one = std::get<drey::pod>(*live);
    const auto& labels = one.metadata.labels;
    const bool is_meant = asked.with.contains("cluster")
                              ? labels.at("app") == asked.value("cluster") &&
                                    labels.at("component") == asked.value("under")
                              : name.name == asked.value("under");
    if (is_meant) return one.node_name;
  }
  throw std::runtime_error("no such pod: " + asked.value("under"));
}

void power_off(story_world& world, const command& asked) {
  world.kube.node_power_off(node_meant(world, asked));
  world.jobs.network_changed();
}

void drain(story_world& world, const command& asked) {
  world.kube.drain_node(node_meant(world, asked));
}

void uncordon_all(story_world& world) {
  for (const char* node : {"node-1", "node-2", "node-3"}) world.kube.uncordon_node(node);
}

/// `budget cluster=N min=3`: so many of its TaskManagers must be ready.
void set_budget(story_world& world, const command& asked) {
  const auto cluster = asked.value("cluster");
  world.kube.apply_budget({{"flink", cluster},
                           "app=" + cluster + ",component=taskmanager",
                           sim::budget_bound::min_available,
                           std::stoi(asked.value("min"))});
}

/// `fail job=N`, or `fail savepoint=N`: its next one.
void fail(story_world& world, const command& asked) {
  if (asked.with.contains("savepoint"))
    world.jobs.fail_next_savepoint({"flink", asked.value("savepoint")});
  else
    world.jobs.fail_job({"flink", asked.value("job")});
}

/// `lose answer of=CALL`, or `lose slots of=POD count=N`
void lose(story_world& world, const command& asked) {
  if (asked.what != "slots") return world.lose_answer_of(asked.value("of"));
  world.jobs.lose_slots({"flink", asked.value("of")}, std::stoi(asked.value("count")));
}

// ── time ────────────────────────────────────────────────────────────────────────────────────────

milliseconds length_of(const std::string& text) {
  return milliseconds{std::stoll(text) * 1'000};  // "90s"
}

/// `until <machine>=<subject> state=<state>`
void run_until(story_world& world, const command& asked) {
  for (const auto& [machine, subject] : asked.with) {
    if (machine == "state") continue;
    const bool reached =
        world.run_until([&] { return world.position(machine, subject) == asked.value("state"); });
    if (!reached) world.tell("it never is: " + world.position(machine, subject));
  }
}

/// `until gone=<job or cluster>`
void run_until_gone(story_world& world, const object_name& name) {
  const bool reached = world.run_until([&] {
    return !world.kube.find(object_kind::flink_session_job, name) &&
           !world.kube.find(object_kind::flink_deployment, name) &&
           !world.kube.find(object_kind::flink_state_snapshot, name);
  });
  world.tell(name.name + (reached ? " is gone" : " is still there"));
}

void show(story_world& world, const command& asked) {
  world.shown.clear();
  std::istringstream names{asked.value("machines")};
  for (std::string one; std::getline(names, one, ',');) world.shown.insert(one);
}

/// Containers die again and again, for want of memory or by a signal.
void spoil(story_world& world, const command& asked) {
  const auto cause = asked.value("by", "signal") == "memory" ? sim::crash_cause::out_of_memory
                                                             : sim::crash_cause::killed;
  world.kube.begin({asked.value("pods"), length_of(asked.value("after")), cause});
}

/// `quota pods=2`, or `none`: a ResourceQuota of the namespace.
void set_quota(story_world& world, const command& asked) {
  const auto pods = asked.value("pods");
  if (pods == "none") return world.kube.lift_limit("flink");
  world.kube.limit_pods("flink", std::stoul(pods));
}

/// `ordinals dropped` (`kept`, `unknown`): what the API server does with that field.
void set_ordinals(story_world& world, const command& asked) {
  using sim::ordinals_fate;
  for (const auto fate : {ordinals_fate::kept, ordinals_fate::dropped, ordinals_fate::unknown})
    if (name_of(fate) == asked.what) return world.kube.set_ordinals(fate);
  throw std::runtime_error("ordinals are kept, dropped or unknown");
}

void start_or_stop(story_world& world, const command& asked) {
  const auto name = asked.value("name", "operator");
  if (asked.name == "stop") return world.stop_operator(name);
  const auto paused = asked.value("paused", "");
  pause_settings pauses;
  if (paused == "all")
    pauses.fleet = fleet::is_paused;
  else if (!paused.empty())
    pauses.namespaces = {paused};
  world.start_operator(name, pauses);
}

}  // namespace

std::string perform(story_world& world, const command& asked) {
  const std::map<std::string, std::function<void()>> known{
      {"show", [&] { show(world, asked); }},
      {"start", [&] { start_or_stop(world, asked); }},
      {"stop", [&] { start_or_stop(world, asked); }},
      {"apply", [&] { apply(world, asked); }},
      {"delete", [&] { remove(world, asked); }},
      {"pause", [&] { pause_or_resume(world, asked); }},
      {"resume", [&] { pause_or_resume(world, asked); }},
      {"status_by", [&] { sim::reconcile_as(asked.what, world.kube, "flink", world.time.wall()); }},
      {"change", [&] { change(world, asked); }},
      {"savepoint", [&] { ask_by_nonce(world, asked); }},
      {"checkpoint", [&] { ask_by_nonce(world, asked); }},
      {"configure", [&] { configure(world, asked); }},
      {"ingress", [&] { ask_for_ingress(world, asked); }},
      {"crash", [&] { crash(world, asked); }},
      {"lose", [&] { lose(world, asked); }},
      {"leak",
       [&] {
         const auto count = std::stoi(asked.value("count"));
         if (!world.jobs.leak_slots({"flink", asked.value("of")}, count))
           world.tell("no slot of it is free");
       }},
      {"fail", [&] { fail(world, asked); }},
      {"hang",
       [&] {
         world.jobs.hang_rest({"flink", asked.value("cluster")}, length_of(asked.value("by")));
       }},
      {"power_off", [&] { power_off(world, asked); }},
      {"drain", [&] { drain(world, asked); }},
      {"uncordon", [&] { uncordon_all(world); }},
      {"budget", [&] { set_budget(world, asked); }},
      {"spoil", [&] { spoil(world, asked); }},
      {"lack", [&] { world.kube.set_image(asked.value("image"), sim::image_state::missing); }},
      {"quota", [&] { set_quota(world, asked); }},
      {"ordinals", [&] { set_ordinals(world, asked); }},
      {"mend", [&] { world.kube.end_crash_loops(); }},
      {"poison",
       [&] {
         world.jobs.poison_job({"flink", asked.value("job")}, length_of(asked.value("after")));
       }},
      {"cure",
       [&] {
         world.jobs.cure_job({"flink", asked.value("job")});
       }},
      {"advance", [&] { world.advance(length_of(asked.value("by"))); }},
      {"until",
       [&] {
         asked.with.contains("gone") ? run_until_gone(world, {"flink", asked.value("gone")})
                                     : run_until(world, asked);
       }},
      {"look", [&] { look(world, asked); }},
  };
  const auto found = known.find(asked.name);
  if (found == known.end()) throw std::runtime_error("no such command: " + asked.name);
  return found->second(), world.told();
}

}  // namespace drey::stories
