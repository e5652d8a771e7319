// What the pods are made of: templates, image, and Flink's options about its pods. Apache looks at
// none of it before the API server does; here a person is told which field it is.
#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "protocol/deployment_options.hpp"
#include "protocol/flink_values.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/pod_templates.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

// ── templates ───────────────────────────────────────────────────────────────────────────────────

/// Of a variable that is given twice, Kubernetes takes the last.
enum class repeats { refused, allowed };

/// Lists whose items Kubernetes tells apart by name.
template <class Use>
void check_named(json_reader& pod, std::string_view list, repeats how, Use&& use) {
  std::set<std::string> names;
  pod.each(list, [&](json_reader& item) {
    std::string name;
    if (!item.read("name", name))
      item.wrong("name", "is missing", "Kubernetes tells the items apart by their names");
    else if (!names.insert(name).second && how == repeats::refused)
      item.wrong("name", "'" + excerpt(name) + "' is there twice", "Give each its own name");
    use(item);
  });
}

void nothing_more(json_reader&) {}

void check_container(json_reader& container) {
  std::vector<std::string> words;
  std::string text;
  container.read("image", text);
  container.read("command", words);
  container.read("args", words);
  container.object("resources", [](json_reader& resources) {
    for (const char* side : {"requests", "limits"}) resources.object(side, [](json_reader&) {});
  });
  check_named(container, "env", repeats::allowed, nothing_more);
  container.each("ports", [](json_reader& port) {
    std::int32_t number = 0;
    port.read("containerPort", number);
  });
  container.each("volumeMounts", [](json_reader& mount) {
    std::string name;
    mount.read("name", name);
    mount.read("mountPath", name);
  });
}

void check_pod(json_reader& pod) {
  string_map labels;
  for (const char* list : {"containers", "initContainers"})
    check_named(pod, list, repeats::refused, check_container);
  check_named(pod, "volumes", repeats::refused, nothing_more);
  check_named(pod, "imagePullSecrets", repeats::allowed, nothing_more);
  pod.each("tolerations", nothing_more);
  pod.read("nodeSelector", labels);
}

/// What is of the wrong kind, with its place in the template.
void check_template(const std::string& path, const json_text& text, report& out) {
  if (text.empty()) return;
  field_errors errors;
  read_json_object(text, errors, [](json_reader& pods) {
    string_map map;
    pods.object("metadata", [&](json_reader& metadata) {
      metadata.read("labels", map);
      metadata.read("annotations", map);
    });
    pods.object("spec", check_pod);
  });
  for (const auto& one : errors)
    out.error(path + (one.path.empty() ? "" : "." + one.path), one.problem, one.remedy);
}

struct main_container_seen {
  bool there = false;
  bool has_args = false;
  std::string restart_policy;
};

main_container_seen look_at(const json_text& text) {
  main_container_seen seen;
  if (text.empty()) return seen;
  field_errors ignored;  // told by check_template
  read_json_object(text, ignored, [&](json_reader& pods) {
    pods.object("spec", [&](json_reader& pod) {
      pod.read("restartPolicy", seen.restart_policy);
      pod.each("containers", [&](json_reader& container) {
        std::string name;
        if (!container.read("name", name) || name != main_container_name) return;
        seen.there = true;
        seen.has_args = container.has("args");
      });
    });
  });
  return seen;
}

/// What the merge makes of templates that are right by themselves.
void check_merged(const std::string& field, const flink_deployment_spec& spec,
                  const component_spec& side, report& out) {
  const auto path = "spec." + field + ".podTemplate";
  const auto text = merged_pod_template(spec, side);
  if (!spec.pod_template.empty() && !side.pod_template.empty()) {
    report merged;
    check_template(path, text, merged);
    for (auto& one : merged.take())
      out.error(one.path, "merged over spec.podTemplate: " + one.problem, one.remedy);
  }
  const bool given = look_at(spec.pod_template).there || look_at(side.pod_template).there;
  if (given && !look_at(text).there)
    out.warning(path,
                "merged by index over spec.podTemplate it replaces " +
                    std::string(main_container_name) + " there by another container",
                "Set " + std::string(merge_by_name_key) +
                    ": true, or list the containers of both in the same order");
}

/// What of a template drey replaces.
void check_replaced(const std::string& path, const json_text& text, report& out) {
  const auto seen = look_at(text);
  if (seen.has_args)
    out.warning(path, "the args of " + std::string(main_container_name) + " are replaced",
                "Write Flink's options into spec.flinkConfiguration");
  if (!seen.restart_policy.empty() && seen.restart_policy != "Always")
    out.warning(path + ".spec.restartPolicy", "is ignored: these pods are always restarted",
                "Remove it");
}

void check_templates(const flink_deployment_spec& spec, report& out) {
  const std::pair<std::string, const json_text*> parts[] = {
      {"spec.podTemplate", &spec.pod_template},
      {"spec.jobManager.podTemplate", &spec.job_manager.pod_template},
      {"spec.taskManager.podTemplate", &spec.task_manager.pod_template}};
  report wrong;
  for (const auto& [path, text] : parts) check_template(path, *text, wrong);
  auto found = wrong.take();
  const bool right = found.empty();
  for (auto& one : found) out.error(one.path, one.problem, one.remedy);
  if (!right) return;
  for (const auto& [path, text] : parts) check_replaced(path, *text, out);
  check_merged("jobManager", spec, spec.job_manager, out);
  check_merged("taskManager", spec, spec.task_manager, out);
}

// ── options ─────────────────────────────────────────────────────────────────────────────────────

