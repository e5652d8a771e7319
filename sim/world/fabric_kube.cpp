/// The way to the API server and back, and its watches.
#include <algorithm>
#include <utility>

#include "sim/world/call_text.hpp"
#include "sim/world/fabric.hpp"

namespace drey::sim {

namespace {

effect_kind effect_of(const kube_body& body) {
  if (std::holds_alternative<kube_write_status>(body)) return effect_kind::status;
  if (std::holds_alternative<kube_create>(body) || std::holds_alternative<kube_apply>(body))
    return effect_kind::create;
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

fabric::fate fabric::kube_fate(bool mutating) {
  if (one_in("kube unavailable", faults_.kube_unavailable_per_mille)) return fate::unavailable;
  if (one_in("kube throttled", faults_.kube_throttled_per_mille)) return fate::throttled;
  if (one_in("kube request lost", faults_.kube_lost_request_per_mille)) return fate::lost;
  if (one_in("kube answer lost", faults_.kube_lost_answer_per_mille)) return fate::answer_lost;
  if (mutating && one_in("kube request late", faults_.kube_late_request_per_mille))
    return fate::late;
  return fate::delivered;
}

/// Somebody else touches the primary just before our write: an annotation, as people and tools do.
void fabric::rival_write(const kube_body& body) {
  const auto touch = [&](object_kind kind, const object_name& name) {
    kube_.edit(kind, name, "kubectl", [&](object& x) {
      metadata_of(x).annotations["example.com/touched"] = std::to_string(calls_);
    });
  };
  if (const auto* status = std::get_if<kube_write_status>(&body))
    touch(kind_of(*status->wanted), name_of(*status->wanted));
  else if (const auto* finalizers = std::get_if<kube_write_finalizers>(&body))
    touch(finalizers->kind, finalizers->name);
}

/// The request as its server reads it.
kube_answer fabric::arrive(const caller& who, const kube_body& asked) {
  return form_ == wire_form::encoded ? perform(who, through_http(asked)) : perform(who, asked);
}

kube_answer fabric::read(const kube_body& asked, const kube_answer& answer) const {
  return form_ == wire_form::encoded ? through_http(asked, answer) : answer;
}

kube_answer fabric::perform(const caller& who, const kube_body& body) {
  flink_.catch_up();  // whoever reads now reads what Flink has written by now
  if (is_mutating(body)) {
    if (one_in("rival write", faults_.kube_rival_write_per_mille)) rival_write(body);
    told_.arrives({&who, &body, nullptr, nullptr});
  }
  const auto target = aimed_at(effect_of(body), {&body, nullptr});
  auto answer = answered(body, who);
  if (told_.trace && is_mutating(body)) show(who, text_of_call(body, answer));
  if (counts(body) && !std::holds_alternative<refusal>(answer.result)) took_effect(who, target);
  return answer;
}

/// By the API server as it is, or by one that stands still.
kube_answer fabric::answered(const kube_body& body, const caller& who) {
  const auto* asked = std::get_if<kube_list>(&body);
  const auto* old = asked == nullptr ? nullptr : directed_.old_list(*asked, time_.now());
  return old == nullptr ? kube_.call(body, who.identity) : kube_answer{*old};
}

fabric::course fabric::kube_course(const kube_body& body) {
  if (auto directed = directed_course({&body, nullptr})) return *directed;
  const auto what = kube_fate(counts(body));
  if (what != fate::late) return {what, {}, {}};
  return {what, {}, chance_.between("latency", "late request", call_patience, faults_.late_max)};
}

void fabric::show_objects(std::uint32_t process, const kube_answer& answer) const {
  if (!told_.shown) return;
  if (const auto* one = std::get_if<object_ptr>(&answer.result)) told_.shown(process, **one);
  if (const auto* list = std::get_if<object_list>(&answer.result))
    for (const auto& one : list->items) told_.shown(process, *one);
}

void fabric::kube(const caller& who, kube_body body,
                  const std::function<void(kube_answer)>& answer) {
  if (is_cut(who.process)) return;
  ++calls_;
  const bool mutating = counts(body);
  if (mutating && !leaves(who, aimed_at(effect_of(body), {&body, nullptr}))) return;
  if (told_.called) told_.called({&body, nullptr});
  if (is_mutating(body)) told_.leaves({&who, &body, nullptr, nullptr});
  const auto reply = [this, process = who.process, answer](milliseconds wait, kube_answer what) {
    time_.after(wait, [this, process, answer, what = std::move(what)] {
      if (is_cut(process)) return;
      show_objects(process, what);
      answer(what);
    });
  };
  const auto there =
      chance_.between("latency", "kube request", milliseconds{0}, faults_.kube_latency_max);
  const auto back =
      chance_.between("latency", "kube answer", milliseconds{0}, faults_.kube_latency_max);
  const auto ahead = kube_course(body);
  switch (ahead.what) {
    case fate::refused:
      return reply(there, read(body, {ahead.why}));
    case fate::unavailable:
      return reply(there,
                   read(body, {refusal{refusal_reason::unavailable, "service unavailable", {}}}));
    case fate::throttled:
      return reply(there, read(body, {refusal{refusal_reason::too_many_requests, "slow down",
                                              milliseconds{1000}}}));
    case fate::lost:
      return reply(call_patience, {given_up()});
    case fate::late:
    case fate::answer_lost: {
      const auto wait = ahead.what == fate::late ? ahead.lateness : there;
      time_.after(wait, [this, who, body = std::move(body)] { arrive(who, body); });
      return reply(call_patience, {given_up()});
    }
    case fate::beaten:
    case fate::garbled:
    case fate::delivered:
      break;
  }
  time_.after(there, [this, who, body = std::move(body), reply, back, what = ahead.what] {
    if (what == fate::beaten) rival_write(body);
    reply(back, read(body, arrive(who, body)));
  });
}

void fabric::watch(const caller& who, kube_watch wanted,
                   const std::function<void(watch_event)>& event,
                   const std::function<void(watch_ended)>& ended) {
  if (is_cut(who.process)) return;
  ++calls_;
  const auto key = key_of(who.process, wanted.id);
  const auto there =
      chance_.between("latency", "kube request", milliseconds{0}, faults_.kube_latency_max);
  time_.after(there, [this, process = who.process, wanted = std::move(wanted), key, event, ended] {
    if (is_cut(process)) return;
    watches_[key] = {process, wanted, 0, time_.now(), false, event, ended};
    const auto handle = kube_.watch(
        form_ == wire_form::encoded ? through_http(wanted) : wanted,
        [this, key](watch_event one) { pass_on(key, std::move(one)); },
        [this, key](const watch_ended& one) { end_watch(key, one.why.reason, milliseconds{0}); });
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
    return end_watch(key, refusal_reason::unknown_outcome, silence_max);
  }
  if (one_in("watch expired", faults_.watch_expired_per_mille))
    return end_watch(key, refusal_reason::gone, milliseconds{0});
  const auto delay =
      chance_.between("latency", "watch event", milliseconds{0}, faults_.watch_delay_max);
  const auto told = directed_.told_from(open->second.wanted.kind, time_.now());
  open->second.last_due = std::max({open->second.last_due, time_.now() + delay, told});
  time_.at(open->second.last_due, [this, key, event = std::move(event)] {
    const auto still = watches_.find(key);
    if (still == watches_.end()) return;
    if (told_.shown && event.seen) told_.shown(still->second.process, *event.seen);
    still->second.event(form_ == wire_form::encoded ? through_http(still->second.wanted, event)
                                                    : event);
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
    const auto wanted = still->second.wanted;
    const watch_ended over{wanted.id, {reason, "the stream is over", {}}};
    kube_.unwatch(still->second.handle);
    watches_.erase(still);
    ended(form_ == wire_form::encoded ? through_http(wanted, over) : over);
  });
}

void fabric::break_watches(object_kind kind) {
  for (auto& [key, open] : watches_) {
    if (open.wanted.kind != kind || open.broken) continue;
    open.broken = true;
    end_watch(key, refusal_reason::unknown_outcome, silence_max);
  }
}

void fabric::unwatch(const caller& who, std::uint32_t id) {
  const auto open = watches_.find(key_of(who.process, id));
  if (open == watches_.end()) return;
  kube_.unwatch(open->second.handle);
  watches_.erase(open);
}

}  // namespace drey::sim
