#include "protocol/field_error.hpp"

namespace drey {

std::string text_of_error(const field_error& error) {
  std::string text;
  if (!error.path.empty()) text += error.path + ": ";
  text += error.problem;
  if (!error.remedy.empty()) text += ". " + error.remedy;
  return text;
}

std::string text_of_path(const field_path& path) {
  std::string text = path.outer ? text_of_path(*path.outer) : std::string{};
  if (path.index >= 0) return text + "[" + std::to_string(path.index) + "]";
  if (path.name.empty()) return text;
  if (path.as == field_path::spelling::key) return text + "[" + std::string(path.name) + "]";
  if (!text.empty()) text += ".";
  return text += path.name;
}

}  // namespace drey