constexpr std::array<std::string_view, 3> pull_policies{"IfNotPresent", "Always", "Never"};
constexpr std::array<std::string_view, 4> service_types{"ClusterIP", "NodePort", "LoadBalancer",
                                                        "Headless_ClusterIP"};

void check_choice(const std::string& path, const std::string& value,
                  std::span<const std::string_view> choices, report& out) {
  if (std::ranges::find(choices, value) != choices.end()) return;
  std::string all;
  for (const auto one : choices) all.append(all.empty() ? "" : ", ").append(one);
  out.error(path, "unknown value '" + excerpt(value) + "'", "Use one of: " + all);
}

bool is_positive_number(const std::string& text) {
  double value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  return wrong == std::errc{} && end == text.data() + text.size() && value > 0;
}

bool is_whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  return wrong == std::errc{} && end == text.data() + text.size();
}

void check_maps(const std::string& key, const std::vector<string_map>& all, report& out) {
  for (const auto& one : all) {
    const auto seconds = one.find("tolerationSeconds");
    if (seconds != one.end() && !is_whole_number(seconds->second))
      out.error(config_path(key),
                "tolerationSeconds is not a number: '" + excerpt(seconds->second) + "'",
                "Write whole seconds");
    if (key == "kubernetes.env.secretKeyRef")
      for (const char* part : {"env", "secret", "key"})
        if (!one.contains(part))
          out.error(config_path(key), std::string(part) + " is missing",
                    "Write env:NAME,secret:NAME,key:NAME; several with ';' between them");
  }
}

void check_shape(const std::string& key, const std::string& value, const deployment_option& option,
                 report& out) {
  const auto wrong = [&](std::string problem, std::string remedy) {
    out.error(config_path(key), std::move(problem) + ": '" + excerpt(value) + "'",
              std::move(remedy));
  };
  if (key != option.key) return;  // a member of a map, which may be any text
  switch (option.shape) {
    case option_shape::text:
      break;
    case option_shape::list:
      if (!parse_flink_list(value)) wrong("is not a list", "Write a;b");
      break;
    case option_shape::map:
      if (!parse_flink_map(value))
        wrong("is not a map", "Write key:value,key:value, quoted where a ':' or ',' is in it");
      break;
    case option_shape::maps:
      if (const auto all = parse_flink_maps(value))
        check_maps(key, *all, out);
      else
        wrong("is not a list of maps", "Write key:value,key:value;key:value");
      break;
    case option_shape::cores:
      if (!is_positive_number(value)) wrong("is not a number of CPU cores", "Write 0.5 or 2");
      break;
  }
}

/// Places where nobody but who makes the pods looks.
bool is_about_pods(std::string_view key) {
  for (const std::string_view prefix :
       {"kubernetes.jobmanager.", "kubernetes.taskmanager.", "kubernetes.container.",
        "kubernetes.rest-service.", "kubernetes.internal-service.", "kubernetes.secrets",
        "kubernetes.env.", "kubernetes.hadoop.", "kubernetes.flink."})
    if (key.starts_with(prefix)) return true;
  return false;
}

/// What does nothing in a cluster of this mode, and why.
void check_use(const std::string& key, const std::string& value, deployment_mode mode,
               const deployment_option* option, report& out) {
  const bool native = mode == deployment_mode::native;
  const std::string nothing = native ? "has no effect in native mode, where drey makes the template"
                                     : "has no effect in a standalone cluster";
  if (option == nullptr) {
    if (is_about_pods(key) && !native)
      out.warning(config_path(key), "is no option that drey knows: it has no effect",
                  "Check its spelling");
    if (key.starts_with("external-resource.") && key.ends_with(".kubernetes.config-key") && !native)
      out.warning(config_path(key), nothing,
                  "Ask for the resource in spec.taskManager.resources.limits");
    return;
  }
  if (option->use == option_use::no_effect || (option->use == option_use::native_only && !native))
    out.warning(config_path(key), nothing, std::string(option->say));
  const bool refused = key == "kubernetes.cluster-id" || key == "kubernetes.namespace" ||
                       key == "high-availability.cluster-id";  // an error of another rule
  if (option->use == option_use::set_by_drey && !refused && value != option->say)
    out.warning(config_path(key), "has no effect: drey sets it itself", "Remove it");
}

void check_options(const flink_deployment_spec& spec, const configuration& config, report& out) {
  const auto mode = spec.mode.value_or(spec.task_manager.replicas ? deployment_mode::standalone
                                                                  : deployment_mode::native);
  for (const auto& [key, value] : config) {
    const auto* option = deployment_option_of(key);
    if (option != nullptr) check_shape(key, value, *option, out);
    check_use(key, value, mode, option, out);
  }
  constexpr std::string_view type = "kubernetes.rest-service.exposed.type";
  constexpr std::string_view policy = "kubernetes.container.image.pull-policy";
  if (const auto value = value_of(config, type))
    check_choice(config_path(type), *value, service_types, out);
  if (const auto value = value_of(config, policy))
    check_choice(config_path(policy), *value, pull_policies, out);
  constexpr std::string_view scheduler = "scheduler-mode";
  const bool suits = spec.job && mode == deployment_mode::standalone;
  if (!suits && value_of(config, scheduler) == "reactive")
    out.warning(config_path(scheduler),
                "is for standalone application clusters: no other JobManager starts with it",
                "Remove it; jobmanager.scheduler: adaptive is what other clusters can have");
}

}  // namespace

void check_pods(const flink_deployment_spec& spec, const configuration& config, report& out) {
  if (spec.image_pull_policy)
    check_choice("spec.imagePullPolicy", *spec.image_pull_policy, pull_policies, out);
  flag(config, out, merge_by_name_key);
  check_templates(spec, out);
  check_options(spec, config, out);
}

}  // namespace drey::validation
