#include "sim/flink/restart_strategy.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace drey::sim {
namespace {

std::string key(std::string_view strategy, std::string_view option) {
  return "restart-strategy." + std::string{strategy} + "." + std::string{option};
}

void read(milliseconds& to, const configuration& config, const std::string& name) {
  if (const auto text = value_of(config, name))
    if (const auto value = parse_duration(*text)) to = *value;
}

std::optional<std::int64_t> count_of(const configuration& config, const std::string& name) {
  const auto text = value_of(config, name);
  std::int64_t value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
    return std::nullopt;
  return value;
}

fixed_delay fixed_delay_of(const configuration& config) {
  fixed_delay x;
  x.attempts = count_of(config, key("fixed-delay", "attempts")).value_or(x.attempts);
  read(x.delay, config, key("fixed-delay", "delay"));
  return x;
}

/// Thousandths would lose nothing here, but Flink reads a double.
double number_of(const configuration& config, const std::string& name, double otherwise) {
  const auto text = value_of(config, name);
  double value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
    return otherwise;
  return value;
}

exponential_delay exponential_delay_of(const configuration& config) {
  exponential_delay x;
  read(x.initial, config, key("exponential-delay", "initial-backoff"));
  read(x.max, config, key("exponential-delay", "max-backoff"));
  read(x.reset_after, config, key("exponential-delay", "reset-backoff-threshold"));
  x.multiplier = number_of(config, key("exponential-delay", "backoff-multiplier"), x.multiplier);
  x.jitter = number_of(config, key("exponential-delay", "jitter-factor"), x.jitter);
  x.attempts = count_of(config, key("exponential-delay", "attempts-before-reset-backoff"));
  return x;
}

failure_rate failure_rate_of(const configuration& config) {
  failure_rate x;
  x.failures_max =
      count_of(config, key("failure-rate", "max-failures-per-interval")).value_or(x.failures_max);
  read(x.interval, config, key("failure-rate", "failure-rate-interval"));
  read(x.delay, config, key("failure-rate", "delay"));
  return x;
}

restart_strategy default_strategy(flink_version version, checkpointing checkpoints) {
  constexpr fixed_delay for_ever{2'147'483'647, milliseconds{1'000}};
  if (checkpoints == checkpointing::off) return no_restart{};
  if (version < flink_version::v1_20) return for_ever;
  return exponential_delay{};
}

milliseconds times(milliseconds x, double factor) {
  return milliseconds{static_cast<std::int64_t>(static_cast<double>(x.count()) * factor)};
}

}  // namespace

restart_strategy restart_strategy_of(const configuration& config, flink_version version,
                                     checkpointing checkpoints) {
  const auto type = value_of(config, "restart-strategy.type", "restart-strategy");
  if (type == "none" || type == "disable" || type == "off") return no_restart{};
  if (type == "fixed-delay" || type == "fixeddelay") return fixed_delay_of(config);
  if (type == "exponential-delay" || type == "exponentialdelay")
    return exponential_delay_of(config);
  if (type == "failure-rate" || type == "failurerate") return failure_rate_of(config);
  return default_strategy(version, checkpoints);
}

std::optional<milliseconds> restart_history::next(const restart_strategy& strategy,
                                                  milliseconds now, milliseconds healthy,
                                                  choices& chance) {
  return std::visit([&](const auto& x) { return after(x, now, healthy, chance); }, strategy);
}

std::optional<milliseconds> restart_history::after(const no_restart&, milliseconds, milliseconds,
                                                   choices&) {
  return std::nullopt;
}

std::optional<milliseconds> restart_history::after(const fixed_delay& x, milliseconds, milliseconds,
                                                   choices&) {
  if (failures_++ >= x.attempts) return std::nullopt;
  return x.delay;
}

std::optional<milliseconds> restart_history::after(const exponential_delay& x, milliseconds,
                                                   milliseconds healthy, choices& chance) {
  if (backoff_ == milliseconds{0} || healthy >= x.reset_after + backoff_) {
    backoff_ = x.initial;
    failures_ = 0;
  } else {
    backoff_ = std::min(x.max, times(backoff_, x.multiplier));
  }
  if (x.attempts && failures_ >= *x.attempts) return std::nullopt;
  ++failures_;
  const auto spread = times(backoff_, x.jitter);
  return chance.between("flink", "restart_jitter", backoff_ - spread,
                        std::min(x.max, backoff_ + spread));
}

std::optional<milliseconds> restart_history::after(const failure_rate& x, milliseconds now,
                                                   milliseconds, choices&) {
  while (!recent_.empty() && recent_.front() + x.interval < now) recent_.pop_front();
  if (static_cast<std::int64_t>(recent_.size()) >= x.failures_max) return std::nullopt;
  recent_.push_back(now);
  return x.delay;
}

}  // namespace drey::sim
