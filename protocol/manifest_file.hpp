/// Manifests that are files, for the commands that read some.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "protocol/manifest.hpp"

namespace drey {

/// None, and a line on `err`: the file cannot be read. What is wrong with its text is among the
/// findings.
std::optional<manifest> manifest_in_file(const std::string& path, std::ostream& err);

/// "file:line: path: problem. Remedy"
std::string text_in_file(const std::string& path, const finding& one);

}  // namespace drey
