#include "protocol/ingress_place.hpp"

#include <algorithm>

namespace drey {

namespace {

bool same_letter(char a, char b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return lower(a) == lower(b);
}

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), same_letter);
}

std::string replaced(std::string_view text, std::string_view word, std::string_view by) {
  std::string out;
  while (!text.empty()) {
    if (begins_with(text, word)) {
      out += by;
      text.remove_prefix(word.size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

bool is_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<ingress_place> ingress_place_of(std::string_view url, std::string_view name,
                                              std::string_view ns) {
  const auto filled = replaced(replaced(url, "{{name}}", name), "{{namespace}}", ns);
  std::string_view rest = filled;
  for (const std::string_view scheme : {"http://", "https://"})
    if (begins_with(rest, scheme)) {
      rest.remove_prefix(scheme.size());
      break;
    }
  auto authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  ingress_place place;
  if (colon != authority.npos && (bracket == authority.npos || colon > bracket)) {
    if (!is_number(authority.substr(colon + 1))) return std::nullopt;
    authority = authority.substr(0, colon);
  }
  place.host = authority;
  place.path = rest.substr(0, rest.find_first_of("?#"));
  return place;
}

}  // namespace drey
