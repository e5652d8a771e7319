/// `metadata` of any Kubernetes object. `managedFields`, but for the writers of a primary's status,
/// and other members that drey never looks at (selfLink, generateName, deletionGracePeriodSeconds)
/// are dropped.
#pragma once

#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

/// Reads the member `metadata` of `object`. An error: no name.
void read_metadata(json_reader& object, object_meta& out);

/// Reads `metadata.managedFields` of the primary `object`: who writes its status.
void read_status_writers(json_reader& object, object_meta& out);

/// Writes the member `metadata` of `object`.
void write_metadata(json_writer& object, const object_meta& metadata);

}  // namespace drey
