/// What drey-operator must be allowed to do, right by right: the one list that configs/install.yaml
/// is held against and that the API server is asked about at start (SelfSubjectAccessReview).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "protocol/access_right.hpp"
#include "protocol/http_message.hpp"

namespace drey {

/// "list pods", "patch flinkdeployments.flink.apache.org/status in team-a".
std::string text_of_right(const access_right& right);

/// Those of one that only looks: an operator with `--observe`.
std::vector<access_right> reading_rights(std::vector<access_right> all);

/// Of an operator that watches `namespaces` (none: all) and whose Lease is in `lease_ns`. One that
/// watches some namespaces need not be let see what belongs to none.
std::vector<access_right> needed_rights(const std::vector<std::string>& namespaces,
                                        const std::string& lease_ns);

/// "system:serviceaccount:flink:flink"
std::string user_name_of(const service_account& whose);

/// May we ourselves?
http_request access_review_to_http(const access_right& right);
/// May this account? Not everybody may ask.
http_request access_review_to_http(const access_right& right, const service_account& whose);

std::variant<access_verdict, refusal> access_verdict_of(const http_response& response);

}  // namespace drey
