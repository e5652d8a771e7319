/// One declaration per struct: its fields' names. Everything else is derived from it — the text of
/// logs, stories and golden files (describe.hpp) and the naming of messages (wire.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace drey {

template <class... Names>
constexpr auto fields(Names... names) {
  return std::array<std::string_view, sizeof...(Names)>{names...};
}

/// A plain aggregate that names its fields: `static constexpr auto names = fields("a", "b");`
template <class T>
concept described = std::is_aggregate_v<std::remove_cvref_t<T>> && requires {
  std::remove_cvref_t<T>::names.size();
};

/// Calls `use` with every field of `x`, in order of declaration. At most eight fields.
template <described T, class F>
constexpr decltype(auto) with_fields(T& x, F&& use) {
  constexpr auto count = std::remove_cvref_t<T>::names.size();
  if constexpr (count == 0) {
    return use();
  } else if constexpr (count == 1) {
    auto& [a] = x;
    return use(a);
  } else if constexpr (count == 2) {
    auto& [a, b] = x;
    return use(a, b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = x;
    return use(a, b, c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = x;
    return use(a, b, c, d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = x;
    return use(a, b, c, d, e);
  } else if constexpr (count == 6) {
    auto& [a, b, c, d, e, f] = x;
    return use(a, b, c, d, e, f);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, f, g] = x;
    return use(a, b, c, d, e, f, g);
  } else {
    static_assert(count == 8, "small structs only: at most eight fields, or a nested struct");
    auto& [a, b, c, d, e, f, g, h] = x;
    return use(a, b, c, d, e, f, g, h);
  }
}

/// The unqualified name of `T`, as the compiler spells it.
template <class T>
consteval std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.rfind(':') + 1);  // npos + 1 == 0: no namespace
}

}  // namespace drey
