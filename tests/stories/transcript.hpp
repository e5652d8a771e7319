/// A story is a text file of stanzas: one or more commands, `----`, what they made happen, a blank
/// line. It is played and compared; with DREY_REWRITE=1 in the environment the expectations are
/// written anew instead: read the difference.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace drey::stories {

/// `name first-word key=value …`
struct command {
  std::string name;
  std::string what;                         ///< the bare word after it; empty: none
  std::map<std::string, std::string> with;  ///< `key=value`

  /// The argument of that name; `otherwise` when it was not given.
  std::string value(const std::string& key, const std::string& otherwise = {}) const;
};

/// What a story becomes: the same text, with what `play` told in the place of the expectations.
std::string played(const std::string& story,
                   const std::function<std::string(const command&)>& play);

}  // namespace drey::stories
