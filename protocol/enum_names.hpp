/// Enums that can list their values, and the way back from a name. An enum takes part by an
/// ADL-found `name_of(E)` and `constexpr auto values_of(std::type_identity<E>)`, an array of all
/// its values.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace drey {

template <class E>
concept enumerated = std::is_enum_v<E> && requires(E e) {
  std::string_view{name_of(e)};
  values_of(std::type_identity<E>{}).size();
};

/// The value spelled so, exactly; none: no such name.
template <enumerated E>
std::optional<E> enum_named(std::string_view text) {
  for (const E value : values_of(std::type_identity<E>{}))
    if (name_of(value) == text) return value;
  return std::nullopt;
}

namespace enumerators {

/// As the compiler spells it: "drey::e::one"; a value without a name is "(drey::e)7".
template <auto Value>
consteval std::string_view spelled() {
  const std::string_view text = __PRETTY_FUNCTION__;
  const auto begin = text.find("Value = ") + 8;
  return text.substr(begin, text.find_first_of(";]", begin) - begin);
}

template <auto Value>
consteval std::string_view name() {
  return spelled<Value>().substr(spelled<Value>().rfind(':') + 1);
}

}  // namespace enumerators

/// How many values an enum that counts from zero declares, as the compiler knows it: a list or a
/// table of all values is held against it.
template <class E, std::size_t Next = 0>
consteval std::size_t enumerator_count() {
  if constexpr (!enumerators::spelled<static_cast<E>(Next)>().starts_with('('))
    return enumerator_count<E, Next + 1>();
  else
    return Next;
}

/// The names that an enum which counts from zero declares, by value.
template <class E>
inline constexpr auto declared_names = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<std::string_view, sizeof...(I)>{enumerators::name<static_cast<E>(I)>()...};
}
(std::make_index_sequence<enumerator_count<E>()>{});

/// Rows (anything with a `what`) in the order of the enum, exactly one for each value.
template <class Rows>
consteval bool each_value_has_one_row(const Rows& rows) {
  std::size_t next = 0;
  for (const auto& row : rows)
    if (static_cast<std::size_t>(row.what) != next++) return false;
  using value = decltype(rows.begin()->what);
  return next == enumerator_count<value>();
}

/// "native, standalone", for remedies.
template <enumerated E>
std::string enum_choices() {
  std::string all;
  for (const E value : values_of(std::type_identity<E>{})) {
    if (!all.empty()) all += ", ";
    all += name_of(value);
  }
  return all;
}

}  // namespace drey
