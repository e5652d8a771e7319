/// What `--wire` puts between the actors and the models: every call is written as the operator's
/// runtime writes it and read as a server reads it, every answer the other way round. Each function
/// gives what the reader then holds, so that a codec that loses something shows in the run.
///
/// What is not a text on a wire stays as it is: an answer that never came (`unknown_outcome`).
/// Throws when our own text cannot be read back: our own code failed.
#pragma once

#include <variant>

#include "protocol/flink_call.hpp"
#include "protocol/kube_call.hpp"

namespace drey::sim {

/// How calls travel between the operator and the models.
enum class wire_form {
  typed,    ///< as values
  encoded,  ///< through the HTTP forms and codecs of protocol/
};

kube_body through_http(const kube_body& asked);
kube_answer through_http(const kube_body& asked, const kube_answer& answer);

kube_watch through_http(const kube_watch& asked);
watch_event through_http(const kube_watch& of, const watch_event& event);
watch_ended through_http(const kube_watch& of, const watch_ended& ended);

flink_body through_http(const flink_body& asked);
flink_answer through_http(const flink_body& asked, const flink_answer& answer);

/// What the operator understands of an answer that broke off in the middle.
flink_answer half_of(const flink_body& asked, const flink_answer& answer);

}  // namespace drey::sim
