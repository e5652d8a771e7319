#include "sim/commands/validate_command.hpp"

#include <ostream>

#include "protocol/manifest_check.hpp"
#include "protocol/manifest_file.hpp"

namespace drey::sim {

namespace {

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
  out << text_in_file(file, one) << '\n';
}

}  // namespace

int run_validate(const std::vector<std::string>& files, std::ostream& out, std::ostream& err) {
  constexpr int verdict_bad = 2;
  std::vector<std::string> names;
  std::vector<manifest> manifests;
  tally sum;
  for (const auto& name : files) {
    if (auto read = manifest_in_file(name, err)) {
      names.push_back(name);
      manifests.push_back(std::move(*read));
    } else {
      ++sum.errors;
    }
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
