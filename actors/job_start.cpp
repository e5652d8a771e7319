#include "actors/job_start.hpp"

#include "actors/planted_bugs.hpp"
#include "protocol/flink_versions.hpp"

namespace drey {

namespace {

bool is_new(const job_known& known) { return known.history.submissions == 0; }

std::string field_of(const job_spec& job) {
  return job.snapshot ? "spec.job.flinkStateSnapshotReference: "
                      : "spec.job.initialSavepointPath: ";
}

/// "2.1", the first release that writes it; empty: none that is known does.
std::string_view first_release_of(std::int32_t format) {
  for (auto v = flink_version::v1_12;; v = static_cast<flink_version>(static_cast<int>(v) + 1)) {
    if (capabilities_of(v).snapshot_format == format) return capabilities_of(v).number;
    if (v == flink_version::v2_4) return {};
  }
}

/// Of what lies there; empty: this Flink can read it, or nobody could look.
std::string why_unreadable(const job_known& known) {
  const auto& found = known.reference;
  if (!found.format || is_planted(planted_bug::unread_format)) return {};
  const auto what = field_of(*known.spec->job) + "what lies at " + found.path;
  if (*found.format == 0)
    return what +
           " is no snapshot of Flink, or a broken one: its _metadata begins otherwise. "
           "Name another";
  const auto& reader = capabilities_of(known.cluster.version);
  if (*found.format <= reader.snapshot_format) return {};
  const auto release = first_release_of(*found.format);
  return what + " is a snapshot of another Flink: its _metadata has the format " +
         std::to_string(*found.format) +
         (release.empty() ? "" : ", which Flink " + std::string(release) + " and newer write") +
         ", and Flink " + std::string(reader.number) + " reads " +
         std::to_string(reader.snapshot_format) +
         " at most. Name a snapshot that it can read, or raise spec.flinkVersion and spec.image of "
         "its cluster";
}

}  // namespace

std::string start_named_by(const job_known& known) {
  if (!known.spec || !known.spec->job) return {};
  const auto& job = *known.spec->job;
  if (job.snapshot && is_new(known))
    return job.snapshot->name.empty() ? job.snapshot->path
                                      : job.snapshot->ns + "/" + job.snapshot->name;
  const bool begins = is_new(known) || known.need == job_need::redeploy;
  return begins ? job.initial_savepoint_path.value_or("") : std::string{};
}

bool may_begin(const job_known& known) {
  const auto named = start_named_by(known);
  if (named.empty()) return true;
  return known.reference.of == named && !known.reference.path.empty() &&
         why_unreadable(known).empty();
}

std::string why_never_begun(const job_known& known) {
  const bool waits = known.reference.path.empty() && known.spec && known.spec->job &&
                     known.spec->job->snapshot && !known.spec->job->snapshot->name.empty();
  return waits ? std::string{} : why_not_begun(known);
}

std::string why_not_begun(const job_known& known) {
  const auto named = start_named_by(known);
  if (named.empty() || known.reference.of != named) return {};
  return known.reference.path.empty() ? known.reference.why : why_unreadable(known);
}

}  // namespace drey
