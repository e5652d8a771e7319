#include "sim/checkers/write_storms.hpp"

namespace drey::sim {

namespace {

constexpr milliseconds window{10'000};
/// Status is written once a second, each intent besides, and what is refused is tried again.
constexpr int calls_max = 40;

std::string text_of(object_kind kind, const object_name& name) {
  return std::string(name_of(kind)) + " " + text_of_name(name);
}

/// The object that is changed.
struct target_of_call {
  std::string operator()(const kube_create& x) const { return wanted(x.wanted); }
  std::string operator()(const kube_apply& x) const { return wanted(x.wanted); }
  std::string operator()(const kube_write_status& x) const { return wanted(x.wanted); }
  std::string operator()(const kube_replace& x) const { return wanted(x.wanted); }
  std::string operator()(const kube_write_finalizers& x) const { return text_of(x.kind, x.name); }
  std::string operator()(const kube_delete& x) const { return text_of(x.kind, x.name); }
  std::string operator()(const kube_get&) const { return {}; }
  std::string operator()(const kube_list&) const { return {}; }
  std::string operator()(const kube_look&) const { return {}; }
  std::string operator()(const kube_review&) const { return {}; }

  static std::string wanted(const object_ptr& x) { return text_of(kind_of(*x), drey::name_of(*x)); }
};

}  // namespace

std::string write_storms::broken_by(const arrival& call, milliseconds now) {
  if (call.kube == nullptr) return {};
  const auto target = std::visit(target_of_call{}, *call.kube);
  if (target.empty()) return {};
  auto& seen = tallies_[{call.who->process, target}];
  if (now - seen.since >= window) seen = {now, 0};
  if (++seen.calls < calls_max) return {};
  return target + " was written " + std::to_string(calls_max) + " times within " +
         std::to_string(window.count() / 1'000) + " s";
}

}  // namespace drey::sim
