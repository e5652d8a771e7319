#include "protocol/configuration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "protocol/limits.hpp"

namespace drey {

namespace {

struct unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::int64_t nanos_per_milli = 1'000'000;
constexpr std::int64_t second = 1'000 * nanos_per_milli;

/// In nanoseconds; Flink reads the long names with and without a final "s".
constexpr std::array<unit, 30> duration_units{{
    {"d", 86'400 * second},
    {"day", 86'400 * second},
    {"days", 86'400 * second},
    {"h", 3'600 * second},
    {"hour", 3'600 * second},
    {"hours", 3'600 * second},
    {"min", 60 * second},
    {"m", 60 * second},
    {"minute", 60 * second},
    {"minutes", 60 * second},
    {"s", second},
    {"sec", second},
    {"secs", second},
    {"second", second},
    {"seconds", second},
    {"ms", nanos_per_milli},
    {"milli", nanos_per_milli},
    {"millis", nanos_per_milli},
    {"millisecond", nanos_per_milli},
    {"milliseconds", nanos_per_milli},
    {"\xc2\xb5s", 1'000},
    {"micro", 1'000},
    {"micros", 1'000},
    {"microsecond", 1'000},
    {"microseconds", 1'000},
    {"ns", 1},
    {"nano", 1},
    {"nanos", 1},
    {"nanosecond", 1},
    {"nanoseconds", 1},
}};

constexpr std::array<unit, 14> memory_units{{
    {"b", 1},
    {"bytes", 1},
    {"k", 1LL << 10},
    {"kb", 1LL << 10},
    {"kibibytes", 1LL << 10},
    {"m", 1LL << 20},
    {"mb", 1LL << 20},
    {"mebibytes", 1LL << 20},
    {"g", 1LL << 30},
    {"gb", 1LL << 30},
    {"gibibytes", 1LL << 30},
    {"t", 1LL << 40},
    {"tb", 1LL << 40},
    {"tebibytes", 1LL << 40},
}};

struct quantity_suffix {
  std::string_view name;
  long double factor;
};
constexpr std::array<quantity_suffix, 15> quantity_suffixes{{
    {"Ki", 1024.0L},
    {"Mi", 1048576.0L},
    {"Gi", 1073741824.0L},
    {"Ti", 1099511627776.0L},
    {"Pi", 1125899906842624.0L},
    {"Ei", 1152921504606846976.0L},
    {"n", 1e-9L},
    {"u", 1e-6L},
    {"m", 1e-3L},
    {"k", 1e3L},
    {"M", 1e6L},
    {"G", 1e9L},
    {"T", 1e12L},
    {"P", 1e15L},
    {"E", 1e18L},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto from = text.find_first_not_of(blanks);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

template <std::size_t N>
std::optional<std::int64_t> factor_of(const std::array<unit, N>& units, std::string_view name) {
  for (const auto& one : units)
    if (one.name == name) return one.factor;
  return std::nullopt;
}

struct number_and_unit {
  std::int64_t number = 0;
  std::string unit;  ///< lower case, trimmed
};

/// "10 s": the form that Flink's durations and sizes share. None: no digits, or too many.
std::optional<number_and_unit> number_with_unit(std::string_view text) {
  text = trimmed(text);
  number_and_unit out;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out.number);
  if (code != std::errc{} || !is_digit(text.front())) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  out.unit = lower_case(trimmed(text));
  return out;
}

/// None: the product does not fit.
std::optional<std::int64_t> product(std::int64_t number, std::int64_t factor) {
  if (factor != 0 && number > std::numeric_limits<std::int64_t>::max() / factor)
    return std::nullopt;
  return number * factor;
}

/// The sign and the digits of a quantity, taken off the front. None: there are no digits.
std::optional<long double> take_decimal(std::string_view& text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  long double value = 0;
  long double place = 1;
  bool digits = false;
  bool fraction = false;
  for (; !text.empty() && (is_digit(text.front()) || (text.front() == '.' && !fraction));
       text.remove_prefix(1)) {
    if (text.front() == '.') {
      fraction = true;
      continue;
    }
    digits = true;
    value = value * 10 + (text.front() - '0');
    if (fraction) place *= 10;
  }
  if (!digits) return std::nullopt;
  return (negative ? -value : value) / place;
}

/// What stands behind the digits of a quantity: a suffix or a decimal exponent.
std::optional<long double> quantity_factor(std::string_view text) {
  if (text.empty()) return 1.0L;
  for (const auto& one : quantity_suffixes)
    if (one.name == text) return one.factor;
  if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
  text.remove_prefix(text.size() > 1 && text[1] == '+' ? 2 : 1);
  int exponent = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (std::abs(exponent) > 18) return std::nullopt;
  return std::pow(10.0L, static_cast<long double>(exponent));
}

/// A quantity in units of 1/`parts`, rounded up as Kubernetes does; beyond the range: its end.
std::optional<std::int64_t> parse_quantity(std::string_view text, long double parts) {
  const auto digits = take_decimal(text);
  if (!digits) return std::nullopt;
  const auto factor = quantity_factor(text);
  if (!factor) return std::nullopt;
  using bounds = std::numeric_limits<std::int64_t>;
  const auto value = std::ceil(*digits * *factor * parts - 1e-6L);
  if (value >= static_cast<long double>(bounds::max())) return bounds::max();
  if (value <= static_cast<long double>(bounds::min())) return bounds::min();
  return static_cast<std::int64_t>(value);
}

/// Apache's leniency: case and blanks do not matter, and a final "B" neither ("2 gib").
std::string as_quantity(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\t') out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (out.ends_with('B')) out.pop_back();
  if (out.ends_with('I')) out.back() = 'i';
  return out;
}

}  // namespace

std::optional<std::string> value_of(const configuration& config, std::string_view key,
                                    std::string_view old_key) {
  for (const auto name : {key, old_key}) {
    if (name.empty()) continue;
    if (const auto found = config.find(std::string(name)); found != config.end())
      return found->second;
  }
  return std::nullopt;
}

std::optional<milliseconds> parse_duration(std::string_view text) {
  const auto parts = number_with_unit(text);
  if (!parts) return std::nullopt;
  if (parts->unit.empty()) return milliseconds{parts->number};
  const auto nanos = factor_of(duration_units, parts->unit);
  if (!nanos) return std::nullopt;
  if (*nanos < nanos_per_milli) return milliseconds{parts->number / (nanos_per_milli / *nanos)};
  const auto millis = product(parts->number, *nanos / nanos_per_milli);
  if (!millis) return std::nullopt;
  return milliseconds{*millis};
}

std::optional<std::int64_t> parse_memory(std::string_view text) {
  const auto parts = number_with_unit(text);
  if (!parts) return std::nullopt;
  if (parts->unit.empty()) return parts->number;
  const auto factor = factor_of(memory_units, parts->unit);
  if (!factor) return std::nullopt;
  return product(parts->number, *factor);
}

std::optional<std::int64_t> parse_quantity_milli(std::string_view text) {
  return parse_quantity(text, 1000);
}

std::optional<std::int64_t> parse_spec_memory(std::string_view text) {
  if (const auto size = parse_memory(text)) return size;
  return parse_quantity(as_quantity(text), 1);
}

std::string limit_factor_key(std::string_view component, std::string_view resource) {
  return "kubernetes." + std::string(component) + "." + std::string(resource) + ".limit-factor";
}

std::optional<double> parse_limit_factor(std::string_view text) {
  text = trimmed(text);
  double factor = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), factor);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(factor >= 1 && factor <= limits::limit_factor_max)) return std::nullopt;
  return factor;
}

}  // namespace drey
