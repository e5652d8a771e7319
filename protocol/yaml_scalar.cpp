#include "protocol/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "protocol/json_text.hpp"

namespace drey {

namespace {

using texts = std::initializer_list<std::string_view>;

bool among(std::string_view text, texts all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

bool is_null(std::string_view text) { return among(text, {"", "~", "null", "Null", "NULL"}); }

bool is_true(std::string_view text) {
  return among(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"});
}

bool is_false(std::string_view text) {
  return among(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"});
}

bool is_special_number(std::string_view text) {
  if (among(text, {".nan", ".NaN", ".NAN"})) return true;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return among(text, {".inf", ".Inf", ".INF"});
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The base that a prefix names; the prefix is taken off.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits.front() != '0') return 10;
  const char letter = digits[1];
  const int base = letter == 'x' || letter == 'X' ? 16 : letter == 'b' || letter == 'B' ? 2 : 8;
  digits.remove_prefix(is_digit(letter) ? 1 : 2);
  return base;
}

/// A whole number within 64 bits, in decimal; none: not one.
std::optional<std::string> whole_number(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  if (text.size() > 1 && text.front() == '0' && !is_digit(text[1]) &&
      !among(text.substr(1, 1), {"x", "X", "b", "B", "o", "O"}))
    return std::nullopt;
  const int base = take_base(text);
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  constexpr std::uint64_t negative_max = 1ULL << 63;
  if (negative && value > negative_max) return std::nullopt;
  return (negative && value != 0 ? "-" : "") + std::to_string(value);
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

/// [-+]?(.[0-9]+|[0-9]+(.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_float_spelling(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  const auto whole = digits_at(text, 0);
  std::size_t at = whole;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = digits_at(text, at + 1);
    at += 1 + fraction;
  }
  if (whole == 0 && fraction == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const auto exponent = digits_at(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

/// A number with a fraction or an exponent, or beyond 64 bits; none: not one.
std::optional<std::string> float_number(std::string_view text) {
  if (!is_float_spelling(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  std::string out;
  append_number(out, value);
  return out;
}

bool may_be_number(std::string_view text) {
  return is_digit(text.front()) || among(text.substr(0, 1), {"+", "-", "."});
}

}  // namespace

std::variant<yaml_scalar, not_a_json_number> resolve_plain_scalar(std::string_view text) {
  if (is_null(text)) return yaml_scalar{scalar_type::null, "null"};
  if (is_true(text)) return yaml_scalar{scalar_type::boolean, "true"};
  if (is_false(text)) return yaml_scalar{scalar_type::boolean, "false"};
  if (is_special_number(text)) return not_a_json_number{};
  if (!may_be_number(text)) return yaml_scalar{scalar_type::text, std::string(text)};
  std::string digits(text);
  std::erase(digits, '_');
  if (auto whole = whole_number(digits)) return yaml_scalar{scalar_type::integer, *whole};
  if (auto number = float_number(digits)) return yaml_scalar{scalar_type::number, *number};
  return yaml_scalar{scalar_type::text, std::string(text)};
}

}  // namespace drey
