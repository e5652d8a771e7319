/// The snapshot that a job's spec names to begin with, and whether the Flink of its cluster can. It
/// is looked at before anything is stopped or started for it; where its store cannot be read,
/// Flink decides (protocol/decisions/0048-snapshots-of-another-flink.md). Pure.
#pragma once

#include <string>

#include "actors/job_known.hpp"

namespace drey {

/// What names it, for a job that is to begin anew; empty: none does, or it goes on from its own
/// state. A path, or the name of a FlinkStateSnapshot.
std::string start_named_by(const job_known& known);

/// Nothing stands against a start, as far as it was looked at.
bool may_begin(const job_known& known);

/// A sentence that names the field and the remedy; empty: it may, or is being looked at.
std::string why_not_begun(const job_known& known);

/// The same of what does not come right by itself: only a person names another one.
std::string why_never_begun(const job_known& known);

}  // namespace drey
