/// The three primaries as JSON: what the API server sends and takes, and what manifests become.
/// Fields: spec_fields.hpp, status_fields.hpp. Unknown fields survive at every level whose struct
/// has an `unknown`.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "protocol/field_error.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

/// Labelled `flink.apache.org/canary: "true"`: an empty resource that only shows that the operator
/// is alive. It is never validated or deployed and may have no spec.
bool is_canary(const object_meta& metadata);

/// Decodes one object. Errors: everything that is wrong, by field; never an exception.
/// `kind` must be one of the three primaries.
std::variant<object, field_errors> decode_primary(object_kind kind, std::string_view json);

/// The same of an object that is being read already (an item of a list). Always gives what could be
/// read, so that even the error of a wrong resource can be reported in its status; it is the
/// object meant by its author only when no error was added to the reader.
object read_primary(object_kind kind, json_reader& json);

/// The whole object with apiVersion and kind. The same object gives the same bytes.
std::string encode_primary(const object& primary);

/// The spec alone, as compact JSON; `{}` when there is none.
std::string encode_spec(const object& primary);
std::string encode_spec(const flink_deployment_spec& spec);
std::string encode_spec(const flink_session_job_spec& spec);

/// A spec alone (Apache's lastReconciledSpec, without its `resource_metadata`).
std::variant<flink_deployment_spec, field_errors> decode_deployment_spec(std::string_view json);
std::variant<flink_session_job_spec, field_errors> decode_session_job_spec(std::string_view json);

/// Body of a JSON merge patch of the `/status` subresource:
/// `{"metadata":{"resourceVersion":…},"status":{…}}`. Known members that are absent are null and so
/// removed; unknown ones are not mentioned and stay. Keys that left `clusterInfo` stay too.
std::string encode_status(const object& primary);

}  // namespace drey
