/// What drey-operator must be allowed to do, right by right: the one list that configs/install.yaml
/// is held against and that the API server is asked about at start (SelfSubjectAccessReview).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "protocol/http_message.hpp"

namespace drey {

/// Without a right that is only useful the operator works, and sees less.
enum class necessity { needed, useful };

/// One verb on one resource.
struct access_right {
  std::string group;  ///< empty: the core group
  std::string resource;
  std::string subresource;  ///< empty: the resource itself
  std::string verb;
  std::string ns;       ///< empty: all namespaces, or not namespaced
  std::string purpose;  ///< what it is for, for people
  necessity need = necessity::needed;
  bool operator==(const access_right&) const = default;
};

/// "list pods", "patch flinkdeployments.flink.apache.org/status in team-a".
std::string text_of_right(const access_right& right);

/// Those of one that only looks: an operator with `--observe`.
std::vector<access_right> reading_rights(std::vector<access_right> all);

/// Of an operator that watches `namespaces` (none: all) and whose Lease is in `lease_ns`. One that
/// watches some namespaces need not be let see what belongs to none.
std::vector<access_right> needed_rights(const std::vector<std::string>& namespaces,
                                        const std::string& lease_ns);

/// A pod's identity.
struct service_account {
  std::string ns;
  std::string name;
};
/// "system:serviceaccount:flink:flink"
std::string user_name_of(const service_account& whose);

/// May we ourselves?
http_request access_review_to_http(const access_right& right);
/// May this account? Not everybody may ask.
http_request access_review_to_http(const access_right& right, const service_account& whose);

struct access_verdict {
  bool allowed = false;
  std::string reason;  ///< the API server's own words; often empty
  bool operator==(const access_verdict&) const = default;
};
std::variant<access_verdict, refusal> access_verdict_of(const http_response& response);

}  // namespace drey
