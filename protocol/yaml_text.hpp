/// JSON as YAML that people read: block style, members sorted by name, strings quoted where YAML
/// could take them for something else.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace drey {

/// Ends with a line break. The same value gives the same bytes.
std::string yaml_of(const nlohmann::json& value);

}  // namespace drey
