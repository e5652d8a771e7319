#include "actors/rivals.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "protocol/limits.hpp"

namespace drey {

namespace {

/// What field managers of operators are called: Apache's writes status as its client library is
/// called, fabric8-kubernetes-client.
bool is_called_as_operators_are(std::string name) {
  constexpr std::array<std::string_view, 4> words{"fabric8", "operator", "controller", "flink"};
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::any_of(
      words, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

/// When drey wrote the status; none: never, or nothing is left of it.
std::optional<milliseconds> own_write(const object_meta& meta) {
  const auto own = std::ranges::find(meta.status_writers, field_manager, &status_writer::manager);
  return own == meta.status_writers.end() ? std::nullopt : std::optional(own->time);
}

/// A write that was there before this process looked: it tells of one that is at work when it is
/// newer than drey's and recent. Of one that writes seldom nothing is recent: where drey never
/// wrote, any write of a cluster's or job's status is listened behind.
bool is_of_one_at_work(const status_writer& writer, const object& live, milliseconds wall) {
  const auto own = own_write(metadata_of(live));
  if (own && writer.time <= *own) return false;
  if (wall - writer.time < limits::rival_silence) return true;
  return !own && kind_of(live) != object_kind::flink_state_snapshot;
}

}  // namespace

bool has_foreign_writer(const object_meta& meta) {
  return std::ranges::any_of(meta.status_writers,
                             [](const auto& one) { return one.manager != field_manager; });
}

bool rival_book::is_operator(const std::string& ns, const std::string& manager, milliseconds now) {
  if (is_called_as_operators_are(manager)) return true;
  auto& writes = unknown_[{ns, manager}];
  writes.push_back(now);
  while (now - writes.front() > limits::rival_window) writes.pop_front();
  if (writes.size() > limits::rival_writes_min) writes.pop_front();
  return writes.size() == limits::rival_writes_min;
}

std::string rival_book::seen(const object& live, moment now) {
  const auto& meta = metadata_of(live);
  const auto told = newest_.find(meta.uid);
  const bool first = told == newest_.end();
  if (first && !has_foreign_writer(meta) && !is_told_to_yield(live)) {
    newest_[meta.uid];
    return {};
  }
  auto& newest = first ? newest_[meta.uid] : told->second;
  std::string found;
  for (const auto& writer : meta.status_writers) {
    if (writer.manager == field_manager) continue;
    if (writer.time <= newest[writer.manager]) continue;
    newest[writer.manager] = writer.time;
    if (first && !is_of_one_at_work(writer, live, now.wall)) continue;
    if (is_operator(meta.ns, writer.manager, now.monotonic)) found = writer.manager;
  }
  // A process before this one yielded: its own condition is the newest write.
  if (first && found.empty() && is_told_to_yield(live)) found = "another operator";
  return found;
}

// ── what is told ────────────────────────────────────────────────────────────────────────────────

std::string text_of_yielding(const std::string& manager) {
  return manager +
         " writes status in this namespace, so drey only observes here: its log says what it would "
         "do. To hand over, end the other operator (kubectl scale --replicas=0): drey takes over "
         "after five minutes without a write of it, longer where it came back before. To keep it, "
         "give drey other resources to look after (--namespaces, --label-selector)";
}

condition yielding_to(const std::string& manager, std::int64_t generation) {
  return {std::string(yielding_condition), "True", "AnotherOperator",
          text_of_yielding(manager),       {},     generation};
}

bool is_told_to_yield(const object& primary) {
  return std::visit(
      []<class T>(const T& one) {
        if constexpr (requires { one.status.conditions; })
          return std::ranges::any_of(one.status.conditions, [](const condition& x) {
            return x.type == yielding_condition && x.status == "True";
          });
        else
          return false;
      },
      primary);
}

void forget_yield(std::vector<condition>& all) {
  std::erase_if(all, [](const condition& one) { return one.type == yielding_condition; });
}

}  // namespace drey
