#include "sim/world/directed_faults.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {

namespace {

static_assert(std::variant_size_v<kube_body> == static_cast<std::size_t>(call_verb::jobs) &&
                  std::variant_size_v<kube_body> + std::variant_size_v<flink_body> ==
                      call_verbs_count,
              "the words for calls stand in the order of the calls");

struct subject_of_call {
  std::optional<object_kind> kind;  ///< none: of no kind that drey keeps
  object_name name;                 ///< empty: of a list
};

subject_of_call subject_of(const kube_body& body) {
  return std::visit(
      []<class T>(const T& x) -> subject_of_call {
        if constexpr (requires { x.wanted; })
          return {kind_of(*x.wanted), drey::name_of(*x.wanted)};
        else if constexpr (!requires { x.kind; })
          return {};
        else if constexpr (requires { x.name; })
          return {x.kind, x.name};
        else
          return {x.kind, {}};
      },
      body);
}

bool has_verb(call_verb verb, const kube_body& body, const kubernetes& kube) {
  if (static_cast<std::size_t>(verb) == body.index()) return true;
  if (verb != call_verb::create || !std::holds_alternative<kube_apply>(body)) return false;
  const auto about = subject_of(body);
  return kube.find(*about.kind, about.name) == nullptr;
}

}  // namespace

bool fits(const call_pattern& wanted, const operator_call& call, const kubernetes& kube) {
  if (call.flink != nullptr)
    return static_cast<std::size_t>(wanted.verb) ==
           static_cast<std::size_t>(call_verb::jobs) + call.flink->index();
  if (!is_of_kubernetes(wanted.verb) || !has_verb(wanted.verb, *call.kube, kube)) return false;
  const auto about = subject_of(*call.kube);
  return (!wanted.kind || about.kind == wanted.kind) &&
         about.name == wanted.name.value_or(about.name);
}

void directed_faults::plan(const hinder_calls& what, milliseconds now) {
  planned_.push_back({what, what.times, now + what.length, {}, 0});
}

void directed_faults::plan(const hold_watch& what, milliseconds now) {
  planned_.push_back({what, 0, now + what.length, {}, 0});
}

void directed_faults::plan(const old_lists& what, object_list old, milliseconds now) {
  planned_.push_back({what, 0, now + what.length, std::move(old), 0});
}

std::optional<hinder_calls> directed_faults::fate_of(const operator_call& call, milliseconds now) {
  if (over_) return std::nullopt;
  for (auto& one : planned_) {
    const auto* what = std::get_if<hinder_calls>(&one.what);
    if (what == nullptr || !fits(what->calls, call, kube_)) continue;
    if (what->times > 0 ? one.left == 0 : now >= one.end) continue;
    if (what->times > 0) --one.left;
    ++one.struck;
    return *what;
  }
  return std::nullopt;
}

/// The newest of this kind that is still going on; null: none.
template <class Action>
directed_faults::planned* directed_faults::of_kind(object_kind kind, milliseconds now) {
  planned* found = nullptr;
  for (auto& one : planned_)
    if (const auto* what = std::get_if<Action>(&one.what))
      if (what->kind == kind && now < one.end && !over_) found = &one;
  return found;
}

milliseconds directed_faults::told_from(object_kind kind, milliseconds now) {
  auto from = now;
  for (auto* one : {of_kind<hold_watch>(kind, now), of_kind<old_lists>(kind, now)}) {
    if (one == nullptr) continue;
    if (std::holds_alternative<hold_watch>(one->what)) ++one->struck;
    from = std::max(from, one->end);
  }
  return from;
}

const object_list* directed_faults::old_list(const kube_list& asked, milliseconds now) {
  auto* one = of_kind<old_lists>(asked.kind, now);
  if (one == nullptr) return nullptr;
  ++one->struck;
  return &one->old;
}

void directed_faults::stop() { over_ = true; }

std::vector<std::string> directed_faults::idle() const {
  std::vector<std::string> all;
  for (const auto& one : planned_)
    if (one.struck == 0) all.push_back(sentence_of(one.what));
  return all;
}

}  // namespace drey::sim
