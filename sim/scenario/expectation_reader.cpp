// Items of `expect:`: one key names what is expected, its value says of whom.
#include <algorithm>
#include <array>
#include <limits>

#include "protocol/limits.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/scenario/words.hpp"

namespace drey::sim {

namespace {

using what = std::optional<expected>;

constexpr std::array<std::string_view, 11> job_states{
    "INITIALIZING", "CREATED",  "RUNNING",    "FAILING",   "FAILED",     "CANCELLING",
    "CANCELED",     "FINISHED", "RESTARTING", "SUSPENDED", "RECONCILING"};

what read_state(reading& from, const place& value) {
  if (!from.is_map_of(value, {"job", "is"})) return std::nullopt;
  const auto job = from.member(value, "job");
  const auto state = from.member(value, "is");
  const std::string word = state ? state->scalar() : "";
  if (!job || std::find(job_states.begin(), job_states.end(), word) == job_states.end()) {
    from.complain(value, "must say which job and which state of Flink",
                  "Write `job: NAMESPACE/NAME` and `is: FAILED`");
    return std::nullopt;
  }
  auto name = from.object(*job);
  if (!name) return std::nullopt;
  return job_in_state{std::move(*name), word};
}

/// A count under `key`; absent stays absent.
std::optional<std::int32_t> read_count(reading& from, const place& map, std::string_view key) {
  const auto value = from.member(map, key);
  if (!value) return std::nullopt;
  const auto number = from.integer(*value, 0, std::numeric_limits<std::int32_t>::max());
  if (!number) return std::nullopt;
  return static_cast<std::int32_t>(*number);
}

/// A job, or a map of it and how wide it is.
what read_running(reading& from, const place& value) {
  if (value.keys() == 0) {
    if (auto job = from.object(value)) return job_in_state{std::move(*job), "RUNNING"};
    return std::nullopt;
  }
  if (!from.is_map_of(value, {"job", "parallelism"})) return std::nullopt;
  const auto job = from.member(value, "job");
  const auto parallelism = read_count(from, value, "parallelism");
  if (!job || !parallelism) {
    from.complain(value, "must say which job and its parallelism",
                  "Write NAMESPACE/NAME, or `job: NAMESPACE/NAME` and `parallelism: N`");
    return std::nullopt;
  }
  auto name = from.object(*job);
  if (!name) return std::nullopt;
  return job_in_state{std::move(*name), "RUNNING", parallelism};
}

what read_cluster(reading& from, const place& value) {
  if (!from.is_map_of(value, {"cluster", "taskmanagers", "slots"})) return std::nullopt;
  const auto cluster = from.member(value, "cluster");
  if (!cluster || value.keys() < 2) {
    from.complain(value, "must say which cluster and what it has",
                  "Write `cluster: NAMESPACE/NAME` and `taskmanagers: N` or `slots: N`");
    return std::nullopt;
  }
  auto name = from.object(*cluster);
  if (!name) return std::nullopt;
  return cluster_has{std::move(*name), read_count(from, value, "taskmanagers"),
                     read_count(from, value, "slots")};
}

what read_restored(reading& from, const place& value) {
  if (!from.is_map_of(value, {"job", "at least", "at most"})) return std::nullopt;
  const auto job = from.member(value, "job");
  if (!job || value.keys() < 2) {
    from.complain(value, "must say which job and how often",
                  "Write `job: NAMESPACE/NAME` and `at least: N` or `at most: N`");
    return std::nullopt;
  }
  auto name = from.object(*job);
  if (!name) return std::nullopt;
  return job_restored{std::move(*name), read_count(from, value, "at least"),
                      read_count(from, value, "at most")};
}

what read_no_state_lost(reading& from, const place& value) {
  if (value.scalar() == "all jobs") return no_state_lost{};
  if (auto job = parse_object_name(value.scalar())) return no_state_lost{std::move(job)};
  from.complain(value, "must name a job", "Write `all jobs` or namespace/name");
  return std::nullopt;
}

what read_savepoint(reading& from, const place& value) {
  if (auto job = from.object(value)) return savepoint_completed{std::move(*job)};
  return std::nullopt;
}

what read_gone(reading& from, const place& value) {
  auto target = from.kind_and_object(value);
  if (!target) return std::nullopt;
  return resource_gone{target->kind, std::move(target->name)};
}

what read_quiet(reading& from, const place& value) {
  if (const auto length = from.span(value)) return quiet_for{*length};
  return std::nullopt;
}

what read_there(reading& from, const place& value) {
  auto target = from.kind_and_object(value);
  if (!target) return std::nullopt;
  return resource_there{target->kind, std::move(target->name)};
}

/// What `at least`, `at most`, `since` and `until` of a map say, each where it may stand.
struct counting {
  bounds times;
  window when;
};
std::optional<counting> read_counting(reading& from, const place& map) {
  counting read;
  read.times = {read_count(from, map, "at least"), read_count(from, map, "at most")};
  for (const auto& [key, into] :
       {std::pair{"since", &read.when.since}, {"until", &read.when.until}})
    if (const auto value = from.member(map, key)) {
      *into = from.span(*value);
      if (!*into) return std::nullopt;
    }
  return read;
}

bool has_bounds(const counting& x) { return x.times.min || x.times.max; }

what read_called(reading& from, const place& value) {
  if (!from.is_map_of(value, {"calls", "at least", "at most", "since", "until"}))
    return std::nullopt;
  const auto calls = from.member(value, "calls");
  auto counted = read_counting(from, value);
  if (!counted) return std::nullopt;
  if (!calls || !has_bounds(*counted)) {
    from.complain(value, "must say which calls and how often",
                  "Write `calls: create Deployment` and `at least: N` or `at most: N`");
    return std::nullopt;
  }
  auto pattern = read_call_pattern(from, *calls);
  if (!pattern) return std::nullopt;
  return operator_called{std::move(*pattern), counted->times, counted->when};
}

what read_made(reading& from, const place& value) {
  if (!from.is_map_of(value, {"object", "at least", "at most", "since", "until"}))
    return std::nullopt;
  const auto object = from.member(value, "object");
  auto counted = read_counting(from, value);
  if (!counted) return std::nullopt;
  if (!object || !has_bounds(*counted)) {
    from.complain(value, "must say which object and how often",
                  "Write `object: KIND NAMESPACE/NAME` and `at least: N` or `at most: N`");
    return std::nullopt;
  }
  auto target = from.kind_and_object(*object);
  if (!target) return std::nullopt;
  return operator_made{target->kind, std::move(target->name), counted->times, counted->when};
}

what read_submitted(reading& from, const place& value) {
  if (!from.is_map_of(value, {"job", "at least", "at most", "since", "until"})) return std::nullopt;
  const auto job = from.member(value, "job");
  auto counted = read_counting(from, value);
  if (!counted) return std::nullopt;
  if (!job || !has_bounds(*counted)) {
    from.complain(value, "must say which job and how often",
                  "Write `job: NAMESPACE/NAME` and `at least: N` or `at most: N`");
    return std::nullopt;
  }
  auto name = from.object(*job);
  if (!name) return std::nullopt;
  return job_submitted{std::move(*name), counted->times, counted->when};
}

what read_pods_kept(reading& from, const place& value) {
  if (!from.is_map_of(value, {"cluster", "of", "since", "until"})) return std::nullopt;
  const auto cluster = from.member(value, "cluster");
  const auto of = from.member(value, "of");
  const auto counted = read_counting(from, value);
  const std::string side = of ? of->scalar() : "";
  if (!cluster || (of && side != "jobmanager" && side != "taskmanager")) {
    from.complain(value, "must say of which cluster",
                  "Write `cluster: NAMESPACE/NAME`, and `of: jobmanager` or `of: taskmanager` if "
                  "it is about one side");
    return std::nullopt;
  }
  auto name = from.object(*cluster);
  if (!name || !counted) return std::nullopt;
  return pods_kept{std::move(*name), side, counted->when};
}

what read_status(reading& from, const place& value) {
  if (!from.is_map_of(value, {"of", "at", "is", "has"})) return std::nullopt;
  const auto of = from.member(value, "of");
  const auto at = from.member(value, "at");
  const auto is = from.member(value, "is");
  const auto has = from.member(value, "has");
  if (!of || !at || at->scalar().empty() || !is == !has) {
    from.complain(value, "must say of what, which field, and what it says",
                  "Write `of: KIND NAMESPACE/NAME`, `at: conditions.Ready.status`, and `is: TEXT` "
                  "or `has: TEXT`");
    return std::nullopt;
  }
  auto target = from.kind_and_object(*of);
  if (!target) return std::nullopt;
  return status_says{target->kind, std::move(target->name), at->scalar(),
                     is ? is->scalar() : has->scalar(),
                     is ? status_says::match::whole : status_says::match::part};
}

enum class may_have_deadline { no, yes };

struct expectation_form {
  std::string_view key;
  what (*read)(reading&, const place&);
  may_have_deadline deadline;
};
constexpr std::array<expectation_form, 14> forms{{
    {"job running", read_running, may_have_deadline::yes},
    {"job state", read_state, may_have_deadline::yes},
    {"cluster has", read_cluster, may_have_deadline::yes},
    {"job restored", read_restored, may_have_deadline::yes},
    {"no state lost", read_no_state_lost, may_have_deadline::no},
    {"savepoint completed", read_savepoint, may_have_deadline::yes},
    {"gone", read_gone, may_have_deadline::yes},
    {"quiet for", read_quiet, may_have_deadline::no},
    {"there", read_there, may_have_deadline::yes},
    {"called", read_called, may_have_deadline::no},
    {"made", read_made, may_have_deadline::no},
    {"submitted", read_submitted, may_have_deadline::no},
    {"pods kept", read_pods_kept, may_have_deadline::no},
    {"status", read_status, may_have_deadline::yes},
}};

std::optional<expectation> read_form(reading& from, const place& item, const expectation_form& form,
                                     const place& value) {
  auto read = form.read(from, value);
  if (!read) return std::nullopt;
  expectation result{std::move(*read), std::nullopt, item.line()};
  const auto by = from.member(item, "by");
  if (!by) return result;
  result.by = from.span(*by);
  const auto* restored = std::get_if<job_restored>(&result.what);
  if (form.deadline == may_have_deadline::no || (restored && restored->times_max)) {
    from.complain(*by, "makes no sense here", "Leave it out: this is judged at the end");
    return std::nullopt;
  }
  return result.by ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace

std::optional<expectation> read_expectation(reading& from, const place& item) {
  std::vector<std::string_view> known;
  for (const auto& form : forms) known.push_back(form.key);
  const auto expected_words = listed(known);
  known.emplace_back("by");
  if (!from.is_map_of(item, known)) return std::nullopt;
  const std::size_t keys_wanted = from.member(item, "by") ? 2 : 1;
  for (const auto& form : forms)
    if (const auto value = from.member(item, form.key); value && item.keys() == keys_wanted)
      return read_form(from, item, form, *value);
  from.complain(item, "must expect one thing",
                "Write one of " + expected_words + ", and `by: 5m` beside it if it has a time");
  return std::nullopt;
}

}  // namespace drey::sim
