#include "protocol/manifest_file.hpp"

#include <algorithm>
#include <fstream>
#include <ostream>

#include "protocol/limits.hpp"

namespace drey {

namespace {

/// At most one byte more than a manifest may have, so that a huge file costs nothing; none: not
/// readable.
std::optional<std::string> text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(static_cast<std::size_t>(limits::manifest_bytes_max) + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace

std::optional<manifest> manifest_in_file(const std::string& path, std::ostream& err) {
  if (const auto text = text_of_file(path)) return read_manifest(*text);
  err << path << ": cannot be read. Give the path of a YAML file\n";
  return std::nullopt;
}

std::string text_in_file(const std::string& path, const finding& one) {
  return path + ":" + std::to_string(std::max(one.line, 1)) + ": " + text_of_finding(one);
}

}  // namespace drey
