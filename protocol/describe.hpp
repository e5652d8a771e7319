/// The one textual form of states, facts and commands: logs, traces, stories.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "protocol/described.hpp"
#include "protocol/ids.hpp"
#include "protocol/time.hpp"

namespace drey {

/// An enum that names its values: an ADL-found `std::string_view name_of(E)`.
template <class E>
concept named_enum = std::is_enum_v<E> && requires(E e) {
  std::string_view{name_of(e)};
};

inline void describe(std::string& out, const std::string& x) { out += x.empty() ? "-" : x; }
inline void describe(std::string& out, bool x) { out += x ? "yes" : "no"; }
template <std::integral T>
requires(!std::same_as<T, bool>) void describe(std::string& out, T x) { out += std::to_string(x); }
inline void describe(std::string& out, milliseconds x) {
  if (x.count() % 1000 == 0)
    out += std::to_string(x.count() / 1000) + "s";
  else
    out += std::to_string(x.count()) + "ms";
}
inline void describe(std::string& out, seconds x) { out += std::to_string(x.count()) + "s"; }
inline void describe(std::string& out, ticket x) { out += "#" + std::to_string(x.number); }
inline void describe(std::string& out, const job_id& x) {
  out += x.hex.empty() ? "-" : x.hex.substr(0, 8);
}
inline void describe(std::string& out, const object_name& x) { out += text_of_name(x); }
template <named_enum E>
void describe(std::string& out, E x) {
  out += name_of(x);
}

template <described T>
void describe(std::string& out, const T& x);
template <class T>
void describe(std::string& out, const std::optional<T>& x);
template <class T>
void describe(std::string& out, const std::vector<T>& x);
template <class... Ts>
void describe(std::string& out, const std::variant<Ts...>& x);

template <class T>
void describe(std::string& out, const std::optional<T>& x) {
  if (x)
    describe(out, *x);
  else
    out += "none";
}

template <class T>
void describe(std::string& out, const std::vector<T>& x) {
  out += "[";
  const char* separator = "";
  for (const auto& one : x) {
    out += separator;
    describe(out, one);
    separator = " ";
  }
  out += "]";
}

template <described T>
void describe(std::string& out, const T& x) {
  out += type_name<T>();
  std::size_t at = 0;
  with_fields(x, [&](const auto&... values) {
    ((out += " ", out += T::names[at++], out += "=", describe(out, values)), ...);
  });
}

template <class... Ts>
void describe(std::string& out, const std::variant<Ts...>& x) {
  std::visit([&](const auto& one) { describe(out, one); }, x);
}

template <class T>
std::string text_of(const T& x) {
  std::string out;
  describe(out, x);
  return out;
}

}  // namespace drey
