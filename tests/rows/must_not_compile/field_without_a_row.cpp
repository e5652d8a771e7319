/// A table of fields without a row for one. Refused: "each_field_has_one_row<lamp>(rows)".
#include <optional>
#include <string>

#include "protocol/field_paths.hpp"

namespace drey::field_without_a_row {

struct bulb {
  std::string colour;
  int watts = 0;
};
struct lamp {
  std::optional<bulb> lit_by;
  bool dimmed = false;
};

constexpr void fields_of(auto& v, either<bulb> auto& x) {
  v.field("colour", x.colour, "Of its light.");
  v.field("watts", x.watts, "What it takes.");
}
constexpr void fields_of(auto& v, either<lamp> auto& x) {
  v.field("bulb", x.lit_by, "What shines.");
  v.field("dimmed", x.dimmed, "Whether it is.");
}

struct row {
  std::string_view path;
};
#ifdef BREAK
inline constexpr std::array<row, 2> rows{{{"bulb.colour"}, {"dimmed"}}};
#else
inline constexpr std::array<row, 3> rows{{{"bulb.colour"}, {"bulb.watts"}, {"dimmed"}}};
#endif
static_assert(each_field_has_one_row<lamp>(rows));
static_assert(each_row_has_a_field<lamp>(rows));

}  // namespace drey::field_without_a_row
