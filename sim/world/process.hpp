/// One life of one operator process: the production actors, on a scheduler that the world drives,
/// behind gateways that lead into the fabric.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include "actors/operator_actor.hpp"
#include "sim/timeline.hpp"
#include "sim/world/fabric.hpp"
#include "sim/world/run_queue.hpp"

namespace drey::sim {

/// The world's time as a process sees it.
class virtual_clock final : public clock_source {
public:
  explicit virtual_clock(const timeline& time) : time_(time) {}
  moment now() const override { return {time_.now() + clock_offset, time_.wall()}; }

  /// A monotonic clock does not begin at zero.
  static constexpr milliseconds clock_offset{1'000'000};

private:
  const timeline& time_;
};

struct operator_process_settings {
  std::uint32_t number = 0;
  std::string identity;
  operator_settings actors;
  step_observer* observer = nullptr;
};

class process {
public:
  process(const timeline& time, fabric& net, const operator_process_settings& settings);
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  std::uint32_t number() const { return number_; }
  run_queue& queue() { return queue_of(*system_); }
  /// The root actor ended: leadership was lost, or shared state broke.
  bool has_ended() const;
  void step_down();

private:
  std::uint32_t number_;
  virtual_clock clock_;
  std::unique_ptr<process_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::actor root_;
  std::vector<caf::actor> gateways_;
  std::shared_ptr<bool> root_ended_;
};

}  // namespace drey::sim
