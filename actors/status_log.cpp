#include "actors/status_log.hpp"

#include <charconv>
#include <type_traits>

#include "actors/planted_bugs.hpp"

namespace drey {

namespace {

template <class T>
concept primary = requires(const T& x) {
  x.status == x.status;
};

std::uint64_t revision_of(const object& x) {
  std::uint64_t number = 0;
  const auto& text = metadata_of(x).resource_version;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// `live` with the status of `wanted`: what a repeated write is computed from.
object_ptr with_status(const object& live, const object& wanted) {
  auto copy = std::make_shared<object>(live);
  std::visit(
      [&]<class T>(T& one) {
        if constexpr (primary<T>)
          if (const auto* from = std::get_if<T>(&wanted)) one.status = from->status;
      },
      *copy);
  if (is_planted(planted_bug::unversioned_status)) metadata_of(*copy).resource_version.clear();
  return copy;
}

bool same_request(const object& a, const object& b) {
  const auto& x = metadata_of(a);
  const auto& y = metadata_of(b);
  return x.uid == y.uid && x.generation == y.generation &&
         x.deletion_timestamp.has_value() == y.deletion_timestamp.has_value();
}

}  // namespace

bool is_fresher(const object& a, const object& b) { return revision_of(a) > revision_of(b); }

bool same_status(const object& a, const object& b) {
  return std::visit(
      [&]<class T>(const T& one) {
        if constexpr (primary<T>) {
          const auto* other = std::get_if<T>(&b);
          return other != nullptr && one.status == other->status;
        } else {
          return true;
        }
      },
      a);
}

void status_log::seen(const object_ptr& live) {
  if (!base_ || is_fresher(*live, *base_)) base_ = live;
}

log_actions status_log::want(object_ptr wanted, std::optional<ticket> intent, milliseconds now) {
  wanted_ = std::move(wanted);
  if (intent) intents_.push_back(*intent);
  if (at_ == position::writing || at_ == position::reading) return {};
  if (at_ == position::waiting && !intent) return {};
  return write_if_needed(now);
}

log_actions status_log::write_if_needed(milliseconds now) {
  at_ = position::settled;
  if (!base_ || !wanted_) return {};
  if (same_status(*base_, *wanted_)) return report(intents_, log_outcome::durable);
  const auto since = now - last_write_;
  if (intents_.empty() && since < limits::status_write_spacing) {
    at_ = position::waiting;
    return {log_wait{limits::status_write_spacing - since}};
  }
  return start_write(now);
}

log_actions status_log::start_write(milliseconds now) {
  at_ = position::writing;
  last_write_ = now;
  sent_ = with_status(*base_, *wanted_);
  intents_sent_.insert(intents_sent_.end(), intents_.begin(), intents_.end());
  intents_.clear();
  return {log_write{sent_}};
}

log_actions status_log::back_off() {
  at_ = position::waiting;
  intents_.insert(intents_.begin(), intents_sent_.begin(), intents_sent_.end());
  intents_sent_.clear();
  return {log_wait{backoff(++tries_, limits::call_retry_first, limits::call_retry_max)}};
}

log_actions status_log::report(std::vector<ticket>& which, log_outcome outcome) {
  log_actions all;
  for (const auto one : which) all.push_back(log_report{one, outcome});
  which.clear();
  return all;
}

log_actions status_log::written(const kube_answer& answer, milliseconds now) {
  if (const auto* live = std::get_if<object_ptr>(&answer.result)) {
    tries_ = 0;
    seen(*live);
    auto all = report(intents_sent_, log_outcome::durable);
    auto more = write_if_needed(now);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  const auto& why = std::get<refusal>(answer.result);
  if (why.reason == refusal_reason::conflict || may_have_happened(why.reason)) {
    at_ = position::reading;
    return {log_read{}};
  }
  if (why.reason == refusal_reason::not_found) {
    at_ = position::settled;
    auto all = report(intents_sent_, log_outcome::superseded);
    auto more = report(intents_, log_outcome::superseded);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  return back_off();
}

log_actions status_log::read(const kube_answer& answer, milliseconds now) {
  const auto* live = std::get_if<object_ptr>(&answer.result);
  if (live == nullptr) {
    const auto* why = std::get_if<refusal>(&answer.result);
    if (why != nullptr && why->reason == refusal_reason::not_found) {
      at_ = position::settled;
      return report(intents_sent_, log_outcome::superseded);
    }
    return back_off();
  }
  const bool ours = same_status(**live, *sent_);  // the answer was lost, the write was not
  const bool untouched = same_request(**live, *base_) && same_status(**live, *base_);
  base_ = *live;
  tries_ = 0;
  if (ours || untouched) {
    if (ours) {
      auto all = report(intents_sent_, log_outcome::durable);
      auto more = write_if_needed(now);
      all.insert(all.end(), more.begin(), more.end());
      return all;
    }
    intents_.insert(intents_.begin(), intents_sent_.begin(), intents_sent_.end());
    intents_sent_.clear();
    return write_if_needed(now);
  }
  at_ = position::settled;
  auto all = report(intents_sent_, log_outcome::superseded);
  auto more = report(intents_, log_outcome::superseded);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

log_actions status_log::waited(milliseconds now) {
  if (at_ != position::waiting) return {};
  return write_if_needed(now);
}

}  // namespace drey
