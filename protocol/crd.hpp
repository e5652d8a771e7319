/// The CustomResourceDefinitions of the three primaries, made from the same field tables as the
/// codec (field_table.hpp). Schemas are a superset of what the Apache operator's CRDs hold: every
/// object keeps unknown members, so nothing in live objects is ever pruned.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "protocol/kube_call.hpp"

namespace drey {

/// `openAPIV3Schema` of one primary.
nlohmann::json crd_schema(object_kind primary);

/// The whole manifest.
nlohmann::json crd(object_kind primary);

/// The manifest as the file that `configs/crd/` holds.
std::string crd_yaml(object_kind primary);

/// "flinkdeployments.yaml", in configs/crd/.
std::string crd_file_name(object_kind primary);

}  // namespace drey
