#include "protocol/flink_resources.hpp"

#include <array>

namespace drey {

namespace {

constexpr std::array<std::string_view, 14> version_names{
    "v1_12", "v1_13", "v1_14", "v1_15", "v1_16", "v1_17", "v1_18",
    "v1_19", "v1_20", "v2_0",  "v2_1",  "v2_2",  "v2_3",  "v2_4"};
constexpr std::array<std::string_view, 2> mode_names{"native", "standalone"};
constexpr std::array<std::string_view, 3> upgrade_names{"stateless", "savepoint", "last-state"};
constexpr std::array<std::string_view, 2> state_names{"running", "suspended"};
constexpr std::array<std::string_view, 3> restart_names{"ON_FAILURE", "NEVER", "nostart"};
constexpr std::array<std::string_view, 2> preference_names{"newest", "snapshot"};
constexpr std::array<std::string_view, 2> scale_down_names{"idle", "disruptive"};
constexpr std::array<std::string_view, 3> over_commit_names{"off", "report", "enforce"};

}  // namespace

std::string_view name_of(flink_version x) { return version_names.at(static_cast<std::size_t>(x)); }
std::string_view name_of(deployment_mode x) { return mode_names.at(static_cast<std::size_t>(x)); }
std::string_view name_of(upgrade_mode x) { return upgrade_names.at(static_cast<std::size_t>(x)); }
std::string_view name_of(desired_state x) { return state_names.at(static_cast<std::size_t>(x)); }
std::string_view name_of(restart_policy x) { return restart_names.at(static_cast<std::size_t>(x)); }
std::string_view name_of(restore_preference x) {
  return preference_names.at(static_cast<std::size_t>(x));
}
std::string_view name_of(scale_down x) { return scale_down_names.at(static_cast<std::size_t>(x)); }
std::string_view name_of(over_commit x) {
  return over_commit_names.at(static_cast<std::size_t>(x));
}

}  // namespace drey
