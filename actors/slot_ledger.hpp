/// Which slots of a cluster are spoken for: a submission reserves its slots before it is sent and
/// frees them when Flink itself counts them, which is with the next list that is asked for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocol/time.hpp"

namespace drey {

struct slots_asked {
  std::int32_t least = 0;
  std::int32_t most = 0;    ///< beyond `least` it takes what others leave
  std::int32_t others = 0;  ///< so many they need
};

class slot_ledger {
public:
  /// Slots that Flink says are free, by a list that was asked for at `asked`, monotonic.
  void free_now(std::int32_t count, milliseconds asked) {
    free_ = count;
    std::erase_if(settling_, [&](const released& one) { return one.at <= asked; });
  }
  std::int32_t available() const { return std::max(0, left()); }

  /// So many slots are reserved for `holder` (again, if it held some); 0: there are too few.
  std::int32_t reserve(const std::string& holder, const slots_asked& asked) {
    drop(holder);
    if (asked.least > left()) {
      lacking_[holder] = asked.least;
      return 0;
    }
    const auto rest = std::max(0, left() - asked.least - asked.others);
    const auto count = asked.least + std::clamp(asked.most - asked.least, 0, rest);
    held_[holder] = count;
    return count;
  }

  /// It has them in Flink, or does not need them any more. Which of both the list of before does
  /// not say.
  void release(const std::string& holder, milliseconds now) {
    if (const auto count = drop(holder); count > 0) settling_.push_back({count, now});
  }

  bool holds(const std::string& holder) const { return held_.contains(holder); }
  /// How many slots it asked for that were not there; 0: it asks for none.
  std::int32_t lacking(const std::string& holder) const {
    const auto found = lacking_.find(holder);
    return found == lacking_.end() ? 0 : found->second;
  }

private:
  struct released {
    std::int32_t count = 0;
    milliseconds at{0};
  };

  std::int32_t left() const {
    auto count = free_;
    for (const auto& [holder, held] : held_) count -= held;
    for (const auto& one : settling_) count -= one.count;
    return count;
  }
  std::int32_t drop(const std::string& holder) {
    lacking_.erase(holder);
    const auto found = held_.find(holder);
    if (found == held_.end()) return 0;
    const auto count = found->second;
    held_.erase(found);
    return count;
  }

  std::map<std::string, std::int32_t> held_;
  std::map<std::string, std::int32_t> lacking_;
  std::vector<released> settling_;
  std::int32_t free_ = 0;
};

}  // namespace drey
