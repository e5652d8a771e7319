/// The swimlanes as inline SVG, and the small things that SVG and HTML share.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "sim/report/lanes.hpp"

namespace drey::sim {

/// `text` with &, <, > and quotes escaped and control characters left out: safe in HTML, SVG and
/// attributes.
std::string escaped(std::string_view text);

/// The chart. Pins are numbered from 1 in the order of `pins`; the page lists what they mean.
void write_chart(std::ostream& out, const run_result& result, const std::vector<pin>& pins);

/// How near two pins may stand before they become one.
milliseconds pins_apart(milliseconds end);

/// The style sheet of the page; the chart's classes are defined here.
std::string style_sheet();

}  // namespace drey::sim
