#include "sim/report/painting.hpp"

#include <algorithm>
#include <array>

namespace drey::sim {

std::string painted(const std::string& text, ink with, colour use) {
  constexpr std::array<std::string_view, 9> codes{"",   "2",  "32",   "33",  "31",
                                                  "36", "35", "1;32", "1;31"};
  if (use == colour::no || with == ink::plain) return text;
  return "\x1b[" + std::string(codes.at(static_cast<std::size_t>(with))) + "m" + text + "\x1b[0m";
}

ink ink_of(const happening& x) {
  if (x.subject == subject::person) return ink::cyan;
  if (x.subject == subject::fault) return ink::magenta;
  switch (x.tone) {
    case tone::note:
      return ink::plain;
    case tone::good:
    case tone::recovered:
      return ink::green;
    case tone::warning:
      return ink::yellow;
    case tone::bad:
    case tone::outage:
      return ink::red;
  }
  return ink::plain;
}

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string filled(std::string text, std::size_t columns) {
  const auto has = columns_of(text);
  if (has < columns) text.append(columns - has, ' ');
  return text;
}

std::string filled_left(const std::string& text, std::size_t columns) {
  const auto has = columns_of(text);
  return has < columns ? std::string(columns - has, ' ') + text : text;
}

}  // namespace drey::sim
