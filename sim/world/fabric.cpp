#include "sim/world/fabric.hpp"

#include <algorithm>
#include <utility>

#include "protocol/describe.hpp"

namespace drey::sim {

fabric::fabric(timeline& time, choices& chance, const fault_profile& faults, kubernetes& kube,
               flink& jobs, storage& files, wire_form form, listeners told)
    : time_(time),
      chance_(chance),
      faults_(faults),
      kube_(kube),
      flink_(jobs),
      files_(files),
      form_(form),
      told_(std::move(told)),
      directed_(kube) {}

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

// ── crash points ────────────────────────────────────────────────────────────────────────────────

fabric::aim fabric::aimed_at(effect_kind what, const operator_call& call) const {
  if (!crash_armed_) return aim::missed;
  if (crash_.call) return fits(*crash_.call, call, kube_) ? aim::hit : aim::missed;
  return crash_.effect == effect_kind::any || crash_.effect == what ? aim::hit : aim::missed;
}

bool fabric::leaves(const caller& who, aim at) {
  if (at == aim::missed || crash_.moment != crash_moment::before) return true;
  if (crash_.skip > 0) {
    --crash_.skip;
    return true;
  }
  crash_armed_ = false;
  told_.kill(who.process, crash_.back_after);
  return false;
}

void fabric::took_effect(const caller& who, aim at) {
  ++effects_;
  if (crash_armed_ && crash_.moment == crash_moment::after && at == aim::hit) {
    if (crash_.skip > 0) {
      --crash_.skip;
      return;
    }
    crash_armed_ = false;
    told_.kill(who.process, crash_.back_after);
    return;
  }
  if (one_in("operator crash after an effect", faults_.crash_after_effect_per_mille))
    told_.kill(who.process, crash_plan{}.back_after);
}

// ── what the scenario has planned for a call ────────────────────────────────────────────────────

std::optional<fabric::course> fabric::directed_course(const operator_call& call) {
  const auto planned = directed_.fate_of(call, time_.now());
  if (!planned) return std::nullopt;
  switch (planned->fate) {
    case call_fate::refused:
      return course{fate::refused, {planned->why, "the scenario refuses it", {}}, {}};
    case call_fate::answer_lost:
      return course{fate::answer_lost, {}, {}};
    case call_fate::request_lost:
      return course{fate::lost, {}, {}};
    case call_fate::request_late:
      return course{fate::late, {}, 2 * call_patience};
    case call_fate::rival_write:
      break;
  }
  return course{fate::beaten, {}, {}};
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

void fabric::show(const caller& who, const std::string& what) const {
  if (told_.trace)
    told_.trace(std::to_string(time_.now().count()) + "ms " + who.identity + " " + what);
}

// ── storage, which has no wire form ──

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
