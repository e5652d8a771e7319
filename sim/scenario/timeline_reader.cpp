// Items of `timeline:`: one key names the action, its value says to whom.
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

template <class Action>
action read_node(reading& from, const place& value) {
  if (auto name = from.text(value)) return Action{std::move(*name)};
  return std::nullopt;
}

template <class Action>
action read_length(reading& from, const place& value) {
  if (const auto length = from.span(value)) return Action{*length};
  return std::nullopt;
}

std::optional<effect_kind> read_effect(reading& from, const place& value) {
  const auto word = from.text(value);
  if (!word) return std::nullopt;
  std::vector<std::string_view> known;
  for (const auto kind : {effect_kind::any, effect_kind::submit, effect_kind::savepoint,
                          effect_kind::create, effect_kind::status}) {
    known.push_back(name_of(kind));
    if (known.back() == *word) return kind;
  }
  from.complain(value, "`" + *word + "` is not an effect", "Use " + listed(known));
  return std::nullopt;
}

action read_operator_crash(reading& from, const place& value) {
  crash_operator crash;
  if (value.is_null()) return crash;
  if (!from.is_map_of(value, {"before", "after", "back after"})) return std::nullopt;
  const auto before = from.member(value, "before");
  const auto after = from.member(value, "after");
  if (before && after) {
    from.complain(*after, "cannot stand beside `before`", "Keep one of the two");
    return std::nullopt;
  }
  if (before || after) {
    crash.moment = before ? crash_moment::before : crash_moment::after;
    const auto effect = read_effect(from, before ? *before : *after);
    if (!effect) return std::nullopt;
    crash.effect = *effect;
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
  if (!from.is_map_of(value, {"object", "spec"})) return std::nullopt;
  const auto object = from.member(value, "object");
  const auto spec = from.member(value, "spec");
  if (!object || !spec || !spec->is_map()) {
    from.complain(value, "must say what is patched and how",
                  "Write `object: KIND NAMESPACE/NAME` and `spec:` with the fields to change");
    return std::nullopt;
  }
  auto target = from.kind_and_object(*object);
  if (!target) return std::nullopt;
  return patch_spec{target->kind, std::move(target->name), spec->tree->json_of(spec->id)};
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

action read_compact(reading& from, const place& value) {
  if (value.is_null()) return compact_history{};
  from.complain(value, "takes no value", "Write `compact history:` alone");
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
    {"node down", read_node<node_down>},
    {"node up", read_node<node_up>},
    {"cut node", read_node<cut_node>},
    {"heal node", read_node<heal_node>},
    {"crash operator", read_operator_crash},
    {"pause operator", read_length<pause_operator>},
    {"apply", read_apply},
    {"patch", read_patch},
    {"delete", read_delete},
    {"scale", read_scale},
    {"savepoint", read_object<request_savepoint>},
    {"fail job", read_object<fail_job>},
    {"finish job", read_object<finish_job>},
    {"api outage", read_length<api_outage>},
    {"compact history", read_compact},
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
    return timeline_event{*when, std::move(*what), item.line()};
  }
  return std::nullopt;  // not reached: the second key is one of the forms
}

}  // namespace drey::sim
