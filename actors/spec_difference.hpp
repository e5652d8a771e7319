/// What differs between two specs, field by field and with the path a person would write: JSON is
/// compared by its meaning, so neither the order of members nor nested or flat keys count.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/field_error.hpp"
#include "protocol/kubernetes.hpp"

namespace drey {

/// A field that somebody knows. Its members, if it has any, are fields or keys of a map; how they
/// are spelled differs.
struct known_field {
  std::string_view path;  ///< from the spec: "taskManager.resource.memory"
  field_path::spelling members = field_path::spelling::member;
};

struct spec_difference {
  std::string path;         ///< "spec.flinkConfiguration[taskmanager.numberOfTaskSlots]"
  std::string field;        ///< of a known field the path from the spec, else what is unknown
  std::string key;          ///< the member's name where members are keys
  json_text before, after;  ///< empty: it is not there
};

/// In the order of the names. Below a known field each member that differs is told of; lists of
/// objects are compared by their names where all have one, any other list as a whole. A field that
/// is not known is told of as a whole.
std::vector<spec_difference> differences_of(const json_text& before, const json_text& after,
                                            std::span<const known_field> known);

}  // namespace drey
