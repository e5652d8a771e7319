/// Whether all that drey and its clusters need is there, before a failure tells: the definitions of
/// our kinds, rights, service accounts, slots, quota, storage. Every check that fails names its
/// remedy; what cannot be known from outside is said to be not checked, with how to check it. Pure:
/// everything comes from what was read.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/quota.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/needed_rights.hpp"

namespace drey {

enum class verdict { well, wrong, unchecked };

struct preflight_check {
  std::string about;  ///< "FlinkDeployment flink/session", "drey-operator", "CRD …"
  std::string what;   ///< "slots"
  drey::verdict verdict = verdict::well;
  std::string message;
  std::string remedy;  ///< of what is wrong; of what is not checked: how to check it
};
using preflight_checks = std::vector<preflight_check>;

/// Something that was asked for: what it is, or why it is not known.
template <class T>
using read_or = std::variant<T, refusal>;

/// `live`: the CustomResourceDefinition as the API server holds it.
preflight_checks check_crd(object_kind primary, const read_or<nlohmann::json>& live);

/// One right of somebody, and what the API server says of it.
struct right_answer {
  access_right right;
  read_or<access_verdict> told;
};
/// Of the operator itself; `who` may be "system:serviceaccount:…", or what the question was about.
preflight_checks check_operator_rights(const std::string& who,
                                       const std::vector<right_answer>& answers);

struct account_read {
  std::string name;
  read_or<bool> there = false;
  std::vector<right_answer> rights;  ///< those that Flink's high availability needs
};

enum class store_kind { s3, hdfs };
/// Where the cluster's checkpoints lie in S3 or HDFS, listed as drey lists it.
struct store_read {
  std::string not_asked;  ///< why; empty: it was
  std::optional<refusal> refused;
  store_kind kind = store_kind::s3;
};

struct cluster_read {
  object_ptr cluster;
  std::vector<object_ptr> jobs;        ///< its FlinkSessionJobs
  std::vector<account_read> accounts;  ///< of `accounts_of`
  read_or<std::vector<object_ptr>> pods;
  std::optional<store_read> store = {};  ///< none: its checkpoints are in neither
  object_ptr task_managers = {};  ///< the StatefulSet of its TaskManagers; null: there is none yet
};
preflight_checks check_cluster(const cluster_read& found);

/// A job that no FlinkDeployment takes.
preflight_check without_cluster(const flink_session_job& job);

/// The service accounts of Flink's pods; each once. None for one that drey makes no pods of.
std::vector<std::string> accounts_of(const flink_deployment& cluster);
/// What they must be allowed to do; empty: without high availability in Kubernetes nothing.
std::vector<access_right> account_rights_of(const flink_deployment& cluster,
                                            const std::string& account);

/// What the pods of one side of a cluster are made of, and how many there are to be.
struct pod_side {
  std::string label;  ///< "jobmanager" or "taskmanager"
  std::int32_t pods = 0;
  nlohmann::json spec;  ///< PodSpec
};
/// None: drey makes no pods of this spec.
std::vector<pod_side> pod_sides_of(const flink_deployment& cluster);

/// All clusters of one namespace together: whether the pods that are not there yet have room.
preflight_checks check_quotas(const std::string& ns, const std::vector<cluster_read>& clusters,
                              const read_or<std::vector<quota_room>>& quotas);

bool all_well(const preflight_checks& all);
/// One line each, and one for its remedy; then a line that counts them.
std::string text_of(const preflight_checks& all);
/// One object; ends with a line break.
std::string json_of(const preflight_checks& all);

}  // namespace drey
