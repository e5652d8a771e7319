/// Which field of a job is wrong when Flink, or a server of jars, refuses what it says: by their
/// own words, which name no field. Pure.
#pragma once

#include <string>
#include <string_view>

namespace drey {

/// A sentence that names the field's path and what helps; empty: the words are not known.
std::string_view remedy_for(std::string_view said);
/// The same behind what was said.
std::string with_remedy(std::string said);
/// Of a submission, which its main() may have refused, too.
std::string with_remedy_of_submission(std::string said);

}  // namespace drey
