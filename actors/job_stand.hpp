/// Where a session job stands as far as disturbing it is concerned: what its cluster has to know
/// before it restarts anything by its own choice.
#pragma once

#include <string>

#include "actors/job_machine.hpp"

namespace drey {

enum class job_stand {
  unknown,  ///< its actor has not told yet
  idle,     ///< it runs nothing that could be disturbed
  stopped,  ///< it runs nothing, its state is safe, and it is to be started again
  moving,   ///< it is being started, stopped or brought back
  working,  ///< all its tasks run
};
constexpr std::string_view name_of(job_stand x) {
  constexpr std::string_view texts[] = {"unknown", "idle", "stopped", "moving", "working"};
  return texts[static_cast<std::size_t>(x)];
}

/// How many slots a job has, needs and may have (decision 0024).
struct slot_share {
  std::int32_t least = 1;      ///< what its spec asks for
  std::int32_t current = 1;    ///< of its newest execution
  std::int32_t most = 1;       ///< it may have, at most
  milliseconds raise_from{0};  ///< wall clock: not before it is to have more
  bool flexible = false;       ///< it may have more than it needs
  bool ready = false;          ///< it works, and nothing of it is pending
  bool stuck = false;          ///< Flink has it, and not all its tasks run
  std::int32_t lacks = 0;      ///< it runs on, and waits for so many more
  bool operator==(const slot_share&) const = default;
};

job_stand stand_of(const job_known& known, const job_machine::state& now);

/// It was stopped by us, and nothing of it was started since.
bool rests_in(const job_known& known, const job_machine::state& now);

/// Why it can't be stopped for its cluster, which asked for it; empty: it can, or nobody asked.
std::string refusal_of(const job_known& known);

/// Why the job must not be restarted by drey's own choice (architecture §3, "Voluntary or not");
/// empty: it may be.
std::string held_because(const job_known& known);

}  // namespace drey
