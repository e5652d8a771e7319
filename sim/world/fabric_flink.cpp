/// The way to the JobManagers and back.
#include <utility>

#include "protocol/describe.hpp"
#include "sim/world/call_text.hpp"
#include "sim/world/fabric.hpp"

namespace drey::sim {

namespace {

constexpr std::uint64_t submissions_looked_at = 64;

effect_kind effect_of(const flink_body& body) {
  if (std::holds_alternative<run_jar>(body)) return effect_kind::submit;
  if (std::holds_alternative<trigger_savepoint>(body)) return effect_kind::savepoint;
  if (std::holds_alternative<stop_job>(body)) return effect_kind::stop;
  return effect_kind::any;
}

}  // namespace

/// Numbers go outside: most ids are among the first few of their resource.
std::string lineage_of(const kubernetes& kube, const job_id& id) {
  for (std::uint64_t n = 1; n <= submissions_looked_at; ++n)
    for (const auto kind : {object_kind::flink_session_job, object_kind::flink_deployment})
      for (const auto& [at, live] : kube.all(kind)) {
        const auto& uid = metadata_of(*live).uid;
        if (submission_id(uid, n) == id) return text_of_name(at) + "@" + uid;
      }
  return {};
}

fabric::fate fabric::flink_fate(bool mutating) {
  if (one_in("flink unavailable", faults_.flink_unavailable_per_mille)) return fate::unavailable;
  if (one_in("flink request lost", faults_.flink_lost_request_per_mille)) return fate::lost;
  if (one_in("flink answer lost", faults_.flink_lost_answer_per_mille)) return fate::answer_lost;
  if (mutating && one_in("flink request late", faults_.flink_late_request_per_mille))
    return fate::late;
  if (one_in("flink answer garbled", faults_.flink_garbage_per_mille)) return fate::garbled;
  return fate::delivered;
}

fabric::course fabric::flink_course(const flink_body& body) {
  if (auto directed = directed_course({nullptr, &body})) return *directed;
  const auto what = flink_fate(is_mutating(body));
  if (what != fate::late) return {what, {}, {}};
  return {what, {}, chance_.between("latency", "late request", call_patience, faults_.late_max)};
}

/// The ledger of the model tells jobs of one resource by their name.
flink_body fabric::with_lineage(flink_body body) const {
  if (auto* run = std::get_if<run_jar>(&body)) {
    auto lineage = lineage_of(kube_, run->job);
    if (!lineage.empty()) run->flink_configuration["pipeline.name"] = std::move(lineage);
  }
  return body;
}

/// The request as its server reads it.
void fabric::arrive(const caller& who, const flink_endpoint& to, const flink_body& asked,
                    std::function<void(flink_answer)> answer) {
  if (form_ == wire_form::encoded) return perform(who, to, through_http(asked), std::move(answer));
  perform(who, to, asked, std::move(answer));
}

flink_answer fabric::read(const flink_body& asked, const flink_answer& answer) const {
  return form_ == wire_form::encoded ? through_http(asked, answer) : answer;
}

void fabric::perform(const caller& who, const flink_endpoint& to, const flink_body& body,
                     std::function<void(flink_answer)> answer) {
  const bool mutating = is_mutating(body);
  if (mutating) told_.arrives({&who, nullptr, &body, &to});
  if (told_.trace && mutating) show(who, text_of_call(body));
  const auto target = aimed_at(effect_of(body), {nullptr, &body});
  flink_.call(to, with_lineage(body), std::move(answer));
  if (mutating) took_effect(who, target);
}

void fabric::flink_rest(const caller& who, const flink_endpoint& to, flink_body body,
                        const std::function<void(flink_answer)>& answer) {
  if (is_cut(who.process)) return;
  ++calls_;
  const bool mutating = is_mutating(body);
  if (mutating && !leaves(who, aimed_at(effect_of(body), {nullptr, &body}))) return;
  if (told_.called) told_.called({nullptr, &body});
  if (mutating) told_.leaves({&who, nullptr, &body, &to});
  const auto reply = [this, who, answer, body](milliseconds wait, flink_answer what) {
    time_.after(wait, [this, who, answer, body, what = std::move(what)] {
      if (is_cut(who.process)) return;
      told_.answered({&who, &body, &what});
      answer(what);
    });
  };
  const auto there =
      chance_.between("latency", "flink request", milliseconds{0}, faults_.flink_latency_max);
  const auto back =
      chance_.between("latency", "flink answer", milliseconds{0}, faults_.flink_latency_max);
  const auto ahead = flink_course(body);
  switch (ahead.what) {
    case fate::refused:
      return reply(there, read(body, {ahead.why}));
    case fate::unavailable:
      return reply(there,
                   read(body, {refusal{refusal_reason::unavailable, "connection refused", {}}}));
    case fate::lost:
      return reply(call_patience, {given_up()});
    case fate::late:
    case fate::answer_lost: {
      const auto wait = ahead.what == fate::late ? ahead.lateness : there;
      time_.after(wait, [this, who, to, body = std::move(body)] {
        arrive(who, to, body, [](const flink_answer&) {});
      });
      return reply(call_patience, {given_up()});
    }
    case fate::throttled:
    case fate::beaten:
    case fate::garbled:
    case fate::delivered:
      break;
  }
  time_.after(there, [this, who, to, body = std::move(body), reply, back, what = ahead.what] {
    arrive(who, to, body, [this, body, reply, back, what](const flink_answer& told) {
      reply(back, what == fate::garbled ? half_of(body, told) : read(body, told));
    });
  });
}

}  // namespace drey::sim
