/// What a set of runs could reach: every edge of every machine's chart, as declared, and every site
/// at which the models draw a fault, as their sources name it.
#pragma once

#include <map>
#include <set>
#include <string>

namespace drey::sim {

/// "machine: from --fact--> to", self-loops left out.
std::set<std::string> declared_transitions();

/// "fault: site" of every site in the sources of sim/.
std::set<std::string> declared_faults();
std::string fault_line(const std::string& site);

/// tests/worlds/not_reached.txt: what need not be reached, and why.
std::map<std::string, std::string> excuses();

}  // namespace drey::sim
