#include "sim/world/fabric.hpp"

#include <algorithm>
#include <utility>

#include "protocol/describe.hpp"
#include "protocol/primary_codec.hpp"

namespace drey::sim {

namespace {

/// After this a client gives a call up.
constexpr milliseconds call_patience{10'000};
constexpr int submissions_looked_at = 64;

refusal given_up() { return {refusal_reason::unknown_outcome, "no answer in time", {}}; }

effect_kind effect_of(const kube_body& body) {
  if (std::holds_alternative<kube_write_status>(body)) return effect_kind::status;
  if (std::holds_alternative<kube_create>(body) || std::holds_alternative<kube_apply>(body))
    return effect_kind::create;
  return effect_kind::any;
}

effect_kind effect_of(const flink_body& body) {
  if (std::holds_alternative<run_jar>(body)) return effect_kind::submit;
  if (std::holds_alternative<trigger_savepoint>(body)) return effect_kind::savepoint;
  return effect_kind::any;
}

/// Leases are not effects of the controller's work, and Events are not waited for.
bool counts(const kube_body& body) {
  if (!is_mutating(body)) return false;
  if (const auto* replace = std::get_if<kube_replace>(&body))
    return kind_of(*replace->wanted) != object_kind::lease;
  if (const auto* create = std::get_if<kube_create>(&body))
    return kind_of(*create->wanted) != object_kind::lease;
  if (const auto* apply = std::get_if<kube_apply>(&body))
    return kind_of(*apply->wanted) != object_kind::event;
  return true;
}

std::uint64_t key_of(std::uint32_t process, std::uint32_t id) {
  return (static_cast<std::uint64_t>(process) << 32) | id;
}

}  // namespace

std::string lineage_of(const kubernetes& kube, const job_id& id) {
  for (const auto& [at, live] : kube.all(object_kind::flink_session_job)) {
    const auto& uid = metadata_of(*live).uid;
    for (std::uint64_t n = 1; n <= submissions_looked_at; ++n)
      if (submission_id(uid, n) == id) return text_of_name(at) + "@" + uid;
  }
  return {};
}

namespace {

std::string text_of_call(const kube_body& body, const kube_answer& answer) {
  std::string what = std::visit(
      []<class T>(const T& one) -> std::string {
        std::string text{type_name<T>()};
        if constexpr (requires { one.wanted; }) {
          text += " " + std::string(name_of(kind_of(*one.wanted))) + " " +
                  text_of_name(name_of(*one.wanted));
          if (std::holds_alternative<flink_session_job>(*one.wanted))
            text += " " + encode_status(*one.wanted);
        } else {
          text += " " + std::string(name_of(one.kind));
        }
        return text;
      },
      body);
  if (const auto* why = std::get_if<refusal>(&answer.result))
    what += " → " + std::string(name_of(why->reason));
  return what;
}

std::string text_of_call(const flink_body& body) {
  return std::visit([]<class T>(const T&) { return std::string(type_name<T>()); }, body);
}

}  // namespace

fabric::fabric(timeline& time, choices& chance, const fault_profile& faults, kubernetes& kube,
               flink& jobs, storage& files, listeners told)
    : time_(time),
      chance_(chance),
      faults_(faults),
      kube_(kube),
      flink_(jobs),
      files_(files),
      told_(std::move(told)) {}

bool fabric::is_cut(std::uint32_t process) const {
  return std::ranges::find(cut_, process) != cut_.end();
}

bool fabric::one_in(std::string_view site, std::uint32_t per_mille) {
  if (calm_ || time_.now() >= faults_.until) return false;
  if (!chance_.happens("fault", site, per_mille)) return false;
  ++faults_injected_;
  told_.fault(site);
  return true;
}

fabric::fate fabric::kube_fate(bool mutating) {
  if (one_in("kube unavailable", faults_.kube_unavailable_per_mille)) return fate::unavailable;
  if (one_in("kube throttled", faults_.kube_throttled_per_mille)) return fate::throttled;
  if (one_in("kube request lost", faults_.kube_lost_request_per_mille)) return fate::lost;
  if (one_in("kube answer lost", faults_.kube_lost_answer_per_mille)) return fate::answer_lost;
  if (mutating && one_in("kube request late", faults_.kube_late_request_per_mille))
    return fate::late;
  return fate::delivered;
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

// ── crash points ────────────────────────────────────────────────────────────────────────────────

bool fabric::leaves(const caller& who, effect_kind what) {
  if (!crash_armed_ || crash_.moment != crash_moment::before) return true;
  if (crash_.effect != effect_kind::any && crash_.effect != what) return true;
  if (crash_.skip > 0) {
    --crash_.skip;
    return true;
  }
  crash_armed_ = false;
  told_.kill(who.process);
  return false;
}

void fabric::took_effect(const caller& who, effect_kind what) {
  ++effects_;
  if (crash_armed_ && crash_.moment == crash_moment::after &&
      (crash_.effect == effect_kind::any || crash_.effect == what)) {
    if (crash_.skip > 0) {
      --crash_.skip;
      return;
    }
    crash_armed_ = false;
    told_.kill(who.process);
    return;
  }
  if (one_in("operator crash after an effect", faults_.crash_after_effect_per_mille))
    told_.kill(who.process);
}

void fabric::cut_off(std::uint32_t process) {
  cut_.push_back(process);
  for (auto at = watches_.begin(); at != watches_.end();) {
    if (at->second.process != process) {
      ++at;
      continue;
    }
    kube_.unwatch(at->second.handle);
    at = watches_.erase(at);
  }
}

// ── Kubernetes ──────────────────────────────────────────────────────────────────────────────────

/// Somebody else touches the primary just before our write: an annotation, as people and tools do.
void fabric::rival_write(const kube_body& body) {
  const auto* status = std::get_if<kube_write_status>(&body);
  if (status == nullptr) return;
  const auto serial = std::to_string(calls_);
  kube_.edit(kind_of(*status->wanted), name_of(*status->wanted), "kubectl",
             [&](object& x) { metadata_of(x).annotations["example.com/touched"] = serial; });
}

void fabric::show(const caller& who, const std::string& what) const {
  if (told_.wire)
    told_.wire(std::to_string(time_.now().count()) + "ms " + who.identity + " " + what);
}

kube_answer fabric::arrive(const caller& who, const kube_body& body) {
  flink_.catch_up();  // whoever reads now reads what Flink has written by now
  if (is_mutating(body)) {
    if (one_in("rival write", faults_.kube_rival_write_per_mille)) rival_write(body);
    told_.arrives({&who, &body, nullptr, nullptr});
  }
  auto answer = kube_.call(body, who.identity);
  if (told_.wire && is_mutating(body)) show(who, text_of_call(body, answer));
  if (counts(body) && !std::holds_alternative<refusal>(answer.result))
    took_effect(who, effect_of(body));
  return answer;
}

void fabric::kube(const caller& who, kube_body body, std::function<void(kube_answer)> answer) {
  if (is_cut(who.process)) return;
  ++calls_;
  const bool mutating = counts(body);
  if (mutating && !leaves(who, effect_of(body))) return;
  if (is_mutating(body)) told_.leaves({&who, &body, nullptr, nullptr});
  const auto reply = [this, process = who.process, answer](milliseconds wait, kube_answer what) {
    time_.after(wait, [this, process, answer, what = std::move(what)] {
      if (!is_cut(process)) answer(what);
    });
  };
  const auto there =
      chance_.between("latency", "kube request", milliseconds{0}, faults_.kube_latency_max);
  const auto back =
      chance_.between("latency", "kube answer", milliseconds{0}, faults_.kube_latency_max);
  const auto what = kube_fate(mutating);
  switch (what) {
    case fate::unavailable:
      return reply(there, {refusal{refusal_reason::unavailable, "service unavailable", {}}});
    case fate::throttled:
      return reply(there,
                   {refusal{refusal_reason::too_many_requests, "slow down", milliseconds{1000}}});
    case fate::lost:
      return reply(call_patience, {given_up()});
    case fate::late:
    case fate::answer_lost: {
      const auto wait = what == fate::late ? chance_.between("latency", "late request",
                                                             call_patience, faults_.late_max)
                                           : there;
      time_.after(wait, [this, who, body = std::move(body)] { arrive(who, body); });
      return reply(call_patience, {given_up()});
    }
    case fate::garbled:
    case fate::delivered:
      break;
  }
  time_.after(there,
              [this, who, body = std::move(body), reply, back] { reply(back, arrive(who, body)); });
}

void fabric::watch(const caller& who, kube_watch wanted, std::function<void(watch_event)> event,
                   std::function<void(watch_ended)> ended) {
  if (is_cut(who.process)) return;
  ++calls_;
  const auto key = key_of(who.process, wanted.id);
  const auto there =
      chance_.between("latency", "kube request", milliseconds{0}, faults_.kube_latency_max);
  time_.after(there, [this, process = who.process, wanted = std::move(wanted), key, event, ended] {
    if (is_cut(process)) return;
    watches_[key] = {process, wanted.id, 0, time_.now(), false, event, ended};
    const auto handle = kube_.watch(
        wanted, [this, key](watch_event one) { pass_on(key, std::move(one)); },
        [this, key](watch_ended one) { end_watch(key, one.why.reason, milliseconds{0}); });
    const auto open = watches_.find(key);
    if (open != watches_.end()) open->second.handle = handle;
  });
}

/// Events of one stream keep their order; other streams may be faster.
void fabric::pass_on(std::uint64_t key, watch_event event) {
  const auto open = watches_.find(key);
  if (open == watches_.end() || open->second.broken) return;
  if (one_in("watch broken silently", faults_.watch_broken_per_mille)) {
    open->second.broken = true;
    return end_watch(key, refusal_reason::unknown_outcome, milliseconds{90'000});
  }
  if (one_in("watch expired", faults_.watch_expired_per_mille))
    return end_watch(key, refusal_reason::gone, milliseconds{0});
  const auto delay =
      chance_.between("latency", "watch event", milliseconds{0}, faults_.watch_delay_max);
  open->second.last_due = std::max(open->second.last_due, time_.now() + delay);
  time_.at(open->second.last_due, [this, key, event = std::move(event)] {
    const auto still = watches_.find(key);
    if (still != watches_.end()) still->second.event(event);
  });
}

void fabric::end_watch(std::uint64_t key, refusal_reason reason, milliseconds wait) {
  const auto open = watches_.find(key);
  if (open == watches_.end()) return;
  const auto due = std::max(open->second.last_due, time_.now() + wait);
  open->second.last_due = due;
  open->second.broken = true;
  time_.at(due, [this, key, reason] {
    const auto still = watches_.find(key);
    if (still == watches_.end()) return;
    const auto ended = still->second.ended;
    const auto id = still->second.id;
    kube_.unwatch(still->second.handle);
    watches_.erase(still);
    ended({id, {reason, "the stream is over", {}}});
  });
}

void fabric::unwatch(const caller& who, std::uint32_t id) {
  const auto open = watches_.find(key_of(who.process, id));
  if (open == watches_.end()) return;
  kube_.unwatch(open->second.handle);
  watches_.erase(open);
}

// ── Flink ───────────────────────────────────────────────────────────────────────────────────────

/// The ledger of the model tells jobs of one resource by their name.
flink_body fabric::with_lineage(flink_body body) const {
  if (auto* run = std::get_if<run_jar>(&body)) {
    auto lineage = lineage_of(kube_, run->job);
    if (!lineage.empty()) run->flink_configuration["pipeline.name"] = std::move(lineage);
  }
  return body;
}

void fabric::arrive(const caller& who, const flink_endpoint& to, const flink_body& body,
                    std::function<void(flink_answer)> answer) {
  const bool mutating = is_mutating(body);
  if (mutating) told_.arrives({&who, nullptr, &body, &to});
  if (told_.wire && mutating) show(who, text_of_call(body));
  flink_.call(to, with_lineage(body), std::move(answer));
  if (mutating) took_effect(who, effect_of(body));
}

void fabric::flink_rest(const caller& who, const flink_endpoint& to, flink_body body,
                        std::function<void(flink_answer)> answer) {
  if (is_cut(who.process)) return;
  ++calls_;
  const bool mutating = is_mutating(body);
  if (mutating && !leaves(who, effect_of(body))) return;
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
  const auto what = flink_fate(mutating);
  switch (what) {
    case fate::unavailable:
      return reply(there, {refusal{refusal_reason::unavailable, "connection refused", {}}});
    case fate::lost:
      return reply(call_patience, {given_up()});
    case fate::late:
    case fate::answer_lost: {
      const auto wait = what == fate::late ? chance_.between("latency", "late request",
                                                             call_patience, faults_.late_max)
                                           : there;
      time_.after(wait, [this, who, to, body = std::move(body)] {
        arrive(who, to, body, [](flink_answer) {});
      });
      return reply(call_patience, {given_up()});
    }
    case fate::throttled:
    case fate::garbled:
    case fate::delivered:
      break;
  }
  time_.after(there, [this, who, to, body = std::move(body), reply, back, what] {
    arrive(who, to, body, [reply, back, what](flink_answer told) {
      if (what == fate::garbled) told = {refusal{refusal_reason::malformed, "half an answer", {}}};
      reply(back, std::move(told));
    });
  });
}

void fabric::store(const caller& who, storage_request body,
                   std::function<void(storage_answer)> answer) {
  if (is_cut(who.process)) return;
  ++calls_;
  const auto wait =
      chance_.between("latency", "storage", milliseconds{0}, faults_.flink_latency_max);
  time_.after(wait, [this, who, body = std::move(body), answer = std::move(answer)] {
    auto told = files_.call(body);
    if (!is_cut(who.process)) answer(std::move(told));
  });
}

}  // namespace drey::sim
