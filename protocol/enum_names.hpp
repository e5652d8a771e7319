/// Enums that can list their values, and the way back from a name. An enum takes part by an
/// ADL-found `name_of(E)` and `constexpr auto values_of(std::type_identity<E>)`, an array of all
/// its values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

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
