/// What a session job's resource says about it: a pure function of what is known and the position.
#pragma once

#include "actors/job_machine.hpp"

namespace drey {

/// What became of the snapshots that a person asked for by a nonce.
struct asked_snapshots {
  savepoint_record savepoint;
  savepoint_record checkpoint;
};

/// The status that is to be. `recorded` in `known` is what it was: times of things that did not
/// change are kept, so that equal pictures give equal bytes (rule 8).
flink_session_job_status status_of(const job_known& known, const job_machine::state& now,
                                   const asked_snapshots& asked);

/// Sets `type` in `all`; the transition time moves only when the status value does.
void set_condition(std::vector<condition>& all, condition wanted, milliseconds wall);

}  // namespace drey
