/// The files that tell Flink's processes what to log: the user's, and a default for what is not
/// given. Flink starts with both; which one counts, the libraries of the image decide.
#pragma once

#include "protocol/kubernetes.hpp"

namespace drey {

/// `log4j-console.properties` and `logback-console.xml`, by name. The defaults write to the console
/// and to a file that Flink's web interface shows, and are read again within 30 s of a change.
string_map log_files_of(const string_map& given);

}  // namespace drey
