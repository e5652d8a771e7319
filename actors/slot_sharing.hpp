/// Which job of a cluster is to have another parallelism: one with `autoParallelism` takes slots
/// that stay free, and gives back what others wait for (decision 0024). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/job_stand.hpp"
#include "protocol/described.hpp"
#include "protocol/flink_call.hpp"
#include "protocol/time.hpp"

namespace drey {

/// What is there of a cluster's slots.
struct slots_there {
  std::int32_t lasting = 0;  ///< those that go because there are too many must not be relied on
  std::int32_t used = 0;
};
/// `wanted`: so many TaskManagers are to stay.
slots_there slots_of(const std::vector<task_manager_info>& all, std::int32_t wanted);

struct sharing_job {
  std::string uid;
  job_stand stand = job_stand::unknown;
  slot_share share;
  std::int32_t waits = 0;  ///< for so many slots, which are not there
};

struct sharing_known {
  moment now;
  bool open = false;  ///< its JobManager tells of jobs and slots, and no restart is under way
  bool calm = false;  ///< nor is anything changed, replaced or lost
  slots_there slots;
  std::int32_t free = 0;  ///< of those that last, and that nobody has reserved
  std::vector<sharing_job> jobs;
};

enum class wish_for {
  more,          ///< slots are free
  room,          ///< others wait for slots, or TaskManagers are to go
  what_there_is  ///< it does not find the slots that it had
};
constexpr std::string_view name_of(wish_for x) {
  constexpr std::string_view texts[] = {"more", "room", "what_there_is"};
  return texts[static_cast<std::size_t>(x)];
}

struct slot_wish {
  std::string uid;
  wish_for why = wish_for::more;
  std::int32_t parallelism = 0;
  static constexpr auto names = fields("uid", "why", "parallelism");
  bool operator==(const slot_wish&) const = default;
};

/// At most one job is changed at a time; none: nobody is to be. `aside`: the UID of one that could
/// not be changed, whose turn comes after all others'.
std::optional<slot_wish> wish_of(const sharing_known& known, const std::string& aside);

}  // namespace drey
