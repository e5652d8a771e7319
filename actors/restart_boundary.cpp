#include "actors/restart_boundary.hpp"

#include <algorithm>
#include <array>

#include "actors/pod_options.hpp"
#include "actors/spec_difference.hpp"
#include "protocol/enum_names.hpp"
#include "protocol/field_paths.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/spec_fields.hpp"

namespace drey {

namespace {

using what = change_of;
using enum restart_action;

// ── the table ───────────────────────────────────────────────────────────────────────────────────

// clang-format off
constexpr auto rows = std::to_array<boundary_row>({
    //                               standalone              native
    {what::operator_setting,         nothing,                nothing,
     "drey itself reads it"},
    {what::set_by_drey,              nothing,                nothing,
     "drey sets it; what is written here does not count"},
    {what::used_elsewhere,           nothing,                nothing,
     "no process of the cluster reads it"},
    {what::native_only,              nothing,                restart_both,
     "only a native cluster has a use for it",
     "the JobManager makes pods by it, from what it read when it started"},
    {what::said_by_field,            nothing,                nothing,
     "a field of the spec says the same and goes before it"},
    {what::other_words,              nothing,                nothing,
     "it is the same in other words"},
    {what::submission_default,       nothing,                nothing,
     "drey gives it to each job that it starts from now on; a job that runs keeps what it has, and "
     "a default that was removed counts until the JobManager starts anew"},
    {what::job_manager_default,      fail_over_job_manager,  fail_over_job_manager,
     "before 1.17 Flink takes no configuration with a job: its JobManager gives the defaults, as "
     "they were when it started"},
    {what::restart_asked,            restart_both,           restart_both,
     "a new number asks for it"},
    {what::nonce_removed,            nothing,                nothing,
     "only a new number asks for a restart"},
    {what::mode,                     refuse,                 refuse,
     "the mode is chosen once: make a new FlinkDeployment"},
    {what::mode_named,               nothing,                nothing,
     "it names the mode that the cluster has, or no longer does"},
    {what::cluster_kind,             refuse,                 refuse,
     "a session cluster and an application cluster do not become each other: make a new "
     "FlinkDeployment"},
    {what::application_job,          nothing,                nothing,
     "of an application cluster: its job is carried over by itself, with its state"},
    {what::image,                    restart_both,           restart_both,
     "every process runs from it"},
    {what::flink_version,            restart_both,           restart_both,
     "JobManager and TaskManagers must be of one version, and jobs go from one to the other by "
     "savepoint"},
    {what::image_pull,               patch,                  patch,
     "it counts for pods that are made later"},
    {what::service_account,          restart_both,           restart_both,
     "a pod keeps the account that it was made with"},
    {what::ingress,                  patch,                  patch,
     "the way in is no part of Flink's processes"},
    {what::service,                  patch,                  patch,
     "a Service changes beside Flink's processes"},
    {what::log_configuration,        patch,                  patch,
     "the file changes below running processes; log4j reads it again when it sets "
     "monitorInterval, else new pods do"},
    {what::job_manager_count,        scale,                  scale,
     "standbys come and go beside the leader"},
    {what::job_manager_side,         fail_over_job_manager,  fail_over_job_manager,
     "only the JobManager has it, from its start on; TaskManagers register with the next one"},
    {what::task_manager_count,       scale,                  nothing,
     "TaskManagers are added, or go when they are empty",
     "Flink makes TaskManagers as jobs need them; the number does not count"},
    {what::task_manager_removal,     remove_task_managers,   nothing,
     "fewer TaskManagers, and scaleDown is disruptive: those with tasks go, too, where the slots "
     "of the others suffice",
     "Flink makes TaskManagers as jobs need them; the number does not count"},
    {what::task_manager_side,        replace_task_managers,  restart_both,
     "only TaskManagers have it, from their start on",
     "TaskManagers have it, and the JobManager makes them from what it read when it started"},
    {what::task_manager_placement,   patch,                  fail_over_job_manager,
     "it counts for TaskManagers that are made later",
     "the JobManager makes TaskManagers from what it read when it started; those that run stay"},
    {what::both_sides,               restart_both,           restart_both,
     "JobManager and TaskManagers read it when they start"},
    {what::pod_template,             restart_both,           restart_both,
     "it is part of every pod of the cluster"},
    {what::template_merging,         restart_both,           restart_both,
     "how templates are merged decides what every pod is"},
    {what::high_availability,        restart_both,           restart_both,
     "leader, jobs and their pointers are kept elsewhere: jobs go over by savepoint"},
    {what::heartbeat,                restart_both,           restart_both,
     "both ends must agree, else one gives the other up"},
    {what::security,                 restart_both,           restart_both,
     "both ends of a connection must agree on it"},
    {what::unknown_field,            nothing,                nothing,
     "drey does not know it; check its spelling"},
});

// ── fields of the spec ──────────────────────────────────────────────────────────────────────────

struct field_row : known_field {
  change_of what;
};
constexpr auto keyed = field_path::spelling::key;
constexpr auto plain = field_path::spelling::member;

constexpr auto fields = std::to_array<field_row>({
    {{"job", plain},                                             what::application_job},
    {{"restartNonce", plain},                                    what::restart_asked},
    {{"flinkConfiguration", keyed},                              what::both_sides},  // by its keys
    {{"image", plain},                                           what::image},
    {{"imagePullPolicy", plain},                                 what::image_pull},
    {{"serviceAccount", plain},                                  what::service_account},
    {{"flinkVersion", plain},                                    what::flink_version},
    {{"ingress", plain},                                         what::ingress},
    {{"podTemplate", plain},                                     what::pod_template},
    {{"jobManager.resource", plain},                             what::job_manager_side},
    {{"jobManager.resources", plain},                            what::job_manager_side},
    {{"jobManager.replicas", plain},                             what::job_manager_count},
    {{"jobManager.unreachableNodeSeconds", plain},               what::operator_setting},
    {{"jobManager.podTemplate", plain},                          what::job_manager_side},
    {{"taskManager.resource", plain},                            what::task_manager_side},
    {{"taskManager.resources", plain},                           what::task_manager_side},
    {{"taskManager.replicas", plain},                            what::task_manager_count},
    {{"taskManager.scaleDown", plain},                           what::operator_setting},
    {{"taskManager.overCommit", plain},                          what::operator_setting},
    {{"taskManager.unreachableNodeSeconds", plain},              what::operator_setting},
    {{"taskManager.podTemplate", plain},                         what::task_manager_side},
    // where a pod may stand says nothing about one that stands already
    {{"taskManager.podTemplate.spec.affinity", plain},           what::task_manager_placement},
    {{"taskManager.podTemplate.spec.nodeSelector", plain},       what::task_manager_placement},
    {{"taskManager.podTemplate.spec.preemptionPolicy", plain},   what::task_manager_placement},
    {{"taskManager.podTemplate.spec.priority", plain},           what::task_manager_placement},
    {{"taskManager.podTemplate.spec.priorityClassName", plain},  what::task_manager_placement},
    {{"taskManager.podTemplate.spec.tolerations", plain},        what::task_manager_placement},
    {{"taskManager.podTemplate.spec.topologySpreadConstraints", plain},
                                                                 what::task_manager_placement},
    {{"logConfiguration", keyed},                                what::log_configuration},
    {{"mode", plain},                                            what::mode},
});
// clang-format on

// ── proved ──────────────────────────────────────────────────────────────────────────────────────

static_assert(each_value_has_one_row(rows), "one row per change_of, in the enum's order");
static_assert(each_field_has_one_row<flink_deployment_spec>(fields));
static_assert(each_row_has_a_field<flink_deployment_spec>(fields));

constexpr bool is_of_job_manager(restart_action x) {
  return x == fail_over_job_manager || x == restart_both;
}
constexpr bool is_of_task_managers(restart_action x) {
  return x == replace_task_managers || x == restart_both;
}

/// The outermost and the innermost row about a field are of the same; the innermost counts.
const field_row* row_of_field(std::string_view field) {
  const field_row* nearest = nullptr;
  for (const auto& one : fields)
    if (is_within(field, one.path) &&
        (nearest == nullptr || one.path.size() > nearest->path.size()))
      nearest = &one;
  return nearest;
}

constexpr auto known_fields = [] {
  std::array<known_field, fields.size()> all;
  std::ranges::copy(fields, all.begin());
  return all;
}();

/// Memory of the old form, which drey itself turns into bytes for pods and for Flink.
bool is_the_same_memory(const spec_difference& one) {
  if (!one.field.ends_with(".resource.memory")) return false;
  const auto bytes = [](const json_text& text) {
    const auto value = json_of_text(text);
    return value.is_string() ? parse_spec_memory(value.get<std::string>()) : std::nullopt;
  };
  const auto was = bytes(one.before);
  return was && was == bytes(one.after);
}

bool takes_occupied(const flink_deployment_spec& before, const flink_deployment_spec& after) {
  return after.task_manager.scale_down == scale_down::disruptive &&
         after.task_manager.replicas.value_or(1) < before.task_manager.replicas.value_or(1);
}

/// What is said by the values, and not by the field alone.
change_of refined(change_of of, const spec_difference& one, const flink_deployment_spec& before,
                  const flink_deployment_spec& after, deployment_mode mode) {
  if (of == what::task_manager_count && takes_occupied(before, after))
    return what::task_manager_removal;
  if (is_the_same_memory(one)) return what::other_words;
  if (of == what::restart_asked && !after.restart_nonce) return what::nonce_removed;
  if (of == what::mode && after.mode.value_or(mode) == mode) return what::mode_named;
  return of;
}

}  // namespace

std::string_view name_of(restart_action x) {
  return declared_names<restart_action>.at(static_cast<std::size_t>(x));
}

std::string_view words_for(restart_action x) {
  constexpr std::string_view words[] = {
      "nothing",
      "patch in place",
      "scale",
      "remove TaskManagers",
      "replace the TaskManagers",
      "fail over the JobManager",
      "restart JobManager and TaskManagers",
      "refused",
  };
  static_assert(std::size(words) == enumerator_count<restart_action>());
  return words[static_cast<std::size_t>(x)];
}

std::string_view name_of(change_of x) {
  return declared_names<change_of>.at(static_cast<std::size_t>(x));
}

std::span<const boundary_row> restart_boundary() { return rows; }
const boundary_row& row_of(change_of x) { return rows.at(static_cast<std::size_t>(x)); }

readers readers_of(change_of of, deployment_mode mode) {
  if (of == what::submission_default) return readers::job_manager;  // which jobs of others get
  if (of == what::template_merging) return readers::nobody;         // it comes to pods by templates
  const auto action = row_of(of).in(mode);
  if (is_of_job_manager(action))
    return is_of_task_managers(action) ? readers::both : readers::job_manager;
  return is_of_task_managers(action) ? readers::task_managers : readers::nobody;
}

std::vector<valued_change> valued_changes_between(const flink_deployment_spec& before,
                                                  const flink_deployment_spec& after,
                                                  deployment_mode mode) {
  std::vector<valued_change> all;
  const auto add = [&](std::string path, change_of of, json_text was, json_text is) {
    all.push_back({{std::move(path), of, row_of(of).in(mode)}, std::move(was), std::move(is)});
  };
  auto earlier = before;
  auto later = after;
  if (before.job.has_value() != after.job.has_value()) {
    earlier.job.reset();
    later.job.reset();
    add("spec.job", what::cluster_kind, before.job ? "{}" : "", after.job ? "{}" : "");
  }
  const auto version = after.flink_version.value_or(flink_version::v1_20);
  for (auto& one : differences_of(encode_spec(earlier), encode_spec(later), known_fields)) {
    const auto* row = row_of_field(one.field);
    auto of = row == nullptr ? what::unknown_field : refined(row->what, one, before, after, mode);
    if (one.field == "flinkConfiguration")
      of = is_said_by_field(one.key, before) || is_said_by_field(one.key, after)
               ? what::said_by_field
               : purpose_of(one.key, version);
    const bool given = of == what::submission_default || of == what::job_manager_default;
    if (given && after.job) of = what::application_job;
    add(std::move(one.path), of, std::move(one.before), std::move(one.after));
  }
  return all;
}

std::vector<spec_change> changes_between(const flink_deployment_spec& before,
                                         const flink_deployment_spec& after, deployment_mode mode) {
  std::vector<spec_change> all;
  for (auto& one : valued_changes_between(before, after, mode))
    all.push_back(std::move(one.change));
  return all;
}

restart_action action_of(const std::vector<spec_change>& changes) {
  auto all = nothing;
  bool job_manager = false;
  bool task_managers = false;
  for (const auto& one : changes) {
    all = std::max(all, one.action);
    job_manager = job_manager || is_of_job_manager(one.action);
    task_managers = task_managers || is_of_task_managers(one.action);
  }
  return job_manager && task_managers ? std::max(all, restart_both) : all;
}

deployment_mode mode_of(const flink_deployment& cluster) {
  return enum_named<deployment_mode>(cluster.status.mode).value_or(mode_when_new(*cluster.spec));
}

deployment_mode mode_when_new(const flink_deployment_spec& spec) {
  const bool counted = spec.task_manager.replicas.has_value();
  return spec.mode.value_or(counted ? deployment_mode::standalone : deployment_mode::native);
}

}  // namespace drey
