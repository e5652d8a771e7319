// Apache's rules 33–36: the autoscaler's options, judged only when it is enabled.
#include <array>
#include <charconv>
#include <limits>

#include "protocol/excluded_periods.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

/// The option under its key, or under the key of the time when it belonged to the operator.
std::optional<std::string> option(const configuration& config, std::string_view key) {
  const auto name = "job.autoscaler." + std::string(key);
  return value_of(config, name, "kubernetes.operator." + name);
}

std::string path_of(std::string_view key) {
  return config_path("job.autoscaler." + std::string(key));
}

bool enabled(const configuration& config, report& out, std::string_view key) {
  const auto name = "job.autoscaler." + std::string(key);
  return flag(config, out, name, "kubernetes.operator." + name).value_or(false);
}

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string shown(double number) {
  auto text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void check_range(const configuration& config, report& out, std::string_view key, double least,
                 double greatest) {
  const auto text = option(config, key);
  if (!text) return;
  const auto remedy = "Write a number from " + shown(least) +
                      (greatest == unbounded ? " upwards" : " to " + shown(greatest));
  const auto value = number_of(*text);
  if (!value) return out.error(path_of(key), "is not a number: '" + excerpt(*text) + "'", remedy);
  if (!(*value >= least && *value <= greatest))
    out.error(path_of(key), *text + " is out of range", remedy);
}

/// An option that counts only when `feature` is on.
struct featured {
  std::string_view feature;
  std::string_view key;
  double least;
  double greatest;
};
constexpr std::array<featured, 3> featured_options{{
    {"observed-scalability.enabled", "observed-scalability.coefficient-min", 0.01, 1},
    {"scaling.effectiveness.detection.enabled", "scaling.effectiveness.threshold", 0, 1},
    {"memory.tuning.enabled", "memory.tuning.overhead", 0, 1},
}};

void check_excluded_periods(const configuration& config, report& out) {
  const auto text = option(config, "excluded.periods");
  if (!text) return;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const auto period = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (!is_excluded_period(period))
      out.error(path_of("excluded.periods"),
                "is neither a daily period nor a cron expression: '" + excerpt(period) + "'",
                "Write 09:00:00-17:00:00, a Quartz cron expression, or one of each joined by &&");
  }
}

/// Two samples must fit into the window.
void check_window(const configuration& config, report& out) {
  constexpr milliseconds default_window{15 * 60'000};
  constexpr milliseconds default_interval{60'000};
  constexpr std::string_view interval_key = "kubernetes.operator.reconcile.interval";
  const auto window_text = option(config, "metrics.window");
  const auto interval_text = value_of(config, interval_key);
  const auto window = window_text ? parse_duration(*window_text) : default_window;
  const auto interval = interval_text ? parse_duration(*interval_text) : default_interval;
  if (!window)
    return out.error(path_of("metrics.window"),
                     "is not a duration: '" + excerpt(*window_text) + "'",
                     "Write a duration such as 15 min");
  if (!interval)
    return out.error(config_path(interval_key),
                     "is not a duration: '" + excerpt(*interval_text) + "'",
                     "Write a duration such as 60 s");
  if (*window < *interval)
    out.error(path_of("metrics.window"), "is smaller than the operator's reconcile interval",
              "Make it several times as long");
}

}  // namespace

void check_autoscaler(const configuration& config, report& out) {
  if (!enabled(config, out, "enabled")) return;
  constexpr double default_target = 0.7;
  auto target_text = option(config, "utilization.target");
  if (!target_text) target_text = option(config, "target.utilization");
  const double given = number_of(target_text.value_or("")).value_or(default_target);
  const double target = given >= 0 && given <= 1 ? given : default_target;
  check_range(config, out, "scale-down.max-factor", 0, unbounded);
  check_range(config, out, "scale-up.max-factor", 0, unbounded);
  check_range(config, out, "utilization.target", 0, 1);
  check_range(config, out, "target.utilization", 0, 1);
  check_range(config, out, "target.utilization.boundary", 0, unbounded);
  check_range(config, out, "utilization.max", target, 1);
  check_range(config, out, "utilization.min", 0, target);
  check_range(config, out, "memory.gc-pressure.threshold", 0, 1);
  check_range(config, out, "memory.heap-usage.threshold", 0, 1);
  for (const auto& one : featured_options)
    if (enabled(config, out, one.feature))
      check_range(config, out, one.key, one.least, one.greatest);
  check_excluded_periods(config, out);
  check_window(config, out);
}

}  // namespace drey::validation
