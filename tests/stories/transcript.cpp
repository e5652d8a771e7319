#include "tests/stories/transcript.hpp"

#include <sstream>

namespace drey::stories {

namespace {

command parsed(const std::string& line) {
  std::istringstream words{line};
  command result;
  words >> result.name;
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      result.what = word;
    else
      result.with[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return result;
}

}  // namespace

std::string command::value(const std::string& key, const std::string& otherwise) const {
  const auto found = with.find(key);
  return found == with.end() ? otherwise : found->second;
}

std::string played(const std::string& story,
                   const std::function<std::string(const command&)>& play) {
  std::istringstream in{story};
  std::string out, told;
  for (std::string line; std::getline(in, line);) {
    if (line == "----") {
      while (std::getline(in, line) && !line.empty()) {
      }
      out += "----\n" + told + "\n";
      told.clear();
      continue;
    }
    out += line + "\n";
    if (!line.empty() && line.front() != '#') told += play(parsed(line));
  }
  return out;
}

}  // namespace drey::stories
