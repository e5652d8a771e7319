/// Which slots of a cluster are spoken for: a submission reserves its slots before it is sent and
/// frees them when Flink itself counts them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace drey {

class slot_ledger {
public:
  /// Slots that Flink says are free, as of the last look.
  void free_now(std::int32_t count) { free_ = count; }

  /// True: `count` slots are reserved for `holder` (again, if it held some).
  bool reserve(const std::string& holder, std::int32_t count) {
    release(holder);
    if (count > free_ - reserved_) return false;
    held_[holder] = count;
    reserved_ += count;
    return true;
  }

  void release(const std::string& holder) {
    const auto found = held_.find(holder);
    if (found == held_.end()) return;
    reserved_ -= found->second;
    held_.erase(found);
  }

private:
  std::map<std::string, std::int32_t> held_;
  std::int32_t free_ = 0;
  std::int32_t reserved_ = 0;
};

}  // namespace drey
