// What becomes of the operator's calls: `hinder:`, and the calls that it and expectations speak of.
#include <array>

#include "sim/scenario/scenario_reader.hpp"
#include "sim/scenario/words.hpp"

namespace drey::sim {

namespace {

constexpr std::int64_t times_max = 1'000;

struct fate_word {
  std::string_view word;
  call_fate fate;
  refusal_reason why = refusal_reason::unavailable;
};
constexpr std::array<fate_word, 12> fates{{
    {"unavailable", call_fate::refused, refusal_reason::unavailable},
    {"too_many_requests", call_fate::refused, refusal_reason::too_many_requests},
    {"forbidden", call_fate::refused, refusal_reason::forbidden},
    {"invalid", call_fate::refused, refusal_reason::invalid},
    {"not_found", call_fate::refused, refusal_reason::not_found},
    {"conflict", call_fate::refused, refusal_reason::conflict},
    {"already_exists", call_fate::refused, refusal_reason::already_exists},
    {"gone", call_fate::refused, refusal_reason::gone},
    {"answer_lost", call_fate::answer_lost},
    {"request_lost", call_fate::request_lost},
    {"request_late", call_fate::request_late},
    {"rival_write", call_fate::rival_write},
}};

const fate_word* read_fate(reading& from, const place& value) {
  std::vector<std::string_view> known;
  for (const auto& one : fates) {
    if (one.word == value.scalar()) return &one;
    known.push_back(one.word);
  }
  from.complain(value, "is not an end of a call", "Use " + listed(known));
  return nullptr;
}

}  // namespace

std::optional<call_pattern> read_call_pattern(reading& from, const place& value) {
  std::string problem;
  auto read = parse_call_pattern(value.scalar(), problem);
  if (!read)
    from.complain(value, problem,
                  "Write for example `create Deployment flink/session` or `submit`; calls are " +
                      call_verbs());
  return read;
}

std::optional<timeline_action> read_hinder(reading& from, const place& value) {
  if (!from.is_map_of(value, {"calls", "by", "times", "for"})) return std::nullopt;
  const auto calls = from.member(value, "calls");
  const auto by = from.member(value, "by");
  const auto times = from.member(value, "times");
  const auto length = from.member(value, "for");
  if (!calls || !by || (times && length)) {
    from.complain(value, "must say which calls, by what, and how often or how long",
                  "Write `calls: submit`, `by: answer_lost`, and `times: N` or `for: 30s` if it is "
                  "not once");
    return std::nullopt;
  }
  auto pattern = read_call_pattern(from, *calls);
  const auto* fate = read_fate(from, *by);
  const auto count = times ? from.integer(*times, 1, times_max) : length ? 0 : 1;
  const auto span = length ? from.span(*length) : milliseconds{0};
  if (!pattern || fate == nullptr || !count || !span) return std::nullopt;
  return hinder_calls{std::move(*pattern), fate->fate, fate->why, static_cast<std::int32_t>(*count),
                      *span};
}

}  // namespace drey::sim
