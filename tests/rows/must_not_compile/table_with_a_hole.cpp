/// A decision table without a row for one case. Refused: "static_assert(decides_all(rules))".
#include "protocol/decision_table.hpp"

namespace drey::table_with_a_hole {

enum class light { on, off };

#ifdef BREAK
inline constexpr std::array<rule<light, 2>, 2> rules{{
    {'A', {is::yes, is::any}, light::on},
    {'B', {is::no, is::yes}, light::on},
}};
#else
inline constexpr std::array<rule<light, 2>, 3> rules{{
    {'A', {is::yes, is::any}, light::on},
    {'B', {is::no, is::yes}, light::on},
    {'C', {is::no, is::no}, light::off},
}};
#endif
static_assert(decides_all(rules));

}  // namespace drey::table_with_a_hole
