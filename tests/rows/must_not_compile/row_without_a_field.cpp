/// A row for a field that is not there. Refused: "each_row_has_a_field<lamp>(rows)".
#include <string>

#include "protocol/field_paths.hpp"

namespace drey::row_without_a_field {

struct lamp {
  std::string colour;
  bool dimmed = false;
};

constexpr void fields_of(auto& v, either<lamp> auto& x) {
  v.field("colour", x.colour, "Of its light.");
  v.field("dimmed", x.dimmed, "Whether it is.");
}

struct row {
  std::string_view path;
};
#ifdef BREAK
inline constexpr std::array<row, 3> rows{{{"colour"}, {"dimmed"}, {"watts"}}};
#else
inline constexpr std::array<row, 2> rows{{{"colour"}, {"dimmed"}}};
#endif
static_assert(each_field_has_one_row<lamp>(rows));
static_assert(each_row_has_a_field<lamp>(rows));

}  // namespace drey::row_without_a_field
