// Items of `timeline:`: one key names the action, its value says to whom.
#include <algorithm>
#include <array>

#include "protocol/limits.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/scenario/words.hpp"

namespace drey::sim {

namespace {

using action = std::optional<timeline_action>;

template <class Action>
action read_object(reading& from, const place& value) {
  if (auto name = from.object(value)) return Action{std::move(*name)};
  return std::nullopt;
}

/// A node or an image.
template <class Action>
action read_named(reading& from, const place& value) {
  if (auto name = from.text(value)) return Action{std::move(*name)};
  return std::nullopt;
}

template <class Action>
action read_length(reading& from, const place& value) {
  if (const auto length = from.span(value)) return Action{*length};
  return std::nullopt;
}

/// A word for several calls, or a call as `hinder` knows it. False, with a finding: neither.
enum class was_read { no, yes };
was_read read_effect(reading& from, const place& value, crash_operator& into) {
  const auto word = from.text(value);
  if (!word) return was_read::no;
  std::vector<std::string_view> known;
  for (const auto kind : {effect_kind::any, effect_kind::submit, effect_kind::savepoint,
                          effect_kind::stop, effect_kind::create, effect_kind::status}) {
    known.push_back(name_of(kind));
    into.effect = kind;
    if (known.back() == *word) return was_read::yes;
  }
  std::string problem;
  into.effect = effect_kind::any;
  into.call = parse_call_pattern(*word, problem);
  if (into.call) return was_read::yes;
  from.complain(value, "`" + *word + "` is not an effect",
                "Use " + listed(known) + ", or a call such as `create Deployment`");
  return was_read::no;
}

constexpr std::int64_t skip_max = 10'000;
constexpr std::int64_t cpu_percent_max = 10'000'000;

action read_operator_crash(reading& from, const place& value) {
  crash_operator crash;
  if (value.is_null()) return crash;
  if (!from.is_map_of(value, {"before", "after", "skip", "back after"})) return std::nullopt;
  const auto before = from.member(value, "before");
  const auto after = from.member(value, "after");
  if (before && after) {
    from.complain(*after, "cannot stand beside `before`", "Keep one of the two");
    return std::nullopt;
  }
  if (before || after) {
    crash.moment = before ? crash_moment::before : crash_moment::after;
    if (read_effect(from, before ? *before : *after, crash) == was_read::no) return std::nullopt;
  }
  if (const auto skip = from.member(value, "skip")) {
    const auto count = from.integer(*skip, 0, skip_max);
    if (!count) return std::nullopt;
    crash.skip = static_cast<std::int32_t>(*count);
  }
  if (const auto back = from.member(value, "back after")) {
    const auto length = from.span(*back);
    if (!length) return std::nullopt;
    crash.back_after = *length;
  }
  return crash;
}

action read_apply(reading& from, const place& value) {
  if (auto wanted = read_resource(from, value)) return apply_object{{std::move(wanted)}};
  return std::nullopt;
}

action read_patch(reading& from, const place& value) {
  if (!from.is_map_of(value, {"object", "spec", "metadata", "status"})) return std::nullopt;
  const auto object = from.member(value, "object");
  const auto json_of = [&](std::string_view key) -> json_text {
    const auto part = from.member(value, key);
    return part && part->is_map() ? part->tree->json_of(part->id) : json_text();
  };
  const auto spec = json_of("spec");
  const auto metadata = json_of("metadata");
  const auto status = json_of("status");
  if (!object || (spec.empty() && metadata.empty() && status.empty())) {
    from.complain(value, "must say what is patched and how",
                  "Write `object: KIND NAMESPACE/NAME`, and `spec:` or `metadata:` with the fields "
                  "to change, or the `status:` that another operator writes");
    return std::nullopt;
  }
  auto target = from.kind_and_object(*object);
  if (!target) return std::nullopt;
  const bool primary = target->kind <= object_kind::flink_state_snapshot;
  if (!primary && !(spec.empty() && status.empty())) {
    from.complain(*object, "has no spec that people change", "Patch its `metadata`, or delete it");
    return std::nullopt;
  }
  return patch_object{target->kind, std::move(target->name), spec, metadata, status};
}

action read_delete(reading& from, const place& value) {
  auto target = from.kind_and_object(value);
  if (!target) return std::nullopt;
  return delete_object{target->kind, std::move(target->name)};
}

action read_scale(reading& from, const place& value) {
  if (!from.is_map_of(value, {"cluster", "taskmanagers"})) return std::nullopt;
  const auto cluster = from.member(value, "cluster");
  const auto count = from.member(value, "taskmanagers");
  if (!cluster || !count) {
    from.complain(value, "must say which cluster and to how many",
                  "Write `cluster: NAMESPACE/NAME` and `taskmanagers: N`");
    return std::nullopt;
  }
  auto name = from.object(*cluster);
  const auto number = from.integer(*count, 0, limits::task_managers_max);
  if (!name || !number) return std::nullopt;
  return scale_cluster{std::move(*name), static_cast<std::int32_t>(*number)};
}

/// `cluster:` and numbers, each within bounds; absent ones stay as they are.
action read_autoscale(reading& from, const place& value) {
  if (!from.is_map_of(value, {"cluster", "min", "max", "cpu", "down after"})) return std::nullopt;
  const auto cluster = from.member(value, "cluster");
  const auto min = from.member(value, "min");
  const auto max = from.member(value, "max");
  const auto cpu = from.member(value, "cpu");
  if (!cluster || !min || !max || !cpu) {
    from.complain(value, "must say which cluster, how many, and at how much CPU",
                  "Write `cluster: NAMESPACE/NAME`, `min: N`, `max: N` and `cpu: PERCENT`");
    return std::nullopt;
  }
  auto name = from.object(*cluster);
  const auto least = from.integer(*min, 1, limits::task_managers_max);
  const auto most = from.integer(*max, least.value_or(1), limits::task_managers_max);
  const auto percent = from.integer(*cpu, 1, cpu_percent_max);
  if (!name || !least || !most || !percent) return std::nullopt;
  autoscale_cluster read{std::move(*name), static_cast<std::int32_t>(*least),
                         static_cast<std::int32_t>(*most), static_cast<std::int32_t>(*percent)};
  if (const auto after = from.member(value, "down after")) {
    const auto length = from.span(*after);
    if (!length) return std::nullopt;
    read.down_after = *length;
  }
  return read;
}

action read_load(reading& from, const place& value) {
  if (!from.is_map_of(value, {"cluster", "cpu"})) return std::nullopt;
  const auto cluster = from.member(value, "cluster");
  const auto cpu = from.member(value, "cpu");
  if (!cluster || !cpu) {
    from.complain(value, "must say which cluster, and how much CPU all its TaskManagers use",
                  "Write `cluster: NAMESPACE/NAME` and `cpu: PERCENT`, of what one asks for");
    return std::nullopt;
  }
  auto name = from.object(*cluster);
  const auto percent = from.integer(*cpu, 0, cpu_percent_max);
  if (!name || !percent) return std::nullopt;
  return load_cluster{std::move(*name), static_cast<std::int32_t>(*percent)};
}

/// Whom it happens to, and for how long: `{KEY: …, for: 20s}`.
template <class Read>
action read_for_a_time(reading& from, const place& value, std::string_view key, Read read) {
  if (!from.is_map_of(value, {key, "for"})) return std::nullopt;
  const auto whom = from.member(value, key);
  const auto length = from.member(value, "for");
  if (!whom || !length) {
    from.complain(value, "must say whom it happens to and for how long",
                  "Write `" + std::string(key) + ": …` and `for: 30s`");
    return std::nullopt;
  }
  auto what = read(*whom);
  const auto span = from.span(*length);
  if (!what || !span) return std::nullopt;
  what->length = *span;
  return std::move(*what);
}

action read_hang(reading& from, const place& value) {
  return read_for_a_time(from, value, "cluster", [&](const place& x) -> std::optional<hang_rest> {
    auto name = from.object(x);
    return name ? std::optional(hang_rest{std::move(*name), {}}) : std::nullopt;
  });
}

action read_hold_watch(reading& from, const place& value) {
  return read_for_a_time(from, value, "of", [&](const place& x) -> std::optional<hold_watch> {
    const auto kind = from.kind(x);
    return kind ? std::optional(hold_watch{*kind, {}}) : std::nullopt;
  });
}

template <class Action>
action read_kind(reading& from, const place& value) {
  const auto kind = from.kind(value);
  return kind ? action(Action{*kind}) : std::nullopt;
}

action read_old_lists(reading& from, const place& value) {
  if (!from.is_map_of(value, {"of", "from", "for"})) return std::nullopt;
  const auto of = from.member(value, "of");
  const auto since = from.member(value, "from");
  const auto length = from.member(value, "for");
  if (!of || !since || !length) {
    from.complain(value, "must say of what, as at which time, and for how long",
                  "Write `of: KIND`, `from: 60s` and `for: 30s`");
    return std::nullopt;
  }
  const auto kind = from.kind(*of);
  const auto then = from.span(*since);
  const auto span = from.span(*length);
  if (!kind || !then || !span) return std::nullopt;
  return old_lists{*kind, *then, *span};
}

action read_foreign(reading& from, const place& value) {
  if (!from.is_map_of(value, {"cluster", "job"})) return std::nullopt;
  const auto cluster = from.member(value, "cluster");
  const auto job = from.member(value, "job");
  if (!cluster || !job) {
    from.complain(value, "must say to which cluster, and what the job is called",
                  "Write `cluster: NAMESPACE/NAME` and `job: NAMESPACE/NAME`");
    return std::nullopt;
  }
  auto where = from.object(*cluster);
  auto name = from.object(*job);
  if (!where || !name) return std::nullopt;
  return submit_foreign{std::move(*where), std::move(*name)};
}

/// Of which TaskManager, and how many.
template <class Action>
action read_slots(reading& from, const place& value) {
  if (!from.is_map_of(value, {"taskmanager", "count"})) return std::nullopt;
  const auto pod = from.member(value, "taskmanager");
  const auto count = from.member(value, "count");
  if (!pod || !count) {
    from.complain(value, "must say of which TaskManager, and how many slots",
                  "Write `taskmanager: NAMESPACE/POD` and `count: N`");
    return std::nullopt;
  }
  auto name = from.object(*pod);
  const auto number = from.integer(*count, 1, limits::parallelism_max);
  if (!name || !number) return std::nullopt;
  return Action{std::move(*name), static_cast<std::int32_t>(*number)};
}

action read_other_operator(reading& from, const place& value) {
  if (!from.is_map_of(value, {"in", "every", "for"})) return std::nullopt;
  const auto in = from.member(value, "in");
  const auto length = from.member(value, "for");
  if (!in || !length) {
    from.complain(value, "must say in which namespace and for how long",
                  "Write `in: NAMESPACE` and `for: 5m`, and perhaps `every: 30s`");
    return std::nullopt;
  }
  const auto ns = from.text(*in);
  const auto span = from.span(*length);
  if (!ns || !span) return std::nullopt;
  run_other_operator what{*ns};
  what.length = *span;
  if (const auto every = from.member(value, "every")) {
    const auto pace = from.span(*every);
    if (!pace) return std::nullopt;
    what.every = std::max(*pace, milliseconds{1'000});
  }
  return what;
}

template <class Action>
action read_alone(reading& from, const place& value) {
  if (value.is_null()) return Action{};
  from.complain(value, "takes no value", "Write the key alone, with nothing behind its colon");
  return std::nullopt;
}

struct action_form {
  std::string_view key;
  action (*read)(reading&, const place&);
};
constexpr std::array<action_form, std::variant_size_v<timeline_action>> forms{{
    {"evict pod", read_object<evict_pod>},
    {"delete pod", read_object<delete_pod>},
    {"crash jobmanager", read_object<crash_job_manager>},
    {"crash taskmanager", read_object<crash_task_manager>},
    {"node down", read_named<node_down>},
    {"node up", read_named<node_up>},
    {"cut node", read_named<cut_node>},
    {"heal node", read_named<heal_node>},
    {"silence kubelet", read_named<silence_kubelet>},
    {"wake kubelet", read_named<wake_kubelet>},
    {"crash operator", read_operator_crash},
    {"pause operator", read_length<pause_operator>},
    {"apply", read_apply},
    {"patch", read_patch},
    {"delete", read_delete},
    {"scale", read_scale},
    {"savepoint", read_object<request_savepoint>},
    {"fail job", read_object<fail_job>},
    {"finish job", read_object<finish_job>},
    {"cancel job", read_object<cancel_in_flink>},
    {"api outage", read_length<api_outage>},
    {"compact history", read_alone<compact_history>},
    {"evict jobmanager", read_object<evict_job_manager>},
    {"hold pod", read_object<hold_pod>},
    {"hold jobmanager", read_object<hold_job_manager>},
    {"release pods", read_alone<release_pods>},
    {"image missing", read_named<image_missing>},
    {"image back", read_named<image_back>},
    {"hinder", read_hinder},
    {"hold watch", read_hold_watch},
    {"break watch", read_kind<break_watch>},
    {"old lists", read_old_lists},
    {"hang rest", read_hang},
    {"kill rest", read_object<kill_rest>},
    {"foreign job", read_foreign},
    {"block checkpoints", read_object<block_checkpoints>},
    {"open checkpoints", read_object<open_checkpoints>},
    {"autoscale", read_autoscale},
    {"load", read_load},
    {"secret missing", read_named<config_missing>},
    {"secret back", read_named<config_back>},
    {"crash loop", read_crash_loop},
    {"end crash loops", read_alone<end_crash_loops>},
    {"quota", read_quota},
    {"lift quota", read_named<lift_limit>},
    {"deny", read_kind<deny_kind>},
    {"allow", read_kind<allow_kind>},
    {"poison job", read_poison},
    {"cure job", read_object<cure_job>},
    {"other operator", read_other_operator},
    {"ordinals", read_ordinals},
    {"lose slots", read_slots<lose_slots>},
    {"leak slots", read_slots<leak_slots>},
    {"cordon node", read_named<cordon_node>},
    {"uncordon node", read_named<uncordon_node>},
    {"drain node", read_named<drain_node>},
    {"budget", read_budget},
    {"lift budget", read_object<lift_budget>},
    {"press pod", read_object<press_pod>},
    {"lay snapshot", read_laid},
}};

}  // namespace

std::optional<timeline_event> read_event(reading& from, const place& item) {
  std::vector<std::string_view> known{"at"};
  for (const auto& form : forms) known.push_back(form.key);
  if (!from.is_map_of(item, known)) return std::nullopt;
  const auto at = from.member(item, "at");
  if (!at || item.keys() != 2) {
    from.complain(item, "must have a time and one action",
                  "Write for example `at: 90s` and `evict pod: NAMESPACE/NAME`");
    return std::nullopt;
  }
  const auto when = from.span(*at);
  for (const auto& form : forms) {
    const auto value = from.member(item, form.key);
    if (!value) continue;
    auto what = form.read(from, *value);
    if (!what || !when) return std::nullopt;
    if (const auto* old = std::get_if<old_lists>(&*what); old && old->from > *when)
      from.complain(*value, "is to show what is not yet", "Give a `from` before `at`");
    return timeline_event{*when, std::move(*what), item.line()};
  }
  return std::nullopt;  // not reached: the second key is one of the forms
}

}  // namespace drey::sim
