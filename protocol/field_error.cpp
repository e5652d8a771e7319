#include "protocol/field_error.hpp"

namespace drey {

std::string text_of_error(const field_error& error) {
  std::string text;
  if (!error.path.empty()) text += error.path + ": ";
  text += error.problem;
  if (!error.remedy.empty()) text += ". " + error.remedy;
  return text;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t bytes_max = 200;
  if (text.size() <= bytes_max) return std::string(text);
  auto end = bytes_max;
  const auto continues = [&](std::size_t at) {  // a UTF-8 sequence is not cut
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  while (end > 0 && continues(end)) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string text_of_path(const field_path& path) {
  std::string text = path.outer ? text_of_path(*path.outer) : std::string{};
  if (path.index >= 0) return text + "[" + std::to_string(path.index) + "]";
  if (path.name.empty()) return text;
  if (path.as == field_path::spelling::key) return text + "[" + excerpt(path.name) + "]";
  if (!text.empty()) text += ".";
  return text + excerpt(path.name);
}

}  // namespace drey
