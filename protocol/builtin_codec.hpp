/// JSON of Kubernetes' own objects, without `apiVersion`, `kind` and `metadata` (object_codec.hpp
/// joins them). Field names as in the Kubernetes API reference, v1.34.
///
/// Reading takes what the structs of kubernetes.hpp hold and passes over the rest; writing in form
/// `whole` is its inverse.
#pragma once

#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

enum class object_form {
  whole,  ///< spec and status, as the API server shows it
  owned,  ///< what drey wants to own: the body of a create or a server-side apply; no status
};

void read_body(json_reader& json, deployment& out);
void read_body(json_reader& json, stateful_set& out);
void read_body(json_reader& json, service& out);
void read_body(json_reader& json, config_map& out);
void read_body(json_reader& json, pod& out);
void read_body(json_reader& json, node& out);
void read_body(json_reader& json, lease& out);
void read_body(json_reader& json, event_record& out);
void read_body(json_reader& json, ingress& out);
void read_body(json_reader& json, batch_job& out);

void write_body(json_writer& json, const deployment& x, object_form form);
void write_body(json_writer& json, const stateful_set& x, object_form form);
void write_body(json_writer& json, const service& x, object_form form);
void write_body(json_writer& json, const config_map& x, object_form form);
void write_body(json_writer& json, const pod& x, object_form form);
void write_body(json_writer& json, const node& x, object_form form);
void write_body(json_writer& json, const lease& x, object_form form);
void write_body(json_writer& json, const event_record& x, object_form form);
void write_body(json_writer& json, const ingress& x, object_form form);
void write_body(json_writer& json, const batch_job& x, object_form form);

}  // namespace drey
