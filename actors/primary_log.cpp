#include "actors/primary_log.hpp"

#include <charconv>
#include <type_traits>

#include "actors/planted_bugs.hpp"
#include "actors/spec_problem.hpp"

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

std::vector<std::string> finalizers_with(const object& x, const finalizer_wish& wish) {
  auto all = metadata_of(x).finalizers;
  std::erase(all, wish.name);
  if (wish.change == finalizer_change::add) all.push_back(wish.name);
  return all;
}

bool is_granted(const object& x, const finalizer_wish& wish) {
  const bool there = has_finalizer(metadata_of(x), wish.name);
  return there == (wish.change == finalizer_change::add);
}

/// The API server takes no new finalizer on what is being deleted.
bool is_hopeless(const object& x, const finalizer_wish& wish) {
  return wish.change == finalizer_change::add && metadata_of(x).deletion_timestamp.has_value();
}

void append(log_actions& all, const log_actions& more) {
  all.insert(all.end(), more.begin(), more.end());
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

void primary_log::seen(const object_ptr& live) {
  if (base_ && is_fresher(*base_, *live)) return;
  const bool same = base_ && !is_fresher(*live, *base_);
  if (same && wanted_ == base_) wanted_ = live;
  base_ = live;
}

log_actions primary_log::want(object_ptr wanted, std::optional<ticket> intent, milliseconds now) {
  wanted_ = std::move(wanted);
  if (intent) intents_.push_back(*intent);
  if (is_busy()) return {};
  if (at_ == position::waiting && !intent) return {};
  return go_on(now);
}

log_actions primary_log::want(finalizer_wish wish, milliseconds now) {
  wish_ = std::move(wish);
  return is_busy() ? log_actions{} : go_on(now);
}

/// What is to be written next, if anything: the finalizer, then the status.
log_actions primary_log::go_on(milliseconds now) {
  at_ = position::settled;
  if (!base_) return {};
  if (!wish_) return write_status_if_needed(now);
  if (is_granted(*base_, *wish_)) {
    const bool over = wish_->change == finalizer_change::remove;
    auto all = report_finalizer(log_outcome::durable);
    if (!over) append(all, write_status_if_needed(now));
    return all;
  }
  if (is_hopeless(*base_, *wish_)) {
    auto all = report_finalizer(log_outcome::superseded);
    append(all, write_status_if_needed(now));
    return all;
  }
  at_ = position::writing_finalizers;
  return {log_write_finalizers{base_, finalizers_with(*base_, *wish_)}};
}

log_actions primary_log::write_status_if_needed(milliseconds now) {
  if (!wanted_) return {};
  if (wanted_ == base_ || same_status(*base_, *wanted_)) {
    wanted_ = base_;  // one copy of it is enough
    return report(intents_, log_outcome::durable);
  }
  const auto since = now - last_write_;
  if (intents_.empty() && since < limits::status_write_spacing) {
    at_ = position::waiting;
    return {log_wait{limits::status_write_spacing - since}};
  }
  return start_write(now);
}

log_actions primary_log::start_write(milliseconds now) {
  at_ = position::writing_status;
  last_write_ = now;
  sent_ = with_status(*base_, *wanted_);
  intents_sent_.insert(intents_sent_.end(), intents_.begin(), intents_.end());
  intents_.clear();
  return {log_write{sent_}};
}

log_actions primary_log::back_off() {
  at_ = position::waiting;
  intents_.insert(intents_.begin(), intents_sent_.begin(), intents_sent_.end());
  intents_sent_.clear();
  return {log_wait{backoff(++tries_, limits::call_retry_first, limits::call_retry_max)}};
}

log_actions primary_log::report(std::vector<ticket>& which, log_outcome outcome) {
  log_actions all;
  for (const auto one : which) all.push_back(log_report{one, outcome});
  which.clear();
  return all;
}

/// Once our finalizer is gone the resource is not ours any more: nothing else is written to it.
log_actions primary_log::report_finalizer(log_outcome outcome) {
  const auto wish = *wish_;
  wish_.reset();
  log_actions all{log_finalizer_report{wish.request, outcome}};
  if (wish.change == finalizer_change::remove && outcome == log_outcome::durable) {
    wanted_.reset();
    append(all, report(intents_, log_outcome::superseded));
  }
  return all;
}

/// The resource is not there: nothing can be written, and our finalizer is not on it.
log_actions primary_log::gone() {
  at_ = position::settled;
  absence_ = absence::none;
  auto all = report(intents_sent_, log_outcome::superseded);
  append(all, report(intents_, log_outcome::superseded));
  if (!wish_) return all;
  const bool removed = wish_->change == finalizer_change::remove;
  append(all, report_finalizer(removed ? log_outcome::durable : log_outcome::superseded));
  return all;
}

log_actions primary_log::written(const kube_answer& answer, milliseconds now) {
  if (const auto* live = std::get_if<object_ptr>(&answer.result)) {
    tries_ = 0;
    sent_.reset();
    if (is_fresher(**live, *base_)) base_ = *live;
    auto all = report(intents_sent_, log_outcome::durable);
    append(all, go_on(now));
    return all;
  }
  const auto& why = std::get<refusal>(answer.result);
  if (why.reason == refusal_reason::conflict || why.reason == refusal_reason::not_found ||
      may_have_happened(why.reason)) {
    at_ = at_ == position::writing_finalizers ? position::reading_finalizers : position::reading;
    return {log_read{}};
  }
  return back_off();
}

/// What stands between us and the API server may say so for a moment, too.
log_actions primary_log::not_found() {
  if (absence_ == absence::looked_for || is_planted(planted_bug::believed_absence)) return gone();
  absence_ = absence::seen_once;
  return {log_wait{limits::call_retry_first}};
}

log_actions primary_log::read(const kube_answer& answer, milliseconds now) {
  if (const auto* live = std::get_if<object_ptr>(&answer.result)) return after_read(*live, now);
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why != nullptr && why->reason == refusal_reason::not_found) return not_found();
  absence_ = absence::none;
  return back_off();
}

log_actions primary_log::after_read(const object_ptr& live, milliseconds now) {
  const bool status_was_sent = at_ == position::reading;
  const bool ours = status_was_sent && same_status(*live, *sent_);  // only the answer was lost
  const bool untouched = same_request(*live, *base_) && same_status(*live, *base_);
  base_ = live;
  sent_.reset();
  tries_ = 0;
  absence_ = absence::none;
  log_actions all;
  if (ours) {
    all = report(intents_sent_, log_outcome::durable);
  } else if (untouched) {
    intents_.insert(intents_.begin(), intents_sent_.begin(), intents_sent_.end());
    intents_sent_.clear();
  } else {
    all = report(intents_sent_, log_outcome::superseded);
    append(all, report(intents_, log_outcome::superseded));
    wanted_.reset();  // computed from what is not so any more: its owner looks again
  }
  append(all, go_on(now));
  return all;
}

log_actions primary_log::waited(milliseconds now) {
  if (absence_ == absence::seen_once) {
    absence_ = absence::looked_for;
    return {log_read{}};
  }
  if (at_ != position::waiting) return {};
  return go_on(now);
}

}  // namespace drey
