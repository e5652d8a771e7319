/// A jar of this machine is copied, so that what was looked at is what is uploaded.
#pragma once

#include <filesystem>

#include "runtime/artifact_file.hpp"

namespace drey {

/// Fills `into` with a file that `source_of` allowed. Blocks on the file system.
storage_answer copy_artifact(const std::filesystem::path& from, artifact_file& into);

/// The answer to a fetch whose bytes have all come: it is kept, or told why not.
storage_answer finished(artifact_file& file, const std::string& about);

}  // namespace drey
