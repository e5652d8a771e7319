// Items of `timeline:` about what becomes of pods: containers that die, pods that are refused; and
// how Kubernetes numbers those of a StatefulSet.
#include "protocol/limits.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace drey::sim {

std::optional<timeline_action> read_crash_loop(reading& from, const place& value) {
  if (!from.is_map_of(value, {"in", "after", "by"})) return std::nullopt;
  const auto in = from.member(value, "in");
  const auto after = from.member(value, "after");
  const auto by = from.member(value, "by");
  if (!in || !after || !by) {
    from.complain(value, "must say in which pods, how long after each start, and by what",
                  "Write `in: IMAGE` or the beginning of a pod's name, `after: 20s`, and "
                  "`by: signal` or `by: memory`");
    return std::nullopt;
  }
  const auto word = from.text(*in);
  const auto length = from.span(*after);
  const auto cause = from.text(*by);
  if (!word || !length || !cause) return std::nullopt;
  if (*cause != "signal" && *cause != "memory") {
    from.complain(*by, "is not what a container dies of", "Use `signal` or `memory`");
    return std::nullopt;
  }
  return begin_crash_loop{*word, *length, *cause == "memory"};
}

std::optional<timeline_action> read_poison(reading& from, const place& value) {
  if (!from.is_map_of(value, {"job", "after"})) return std::nullopt;
  const auto job = from.member(value, "job");
  const auto after = from.member(value, "after");
  if (!job || !after) {
    from.complain(value, "must say which job, and how long after each start it kills",
                  "Write `job: NAMESPACE/NAME` and `after: 30s`");
    return std::nullopt;
  }
  auto name = from.object(*job);
  const auto length = from.span(*after);
  if (!name || !length) return std::nullopt;
  return poison_job{std::move(*name), *length};
}

std::optional<timeline_action> read_quota(reading& from, const place& value) {
  if (!from.is_map_of(value, {"namespace", "pods"})) return std::nullopt;
  const auto ns = from.member(value, "namespace");
  const auto pods = from.member(value, "pods");
  if (!ns || !pods) {
    from.complain(value, "must say where, and how many pods it allows",
                  "Write `namespace: NAMESPACE` and `pods: N`");
    return std::nullopt;
  }
  const auto where = from.text(*ns);
  const auto count = from.integer(*pods, 0, limits::task_managers_max);
  if (!where || !count) return std::nullopt;
  return limit_pods{*where, static_cast<std::int32_t>(*count)};
}

std::optional<timeline_action> read_budget(reading& from, const place& value) {
  if (!from.is_map_of(value, {"name", "selector", "min available", "max unavailable"}))
    return std::nullopt;
  const auto name = from.member(value, "name");
  const auto selector = from.member(value, "selector");
  const auto least = from.member(value, "min available");
  const auto most = from.member(value, "max unavailable");
  if (!name || !selector || least.has_value() == most.has_value()) {
    from.complain(value, "must say whose it is, which pods it guards, and one bound",
                  "Write `name: NAMESPACE/NAME`, `selector: LABEL=VALUE`, and either "
                  "`min available: N` or `max unavailable: N`");
    return std::nullopt;
  }
  const auto whose = from.object(*name);
  const auto labels = from.text(*selector);
  const auto pods = from.integer(least ? *least : *most, 0, limits::task_managers_max);
  if (!whose || !labels || !pods) return std::nullopt;
  if (const auto problem = selector_problem(*labels); !problem.empty()) {
    from.complain(*selector, "is not a selector of labels: " + problem,
                  "Write for example `app=session,component=taskmanager`");
    return std::nullopt;
  }
  return set_budget{*whose, *labels,
                    least ? budget_bound::min_available : budget_bound::max_unavailable,
                    static_cast<std::int32_t>(*pods)};
}

std::optional<ordinals_fate> read_ordinals_fate(reading& from, const place& value) {
  const auto word = from.text(value);
  if (!word) return std::nullopt;
  for (const auto fate : {ordinals_fate::kept, ordinals_fate::dropped, ordinals_fate::unknown})
    if (name_of(fate) == *word) return fate;
  from.complain(value, "is not what an API server does with spec.ordinals of StatefulSets",
                "Write kept, dropped or unknown");
  return std::nullopt;
}

std::optional<timeline_action> read_ordinals(reading& from, const place& value) {
  const auto fate = read_ordinals_fate(from, value);
  return fate ? std::optional<timeline_action>(set_ordinals{*fate}) : std::nullopt;
}

}  // namespace drey::sim
