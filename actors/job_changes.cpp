#include "actors/job_changes.hpp"

#include <algorithm>
#include <array>

#include "actors/restart_boundary.hpp"
#include "actors/spec_difference.hpp"
#include "protocol/field_paths.hpp"
#include "protocol/primary_codec.hpp"
#include "protocol/spec_fields.hpp"

namespace drey {

namespace {

using enum job_action;

struct field_row : known_field {
  job_action action;
};
constexpr auto keyed = field_path::spelling::key;
constexpr auto plain = field_path::spelling::member;

// clang-format off
constexpr auto fields = std::to_array<field_row>({
    {{"deploymentName", plain},              refuse},  // a job does not move to another cluster
    {{"job.jarURI", plain},                  restart},
    {{"job.parallelism", plain},             restart},
    {{"job.entryClass", plain},              restart},
    {{"job.args", plain},                    restart},
    {{"job.state", plain},                   suspend_or_resume},
    // what will count at another time, and requests that stop nothing
    {{"job.upgradeMode", plain},             nothing},
    {{"job.initialSavepointPath", plain},    nothing},
    {{"job.flinkStateSnapshotReference", plain}, nothing},
    {{"job.allowNonRestoredState", plain},   nothing},
    {{"job.savepointTriggerNonce", plain},   nothing},
    {{"job.savepointTrigger", plain},        nothing},
    {{"job.checkpointTriggerNonce", plain},  nothing},
    {{"job.autoscalerResetNonce", plain},    nothing},
    {{"job.restartPolicy", plain},           nothing},
    {{"job.restartAttempts", plain},         nothing},
    {{"job.restartBackoff", plain},          nothing},
    {{"job.restartWindow", plain},           nothing},
    {{"job.restorePreference", plain},       nothing},
    {{"job.autoParallelism", plain},         nothing},
    // a new number asks, its removal does not
    {{"job.savepointRedeployNonce", plain},  restart},
    {{"restartNonce", plain},                restart},
    {{"flinkConfiguration", keyed},          restart},  // but for drey's own keys
});
// clang-format on
static_assert(each_field_has_one_row<flink_session_job_spec>(fields));
static_assert(each_row_has_a_field<flink_session_job_spec>(fields));

constexpr auto known_fields = [] {
  std::array<known_field, fields.size()> all;
  std::ranges::copy(fields, all.begin());
  return all;
}();

job_action action_for(const spec_difference& one) {
  const auto row = std::ranges::find_if(
      fields, [&](const field_row& x) { return is_within(one.field, x.path); });
  if (row == fields.end()) return nothing;  // nobody knows it
  if (row->path.ends_with("Nonce") && one.after.empty()) return nothing;
  const bool is_ours = purpose_of(one.key, flink_version::v1_20) == change_of::operator_setting;
  return is_ours ? nothing : row->action;
}

}  // namespace

std::string_view name_of(job_action x) {
  return declared_names<job_action>.at(static_cast<std::size_t>(x));
}

std::vector<job_change> job_changes_between(const flink_session_job_spec& before,
                                            const flink_session_job_spec& after) {
  std::vector<job_change> all;
  for (auto& one : differences_of(encode_spec(before), encode_spec(after), known_fields)) {
    const auto action = action_for(one);
    all.push_back({std::move(one.path), action});
  }
  return all;
}

}  // namespace drey
