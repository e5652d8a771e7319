/// The fleet's brake on what drey restarts by its own choice (decision 0034): so many clusters at
/// once, and none more while jobs of several did not come back. Recovery asks nobody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "protocol/ids.hpp"

namespace drey {

/// What a cluster's changed spec does to its jobs just now.
enum class disruption {
  none,
  wanted,     ///< it would begin, or go on with another step
  under_way,  ///< spares come up, jobs are stopped, secured or restarted
  halted,     ///< jobs did not come back
};

struct brake_settings {
  std::int32_t at_once_max = 10;  ///< clusters; 0: any number
  std::int32_t halted_max = 3;    ///< clusters; 0: any number
};

/// A turn, or why there is none yet.
struct turn {
  bool granted = false;
  std::string why;
  bool operator==(const turn&) const = default;
};

struct brake_figures {
  std::size_t under_way = 0;  ///< those that have their turn and have not begun included
  std::size_t waiting = 0;
  std::size_t halted = 0;
};

class disruption_brake {
public:
  explicit disruption_brake(brake_settings settings = {}) : settings_(settings) {}

  /// Turns are given in the order in which they were asked for. One that was given is kept until
  /// the cluster tells `none`, or is forgotten.
  void told(const std::string& uid, const object_name& cluster, disruption what);
  void forget(const std::string& uid);

  turn turn_of(const std::string& uid) const;
  brake_figures figures() const;

private:
  struct member {
    object_name cluster;
    disruption what = disruption::none;
    bool granted = false;
    std::uint64_t asked = 0;  ///< a number that grows
  };
  bool is_stopped() const;
  void give();

  brake_settings settings_;
  std::map<std::string, member> members_;  ///< by UID; none of `none`
  std::uint64_t asked_ = 0;
};

}  // namespace drey
