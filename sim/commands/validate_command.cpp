#include "sim/commands/validate_command.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <ostream>

#include "protocol/limits.hpp"
#include "protocol/manifest_check.hpp"

namespace drey::sim {

namespace {

/// At most one byte more than a manifest may have, so that a huge file costs nothing; none: not
/// readable.
std::optional<std::string> text_of_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(static_cast<std::size_t>(limits::manifest_bytes_max) + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

struct tally {
  std::size_t resources = 0;
  std::size_t errors = 0;
  std::size_t warnings = 0;
};

void print(const std::string& file, const finding& one, tally& sum, std::ostream& out) {
  sum.errors += one.level == severity::error ? 1 : 0;
  sum.warnings += one.level == severity::warning ? 1 : 0;
  out << file << ':' << std::max(one.line, 1) << ": " << text_of_finding(one) << '\n';
}

}  // namespace

int run_validate(const std::vector<std::string>& files, std::ostream& out, std::ostream& err) {
  constexpr int verdict_bad = 2;
  std::vector<std::string> names;
  std::vector<manifest> manifests;
  tally sum;
  for (const auto& name : files) {
    const auto text = text_of_file(name);
    if (text) {
      names.push_back(name);
      manifests.push_back(read_manifest(*text));
      continue;
    }
    err << name << ": cannot be read. Give the path of a YAML file\n";
    ++sum.errors;
  }
  const auto found = check_manifests(manifests, offline_validation());
  for (std::size_t i = 0; i < found.size(); ++i) {
    sum.resources += manifests[i].resources.size();
    for (const auto& one : found[i]) print(names[i], one, sum, out);
  }
  out << counted(sum.resources, "resource") << ": " << counted(sum.errors, "error") << ", "
      << counted(sum.warnings, "warning") << '\n';
  return sum.errors == 0 ? 0 : verdict_bad;
}

}  // namespace drey::sim
