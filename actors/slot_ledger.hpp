/// Which slots of a cluster are spoken for: a submission reserves its slots before it is sent and
/// frees them when Flink itself counts them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace drey {

struct slots_asked {
  std::int32_t least = 0;
  std::int32_t most = 0;    ///< beyond `least` it takes what others leave
  std::int32_t others = 0;  ///< so many they need
};

class slot_ledger {
public:
  /// Slots that Flink says are free, as of the last look.
  void free_now(std::int32_t count) { free_ = count; }
  std::int32_t available() const { return std::max(0, free_ - reserved_); }

  /// So many slots are reserved for `holder` (again, if it held some); 0: there are too few.
  std::int32_t reserve(const std::string& holder, const slots_asked& asked) {
    release(holder);
    if (asked.least > free_ - reserved_) {
      lacking_[holder] = asked.least;
      return 0;
    }
    const auto left = std::max(0, free_ - reserved_ - asked.least - asked.others);
    const auto count = asked.least + std::clamp(asked.most - asked.least, 0, left);
    held_[holder] = count;
    reserved_ += count;
    return count;
  }

  void release(const std::string& holder) {
    lacking_.erase(holder);
    const auto found = held_.find(holder);
    if (found == held_.end()) return;
    reserved_ -= found->second;
    held_.erase(found);
  }

  bool holds(const std::string& holder) const { return held_.contains(holder); }
  /// How many slots it asked for that were not there; 0: it asks for none.
  std::int32_t lacking(const std::string& holder) const {
    const auto found = lacking_.find(holder);
    return found == lacking_.end() ? 0 : found->second;
  }

private:
  std::map<std::string, std::int32_t> held_;
  std::map<std::string, std::int32_t> lacking_;
  std::int32_t free_ = 0;
  std::int32_t reserved_ = 0;
};

}  // namespace drey
