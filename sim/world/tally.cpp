#include "sim/world/tally.hpp"

#include <utility>

namespace drey::sim {

namespace {

constexpr std::string_view operators_user = "drey-operator";

bool is_of(const pods_kept& x, const object_ptr& seen) {
  const auto& meta = metadata_of(*seen);
  const auto says = [&](const char* key, const std::string& value) {
    const auto found = meta.labels.find(key);
    return found != meta.labels.end() && found->second == value;
  };
  return meta.ns == x.cluster.ns && says("app", x.cluster.name) &&
         (x.component.empty() || says("component", x.component));
}

/// What disturbs those who count on the pod; empty: nothing that does.
std::string disturbance(const object_change& change) {
  const auto& after = std::get<pod>(*change.after);
  if (change.type == watch_event_type::added) return "pod " + after.metadata.name + " was made";
  if (change.type == watch_event_type::deleted) return "pod " + after.metadata.name + " went";
  const auto& before = std::get<pod>(*change.before);
  if (after.metadata.deletion_timestamp && !before.metadata.deletion_timestamp)
    return "pod " + after.metadata.name + " was deleted";
  if (after.restart_count > before.restart_count)
    return "pod " + after.metadata.name + " was restarted";
  return {};
}

}  // namespace

tally::tally(const std::vector<expectation>& all, const timeline& time, const kubernetes& kube)
    : time_(time), kube_(kube) {
  for (const auto& one : all)
    if (std::holds_alternative<operator_called>(one.what) ||
        std::holds_alternative<operator_made>(one.what) ||
        std::holds_alternative<pods_kept>(one.what)) {
      wanted_.push_back(one.what);
      counts_[sentence_of(one.what)];
    }
}

void tally::count(const expected& what, const window& when, const std::string& text) {
  const auto now = time_.now();
  if (now < when.since.value_or(now) || now > when.until.value_or(now)) return;
  auto& one = counts_[sentence_of(what)];
  ++one.times;
  one.last = std::to_string(now.count()) + " ms" + (text.empty() ? "" : ": " + text);
}

void tally::called(const operator_call& call) {
  for (const auto& one : wanted_)
    if (const auto* wanted = std::get_if<operator_called>(&one))
      if (fits(wanted->calls, call, kube_)) count(one, wanted->when, {});
}

void tally::changed(const object_change& change) {
  for (const auto& one : wanted_) {
    if (const auto* made = std::get_if<operator_made>(&one))
      if (change.type == watch_event_type::added && change.kind == made->kind &&
          drey::name_of(*change.after) == made->name && change.user.starts_with(operators_user))
        count(one, made->when, {});
    if (const auto* kept = std::get_if<pods_kept>(&one))
      if (change.kind == object_kind::pod && is_of(*kept, change.after))
        if (auto text = disturbance(change); !text.empty()) count(one, kept->when, text);
  }
}

}  // namespace drey::sim
