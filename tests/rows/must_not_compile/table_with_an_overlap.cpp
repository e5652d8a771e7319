/// A decision table with two rows for one case. Refused: "static_assert(decides_all(rules))".
#include "protocol/decision_table.hpp"

namespace drey::table_with_an_overlap {

enum class light { on, off };

inline constexpr std::array<rule<light, 2>, 3> rules{{
    {'A', {is::yes, is::any}, light::on},
#ifdef BREAK
    {'B', {is::any, is::yes}, light::on},
#else
    {'B', {is::no, is::yes}, light::on},
#endif
    {'C', {is::no, is::no}, light::off},
}};
static_assert(decides_all(rules));

}  // namespace drey::table_with_an_overlap
