#include "sim/report/html_report.hpp"

#include <algorithm>

#include "sim/report/html_chart.hpp"
#include "sim/report/text_report.hpp"
#include "sim/scenario/span.hpp"

namespace drey::sim {

namespace {

/// A run with more rows than this keeps its timeline folded until somebody asks for it.
constexpr std::size_t rows_open_max = 60;

void write_head(std::ostream& out, const run_result& result, const std::string& replay) {
  const auto name = escaped(result.scenario);
  out << "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
      << (held(result) ? "held: " : "violated: ") << name << ", seed " << result.seed
      << "</title>\n<style>" << style_sheet() << "</style>\n</head>\n<body>\n<div class=\"head\">"
      << "<span class=\"verdict " << (held(result) ? "held\">HELD" : "violated\">VIOLATED")
      << "</span><h1>" << name << "</h1></div>\n<p class=\"summary\">" << clock_text(result.end)
      << " simulated with seed " << result.seed << " and "
      << (result.faults == "none" ? "no random" : escaped(result.faults)) << " faults. "
      << "<span class=\"soft\">Replay:</span> <code>" << escaped(replay) << "</code></p>\n";
}

void write_broken(std::ostream& out, const run_result& result) {
  for (const auto& one : result.violations)
    out << "<p class=\"broken\"><b>Rule " << one.rule << ", " << rule_title(one.rule)
        << "</b>, broken at " << clock_text(one.at) << ": " << escaped(one.text) << "</p>\n";
  for (const auto& one : result.expectations)
    if (!one.held)
      out << "<p class=\"broken\"><b>Expected</b> that " << escaped(one.text)
          << (one.found.empty() ? "" : "; found: " + escaped(one.found)) << "</p>\n";
}

void write_figure(std::ostream& out, const std::string& value, std::string_view name) {
  out << "<div class=\"figure\"><b>" << value << "</b><span>" << name << "</span></div>\n";
}

void write_figures(std::ostream& out, const run_result& result) {
  const auto& x = result.figures;
  const auto expected = result.expectations.size();
  const auto fulfilled = std::count_if(result.expectations.begin(), result.expectations.end(),
                                       [](const auto& one) { return one.held; });
  milliseconds longest{0};
  for (const auto& one : x.outages) longest = std::max(longest, one.longest);
  out << "<div class=\"figures\">\n";
  write_figure(out, std::to_string(result.violations.size()), "violations of rules");
  write_figure(out, std::to_string(fulfilled) + "/" + std::to_string(expected),
               "expectations held");
  write_figure(out, clock_text(longest), "longest outage");
  write_figure(out, std::to_string(x.restores), "restores");
  write_figure(out, std::to_string(x.savepoints), "savepoints");
  write_figure(out, std::to_string(x.checkpoints), "checkpoints");
  write_figure(out, std::to_string(x.operator_restarts), "operator restarts");
  write_figure(out, std::to_string(x.faults), "random faults");
  write_figure(out, std::to_string(x.mutating_calls), "changing calls");
  write_figure(out, std::to_string(x.events), "events");
  out << "</div>\n";
}

void write_pins(std::ostream& out, const std::vector<pin>& pins) {
  if (pins.empty()) return;
  out << "<h2>What was done to it</h2>\n<table>\n";
  std::size_t number = 0;
  for (const auto& one : pins) {
    ++number;
    for (const auto& what : one.what) {
      out << "<tr><td>";
      if (&what == &one.what.front()) out << "<span class=\"disc\">" << number << "</span>";
      out << "</td><td class=\"number\">" << clock_text(what.at) << "</td><td>"
          << escaped(what.text) << "</td></tr>\n";
    }
  }
  out << "</table>\n";
}

void write_outages(std::ostream& out, const std::vector<outage_figure>& outages) {
  if (outages.empty()) return;
  out << "<h2>Time out of service</h2>\n<table>\n<tr><th></th><th class=\"number\">total</th>"
         "<th class=\"number\">longest</th><th class=\"number\">times</th></tr>\n";
  for (const auto& one : outages)
    out << "<tr><td>" << name_of(one.subject) << " " << escaped(one.name)
        << "</td><td class=\"number\">" << clock_text(one.total) << "</td><td class=\"number\">"
        << clock_text(one.longest) << "</td><td class=\"number\">" << one.count << "</td></tr>\n";
  out << "</table>\n";
}

void write_expectations(std::ostream& out, const std::vector<expectation_result>& all) {
  if (all.empty()) return;
  out << "<h2>What was expected</h2>\n<table>\n";
  for (const auto& one : all) {
    out << "<tr><td class=\"" << (one.held ? "yes\">✓" : "no\">✗") << "</td><td>"
        << escaped(one.text);
    if (!one.found.empty()) out << "; found: " << escaped(one.found);
    out << "</td><td class=\"number soft\">" << clock_text(one.at) << "</td></tr>\n";
  }
  out << "</table>\n";
}

void write_rows(std::ostream& out, const run_result& result) {
  const auto& rows = result.happenings;
  out << "<details" << (rows.size() <= rows_open_max ? " open" : "") << "><summary>The whole run, "
      << rows.size() << " lines</summary>\n<table>\n";
  for (const auto& one : rows)
    out << "<tr><td class=\"number\">" << clock_text(one.at) << "</td><td class=\"who\">"
        << escaped(who_of(one)) << "</td><td class=\"tone-" << name_of(one.tone) << "\">"
        << escaped(text_after_who(one)) << "</td></tr>\n";
  out << "</table>\n</details>\n";
}

}  // namespace

void write_html(std::ostream& out, const run_result& result, const std::string& replay) {
  const auto pins = pins_of(result, pins_apart(result.end));
  write_head(out, result, replay);
  write_broken(out, result);
  write_figures(out, result);
  write_chart(out, result, pins);
  out << "<div class=\"columns\">\n<div>\n";
  write_pins(out, pins);
  out << "</div>\n<div>\n";
  write_outages(out, result.figures.outages);
  write_expectations(out, result.expectations);
  out << "</div>\n</div>\n";
  write_rows(out, result);
  out << "</body>\n</html>\n";
}

}  // namespace drey::sim
