/// The options of a command line that say how an S3 store is reached.
#pragma once

#include "runtime/s3_settings.hpp"

namespace CLI {
class App;
}

namespace drey {

/// `settings` outlives the parsing of `app`; what no option says, the environment does.
void add_s3_options(CLI::App& app, s3_settings& settings);

}  // namespace drey
