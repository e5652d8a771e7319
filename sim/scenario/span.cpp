#include "sim/scenario/span.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace drey::sim {

namespace {

struct unit {
  std::string_view name;
  std::int64_t length_ms;
};
constexpr std::array<unit, 5> units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

/// The index of the unit that `text` begins with, up to the next digit.
std::size_t unit_at(std::string_view text) {
  const auto word = text.substr(0, text.find_first_of("0123456789"));
  std::size_t index = 0;
  while (index < units.size() && units.at(index).name != word) ++index;
  return index;
}

/// "1h30m" of `rest` milliseconds, in whole units down to units[last].
std::string text_in_units(std::int64_t rest, std::size_t last) {
  std::string text;
  for (std::size_t i = 0; i <= last; ++i) {
    const auto amount = rest / units.at(i).length_ms;
    rest %= units.at(i).length_ms;
    if (amount > 0) text += std::to_string(amount) + std::string(units.at(i).name);
  }
  return text;
}

constexpr std::size_t minutes_index = 2;
constexpr std::size_t milliseconds_index = 4;

}  // namespace

std::optional<milliseconds> parse_span(std::string_view text) {
  if (text == "0") return milliseconds{0};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::int64_t amount = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (failure != std::errc{} || amount < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto index = unit_at(text);
    if (index >= units.size() || index < next_unit) return std::nullopt;
    if (amount > span_max.count() / units.at(index).length_ms) return std::nullopt;
    total += amount * units.at(index).length_ms;
    next_unit = index + 1;
    text.remove_prefix(units.at(index).name.size());
  }
  if (total > span_max.count()) return std::nullopt;
  return milliseconds{total};
}

std::string text_of_span(milliseconds span) {
  if (span.count() <= 0) return "0s";
  return text_in_units(span.count(), milliseconds_index);
}

std::string clock_text(milliseconds at) {
  const auto tenths = (at.count() + 50) / 100;
  if (tenths <= 0) return "0s";
  std::string text = text_in_units(tenths * 100, minutes_index);
  const auto left = tenths % 600;
  if (left == 0) return text;
  text += std::to_string(left / 10);
  if (left % 10 != 0) text += "." + std::to_string(left % 10);
  return text + "s";
}

}  // namespace drey::sim
