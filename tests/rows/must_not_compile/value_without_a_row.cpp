/// A table of an enum's values without a row for one. Refused: "each_value_has_one_row(rows)".
#include "protocol/enum_names.hpp"

namespace drey::value_without_a_row {

#ifdef BREAK
enum class light { red, green, blue };
#else
enum class light { red, green };
#endif

struct row {
  light what;
  int wavelength;
};
inline constexpr std::array<row, 2> rows{{{light::red, 650}, {light::green, 530}}};
static_assert(each_value_has_one_row(rows));
static_assert(declared_names<light>[1] == "green");

}  // namespace drey::value_without_a_row
