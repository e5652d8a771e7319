/// What each version of Flink can do and how it spells things: the one place that knows (decision
/// 8). Sources: Flink's REST API and configuration documentation of each release, FLINK-24208
/// (trigger ids), FLIP-203 (savepoint formats), FLIP-256 (configuration of a run), FLIP-291
/// (rescaling), FLIP-366 (config.yaml), FLINK-29372 (high-availability.type), and what the lab's
/// servers answered.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/configuration.hpp"
#include "protocol/field_error.hpp"
#include "protocol/flink_resources.hpp"

namespace drey {

/// `lines`: Flink's own parser before 2.0, "key: value" a line, '#' starts a comment anywhere.
/// `yaml`: standard YAML. 1.19 and 1.20 read either file but prefer flink-conf.yaml.
enum class configuration_format { lines, yaml };

/// One row. Flink before 1.15 refuses a REST body with a member that it does not know
/// (lab, 1.12.5), and later ones pass over it, so nothing may be sent before its version.
struct flink_capabilities {
  flink_version version;
  std::string_view number;  ///< "1.20"
  std::string_view configuration_file;
  configuration_format format;
  // ── POST /jars/:id/run; `jobId` and `programArgsList` are there in every version ──
  bool run_configuration;        ///< `flinkConfiguration`
  std::string_view claim_field;  ///< "restoreMode", "claimMode"; empty: there is none
  // ── snapshots ──
  bool trigger_id;          ///< `triggerId` and `formatType` of savepoints and stops
  bool checkpoint_trigger;  ///< POST /jobs/:id/checkpoints
  bool rescale;             ///< /jobs/:id/resource-requirements
  bool adaptive_scheduler;  ///< `jobmanager.scheduler: adaptive`
  bool pod_templates;       ///< of the TaskManagers that it makes in native mode
  // ── keys: what to write; `old_…` is what users still write and Flink still reads ──
  std::string_view checkpoint_dir_key;
  std::string_view savepoint_dir_key;
  std::string_view retained_checkpoints_key;
  std::string_view high_availability_key;
  // ── Kubernetes HA ──
  std::string_view graph_key_prefix;  ///< of a submitted job in the cluster's ConfigMap
  /// Of a snapshot's `_metadata`: what it writes, and the newest that it reads. Source:
  /// `Checkpoints` and `MetadataSerializers` in the released jars.
  std::int32_t snapshot_format;
};

/// Value RETAIN_ON_CANCELLATION or DELETE_ON_CANCELLATION; spelled so in every version.
inline constexpr std::string_view retention_key =
    "execution.checkpointing.externalized-checkpoint-retention";

const flink_capabilities& capabilities_of(flink_version version);

/// The four settings whose key changed, read under the new or the old spelling.
std::optional<std::string> checkpoint_dir_of(const configuration& config);
std::optional<std::string> savepoint_dir_of(const configuration& config);
std::optional<std::string> high_availability_of(const configuration& config);
/// True for any high-availability type but NONE.
bool is_highly_available(const configuration& config);

/// With the keys, and the name of Kubernetes' high availability, that this version knows: a newer
/// spelling would be passed over, and a cluster that was to recover its jobs would lose them.
configuration spelled_for(flink_version version, configuration config);

struct rendered_configuration {
  std::string file_name;
  std::string content;
  /// What this format cannot hold as it was meant; paths are configuration keys.
  field_errors warnings;
};

/// The configuration as the file that this version reads; sorted by key. Errors: a key that is a
/// dotted prefix of another one where the file is YAML (Flink 2 nests keys and would lose one).
std::variant<rendered_configuration, field_errors> render_configuration(const configuration& config,
                                                                        flink_version version);

}  // namespace drey
