/// The paths of all fields of a struct (field_table.hpp), as the compiler knows them: a table with
/// a row per field is held against them, so that a field without a row does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "protocol/field_table.hpp"

namespace drey {

/// "taskManager.resource.memory": the names from the outside to the field.
class path_of_field {
public:
  constexpr path_of_field() = default;
  constexpr path_of_field(const path_of_field& outer, std::string_view name)
      : path_of_field(outer) {
    if (size_ != 0) chars_.at(size_++) = '.';
    for (const char c : name) chars_.at(size_++) = c;
  }
  constexpr std::string_view text() const { return {chars_.data(), size_}; }

private:
  std::array<char, 80> chars_{};
  std::size_t size_ = 0;
};

/// The same path, or one further inside.
constexpr bool is_within(std::string_view path, std::string_view outer) {
  return path.starts_with(outer) && (path.size() == outer.size() || path[outer.size()] == '.');
}

namespace field_paths {

struct all {
  std::array<path_of_field, 64> paths{};
  std::size_t count = 0;
  constexpr auto begin() const { return paths.begin(); }
  constexpr auto end() const { return paths.begin() + count; }
};

/// A visitor of field_table.hpp: goes into structs and notes what is none.
class collector {
public:
  constexpr collector(all& into, path_of_field at) : into_(into), at_(at) {}

  template <class T>
  constexpr void field(std::string_view name, const T&, std::string_view) {
    if constexpr (optional_fielded<T>)
      look_into<typename T::value_type>(name);
    else if constexpr (fielded<T>)
      look_into<T>(name);
    else
      note(name);
  }
  constexpr void choice(std::string_view name, auto&&...) { note(name); }
  constexpr void text(std::string_view name, auto&&...) { note(name); }
  constexpr void cores(std::string_view name, auto&&...) { note(name); }
  constexpr void configuration(std::string_view name, auto&&...) { note(name); }
  constexpr void presence(std::string_view name, auto&&...) { note(name); }
  constexpr void group(std::string_view name, std::string_view, auto&& use) {
    collector inner(into_, path_of_field(at_, name));
    use(inner);
  }
  constexpr void rest(const auto&) {}

  template <class T>
  constexpr void look_into(std::string_view name) {
    collector inner(into_, name.empty() ? at_ : path_of_field(at_, name));
    std::allocator<T> room;  // for a struct that is never made: its fields are named, not read
    T* unmade = room.allocate(1);
    fields_of(inner, *unmade);
    room.deallocate(unmade, 1);
  }

private:
  constexpr void note(std::string_view name) {
    into_.paths.at(into_.count++) = path_of_field(at_, name);
  }

  all& into_;
  path_of_field at_;
};

/// Every field of `T` that is no struct itself, in the order of its declaration.
template <class T>
consteval all of() {
  all found;
  collector(found, {}).template look_into<T>({});
  return found;
}

}  // namespace field_paths

/// Each field of `T` has exactly one row (anything with a `path`) of its own or of a struct round
/// it. Rows about what lies below a field only refine.
template <class T, class Rows>
consteval bool each_field_has_one_row(const Rows& rows) {
  for (const auto& field : field_paths::of<T>())
    if (std::ranges::count_if(
            rows, [&](const auto& row) { return is_within(field.text(), row.path); }) != 1)
      return false;
  return true;
}

/// No row is about a field that is not there, or there no more.
template <class T, class Rows>
consteval bool each_row_has_a_field(const Rows& rows) {
  const auto fields = field_paths::of<T>();
  return std::ranges::all_of(rows, [&](const auto& row) {
    return std::ranges::any_of(fields, [&](const auto& field) {
      return is_within(field.text(), row.path) || is_within(row.path, field.text());
    });
  });
}

}  // namespace drey
