#include "sim/kubernetes/horizontal_pod_autoscaler.hpp"

#include <algorithm>

#include "protocol/label_selector.hpp"
#include "sim/kubernetes/scale.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view user = "horizontal-pod-autoscaler";
/// Kubernetes' own `--horizontal-pod-autoscaler-tolerance`: a tenth.
constexpr std::int64_t tolerance_divisor = 10;
/// Of the default policies for going up, in one period.
constexpr std::int32_t up_at_least = 4;

/// Near enough to the target for nothing to be done.
bool is_near(std::int64_t load, std::int64_t right) {
  return std::abs(load - right) * tolerance_divisor <= right;
}

}  // namespace

horizontal_pod_autoscalers::horizontal_pod_autoscalers(timeline& time, choices& chance,
                                                       object_store& store, api_server& api,
                                                       narration& tell,
                                                       const kubernetes_settings& settings)
    : time_(time),
      store_(store),
      api_(api),
      tell_(tell),
      settings_(settings),
      queue_(time, chance, api, "autoscaler", settings.controller_delay_max,
             [this](const object_key& key) { reconcile(key); }) {}

void horizontal_pod_autoscalers::put(const autoscaler& wanted) {
  all_[wanted.target].wanted = wanted;
  queue_.add({object_kind::flink_deployment, wanted.target});
}

void horizontal_pod_autoscalers::reconcile(const object_key& key) {
  look(all_.at(key.name));
  queue_.add_after(settings_.autoscaler_period, key);
}

horizontal_pod_autoscalers::census horizontal_pod_autoscalers::count(
    const object_name& target, const std::string& selector) const {
  census found;
  const auto selected = label_selector::parse(selector);
  if (!selected) return found;
  for (const auto& [name, held] : store_.all(object_kind::pod)) {
    const auto& one = std::get<pod>(*held);
    if (name.ns != target.ns || !selected->matches(one.metadata.labels)) continue;
    if (one.metadata.deletion_timestamp || one.phase == pod_phase::failed) continue;
    ++found.all;
    found.ready += one.ready ? 1 : 0;
  }
  return found;
}

/// The load is that of all pods together, so the right number does not depend on how many there
/// are.
std::int32_t horizontal_pod_autoscalers::recommended(const record& of, std::int32_t current,
                                                     const census& pods) const {
  const std::int64_t load = load_.at(of.wanted.target);
  const std::int64_t target = of.wanted.cpu_percent;
  if (is_near(load, pods.ready * target)) return current;
  // On the way up, those that are not ready yet will take their share.
  const bool up = load > pods.ready * target;
  if (up && (is_near(load, pods.all * target) || load < pods.all * target)) return current;
  return static_cast<std::int32_t>((load + target - 1) / target);
}

std::int32_t horizontal_pod_autoscalers::stabilized(record& of, std::int32_t current,
                                                    std::int32_t recommended) const {
  if (of.recent.empty()) of.recent.push_back({current, time_.now()});  // where it began
  std::erase_if(of.recent, [&](const recommendation& one) {
    return time_.now() - one.at > of.wanted.stabilization;
  });
  of.recent.push_back({recommended, time_.now()});
  auto wanted = recommended;
  if (wanted < current) {
    for (const auto& one : of.recent) wanted = std::max(wanted, one.count);
    wanted = std::min(wanted, current);
  }
  const auto most = std::max(2 * current, current + up_at_least);
  return std::clamp(std::min(wanted, most), of.wanted.min, of.wanted.max);
}

void horizontal_pod_autoscalers::look(record& of) {
  const auto* cluster = store_.get<flink_deployment>(of.wanted.target);
  if (cluster == nullptr || cluster->metadata.deletion_timestamp) return;
  const auto now = scale_of(*cluster);
  if (now.asked_for == 0 || now.selector.empty())
    return;  // told to rest, or "selector is required"
  const auto pods = count(of.wanted.target, now.selector);
  if (pods.ready == 0 || !load_.contains(of.wanted.target)) return;  // no metrics
  const auto wanted = stabilized(of, now.asked_for, recommended(of, now.asked_for, pods));
  if (wanted == now.asked_for) return;
  tell_.of_kubernetes(tone::note, "autoscaled",
                      "the autoscaler of " + text_of_name(of.wanted.target) + " scales it from " +
                          std::to_string(now.asked_for) + " to " + std::to_string(wanted));
  write_scale(api_, of.wanted.target, wanted, user);
}

}  // namespace drey::sim
