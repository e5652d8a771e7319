/// Flink's restart strategies as values. Source: Flink 1.20, "Task Failure Recovery"; FLIP-364 for
/// the defaults from 1.20 on.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "protocol/configuration.hpp"
#include "protocol/flink_resources.hpp"
#include "sim/choices.hpp"

namespace drey::sim {

struct no_restart {};
struct fixed_delay {
  std::int64_t attempts = 1;
  milliseconds delay{1'000};
};
struct exponential_delay {
  milliseconds initial{1'000};
  milliseconds max{60'000};
  double multiplier = 1.5;
  milliseconds reset_after{3'600'000};  ///< running so long without failure starts anew
  double jitter = 0.1;
  std::optional<std::int64_t> attempts;  ///< before a reset; none: unlimited
};
struct failure_rate {
  std::int64_t failures_max = 1;  ///< per interval
  milliseconds interval{60'000};
  milliseconds delay{1'000};
};
using restart_strategy = std::variant<no_restart, fixed_delay, exponential_delay, failure_rate>;

enum class checkpointing { off, on };

/// Not given: none without checkpointing; with it exponential-delay from 1.20 on, before that
/// fixed-delay for ever with 1 s.
restart_strategy restart_strategy_of(const configuration& config, flink_version version,
                                     checkpointing checkpoints);

/// What a strategy remembers of one job.
class restart_history {
public:
  /// How long to wait before the next restart; none: it gives up. `healthy` is how long the job
  /// had been running when it failed.
  std::optional<milliseconds> next(const restart_strategy& strategy, milliseconds now,
                                   milliseconds healthy, choices& chance);

private:
  std::optional<milliseconds> after(const no_restart&, milliseconds, milliseconds, choices&);
  std::optional<milliseconds> after(const fixed_delay& x, milliseconds now, milliseconds healthy,
                                    choices& chance);
  std::optional<milliseconds> after(const exponential_delay& x, milliseconds now,
                                    milliseconds healthy, choices& chance);
  std::optional<milliseconds> after(const failure_rate& x, milliseconds now, milliseconds healthy,
                                    choices& chance);

  std::int64_t failures_ = 0;
  milliseconds backoff_{0};
  std::deque<milliseconds> recent_;
};

}  // namespace drey::sim
