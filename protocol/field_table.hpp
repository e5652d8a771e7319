/// How a struct names its JSON fields: one function `fields_of(visitor, struct)` per struct, which
/// calls the visitor once per field. Decoder, encoder and CRD schema are three visitors of the same
/// functions, so types, codec and CRD cannot drift apart.
///
/// A visitor has these members; `about` is the sentence that `kubectl explain` prints:
///   field(name, member, about)             strings, numbers, bools, enums, times, string maps,
///                                          lists and optionals of these, and fielded structs
///   choice(name, member, choices, about)   a string that is one of a few
///   text(name, member, shape, about)       any JSON below one member, kept as text
///   cores(name, member, about)             CPU cores: a number or a Kubernetes quantity
///   configuration(name, member, about)     Flink's configuration, nested or flat
///   presence(name, member, about)          a bool that is true when the (empty) object is there
///   group(name, about, use)                a nested object whose fields live in the same struct
///   rest(member)                           everything else, kept as text
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "protocol/boxed.hpp"

namespace drey {

/// What kind of JSON value a `text` field holds.
enum class json_shape { an_object, a_list };

/// `T` or `const T`: one function serves readers and writers.
template <class X, class T>
concept either = std::same_as<std::remove_const_t<X>, T>;

/// Accepts every field and does nothing; only there to ask whether a struct has a table.
struct field_probe {
  void field(auto&&...) {}
  void choice(auto&&...) {}
  void text(auto&&...) {}
  void cores(auto&&...) {}
  void configuration(auto&&...) {}
  void presence(auto&&...) {}
  void group(auto&&...) {}
  void rest(auto&&...) {}
};

template <class T>
concept fielded = std::is_class_v<T> && requires(field_probe& probe, T& x) {
  fields_of(probe, x);
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_optional<boxed<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

template <class T>
concept optional_fielded = is_optional<T> && fielded<typename T::value_type>;
template <class T>
concept list_of_fielded = is_list<T> && fielded<typename T::value_type>;

}  // namespace drey
