/// The report for people at a terminal: a timeline in plain words, then the verdict with figures.
#pragma once

#include <ostream>

#include "sim/report/many_seeds.hpp"
#include "sim/report/run_result.hpp"

namespace drey::sim {

enum class colour { no, yes };

/// One run. `replay` is the command that repeats it; it is shown when the verdict is VIOLATED.
void write_text(std::ostream& out, const run_result& result, const std::string& replay, colour use);

/// Only the timeline; repetitions of what is not important are folded into one line.
void write_timeline(std::ostream& out, const run_result& result, colour use);

/// Many runs: sums, and the first seeds that failed, each with the command that replays it.
void write_text(std::ostream& out, const many_seeds& seeds, colour use);

/// "job flink/orders", "drey-operator-0", "fault", "scenario": whom a line is about.
std::string who_of(const happening& x);

/// The sentence without a leading repetition of `who_of(x)`, and with short paths.
std::string text_after_who(const happening& x);

/// URIs cut to their last part, "s3://…/chk-14" to "checkpoint 14": the JSON report has them whole.
std::string with_short_paths(const std::string& text);

}  // namespace drey::sim
