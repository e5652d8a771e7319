/// Rule 8, also on the way to rest: no process of the operator writes one object over and over. A
/// loop of decision, write and answer that changes nothing does no harm but to the API server, and
/// no other checker sees it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sim/world/fabric.hpp"

namespace drey::sim {

class write_storms {
public:
  /// A changing call arrives; what of it should not have been, empty: nothing.
  std::string broken_by(const arrival& call, milliseconds now);

private:
  struct tally {
    milliseconds since{0};
    int calls = 0;
  };
  std::map<std::pair<std::uint32_t, std::string>, tally> tallies_;  ///< by process and object
};

}  // namespace drey::sim
