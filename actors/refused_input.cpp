#include "actors/refused_input.hpp"

#include <algorithm>

namespace drey {

namespace {

struct known_words {
  std::string_view words;  ///< a part of what is said
  std::string_view remedy;
};

/// The first that fits. Sources: runtime/ (jars), Flink's PackagedProgram, Checkpoints,
/// AbstractFsCheckpointStorageAccess and MetadataSerializers, the same from 1.12 to 2.x.
constexpr known_words all[] = {
    {"not a jar", "Mend spec.job.jarURI: what lies there is no jar (a page to log in, perhaps)"},
    {"ZipException", "Mend spec.job.jarURI: what lies there is a broken jar"},
    {"zip END header", "Mend spec.job.jarURI: what lies there is a broken jar"},
    {"HTTP 404", "Mend spec.job.jarURI: the server has no such file"},
    {"cannot fetch ", "See spec.job.jarURI, and what it takes to reach it"},
    {"Neither a 'Main-Class'",
     "Set spec.job.entryClass: the jar's manifest names no class to be started"},
    {"entry point class", "Mend spec.job.entryClass: the jar does not hold it"},
    {"ClassNotFoundException",
     "Mend spec.job.entryClass, or put that class into the jar (spec.job.jarURI)"},
    {"didn't contain a Flink job",
     "The main() of spec.job.entryClass calls execute() of no job: mend the program"},
    {"Cannot map checkpoint/savepoint state",
     "What it is to begin with holds state of another program: mend "
     "spec.job.initialSavepointPath, or set spec.job.allowNonRestoredState to true, which drops "
     "that state"},
    {"Max parallelism mismatch",
     "What it is to begin with was taken with another maximum parallelism: set "
     "pipeline.max-parallelism in spec.flinkConfiguration to that one"},
    {"Cannot find checkpoint or savepoint",
     "Mend spec.job.initialSavepointPath: no snapshot lies there"},
    {"Cannot find meta data file",
     "Mend spec.job.initialSavepointPath: what lies there is no snapshot"},
    {"Unrecognized checkpoint version number",
     "What it is to begin with is of a newer Flink: mend spec.job.initialSavepointPath, or "
     "spec.flinkVersion and spec.image of its cluster"},
    {"Unexpected magic number",
     "Mend spec.job.initialSavepointPath: what lies there is no snapshot, or a broken one"},
};

std::string joined(std::string said, std::string_view remedy) {
  if (remedy.empty() || said.find(remedy) != std::string::npos) return said;  // said before
  while (said.ends_with('.')) said.pop_back();
  return said + ". " + std::string(remedy);
}

}  // namespace

std::string_view remedy_for(std::string_view said) {
  const auto found = std::ranges::find_if(
      all, [&](const known_words& one) { return said.find(one.words) != std::string_view::npos; });
  return found == std::end(all) ? std::string_view{} : found->remedy;
}

std::string with_remedy(std::string said) {
  const auto remedy = remedy_for(said);
  return joined(std::move(said), remedy);
}

std::string with_remedy_of_submission(std::string said) {
  const auto known = remedy_for(said);
  return joined(
      std::move(said),
      known.empty() ? "If its main() threw that: mend spec.job.args, or the program" : known);
}

}  // namespace drey
