#include "sim/report/html_chart.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/text_report.hpp"
#include "sim/scenario/span.hpp"

namespace drey::sim {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') safe += c;
    }
  }
  return safe;
}

namespace {

// All in pixels of the view box.
constexpr std::int64_t width = 1384;
constexpr std::int64_t left = 214;    // labels stand to the left of it
constexpr std::int64_t right = 1246;  // sums stand to the right of it
constexpr std::int64_t lane_height = 22;
constexpr std::int64_t marks_height = 12;  // below the bar of a lane that has marks
constexpr std::int64_t bar_height = 14;
constexpr std::int64_t group_height = 20;
constexpr std::int64_t pin_y = 16;
constexpr std::int64_t ticks_y = 34;
constexpr std::int64_t axis_y = 56;
constexpr std::int64_t lanes_y = 64;
constexpr std::int64_t legend_height = 34;
constexpr std::int64_t pin_pixels = 24;
constexpr std::int64_t bar_pixels_min = 3;
constexpr std::size_t label_chars_max = 30;

/// Pixels with one digit after the point, by whole numbers: the same text on every machine.
std::string tenths(std::int64_t value) {
  return std::to_string(value / 10) + (value % 10 == 0 ? "" : "." + std::to_string(value % 10));
}

/// Where virtual time stands on the page.
class time_axis {
public:
  explicit time_axis(milliseconds end) : end_(std::max<std::int64_t>(end.count(), 1)) {}

  /// Tenths of pixels.
  std::int64_t at(milliseconds when) const {
    const auto inside = std::clamp<std::int64_t>(when.count(), 0, end_);
    return left * 10 + (right - left) * 10 * inside / end_;
  }
  std::string x(milliseconds when) const { return tenths(at(when)); }

  /// A round step that gives at most 16 marks.
  milliseconds step() const {
    constexpr std::array<std::int64_t, 16> seconds_of{
        1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 604800};
    for (const auto one : seconds_of)
      if (end_ / (one * 1000) <= 16) return milliseconds{one * 1000};
    return milliseconds{end_};
  }
  milliseconds end() const { return milliseconds{end_}; }

private:
  std::int64_t end_;
};

std::string_view group_title(subject x) {
  switch (x) {
    case subject::operator_:
      return "OPERATOR";
    case subject::cluster:
      return "CLUSTERS";
    case subject::job_manager:
      return "JOBMANAGERS";
    case subject::task_manager:
      return "TASKMANAGERS";
    case subject::job:
      return "JOBS";
    case subject::node:
      return "NODES";
    case subject::kubernetes:
      return "KUBERNETES";
    default:
      return "";
  }
}

/// The namespace that all lanes share, with its slash: it need not stand in every label.
std::string shared_namespace(const std::vector<lane>& lanes) {
  std::string shared;
  for (const auto& one : lanes) {
    const auto slash = one.name.find('/');
    if (slash == std::string::npos) continue;
    const auto prefix = one.name.substr(0, slash + 1);
    if (shared.empty()) shared = prefix;
    if (shared != prefix) return {};
  }
  return shared;
}

std::string label_of(const lane& one, const std::string& shared) {
  std::string label = one.name;
  if (label.empty()) label = name_of(one.subject);
  if (!shared.empty() && label.starts_with(shared)) label = label.substr(shared.size());
  if (label.size() <= label_chars_max) return label;
  return "…" + label.substr(label.size() - label_chars_max + 1);
}

void write_bar(std::ostream& out, const time_axis& axis, const bar& one, std::int64_t y) {
  auto from = axis.at(one.from);
  auto length = axis.at(one.to) - from;
  if (one.kind == bar_kind::outage && length < bar_pixels_min * 10) {
    length = bar_pixels_min * 10;
    from = std::min(from, right * 10 - length);
  }
  out << "<rect class=\"" << name_of(one.kind) << "\" x=\"" << tenths(from) << "\" y=\"" << y
      << "\" width=\"" << tenths(length) << "\" height=\"" << bar_height << "\"><title>"
      << (one.kind == bar_kind::outage ? "out of service" : name_of(one.kind)) << " from "
      << clock_text(one.from) << " to " << clock_text(one.to) << " ("
      << clock_text(one.to - one.from) << ")\n"
      << escaped(one.text) << "</title></rect>\n";
}

/// Paths round (0, 0), some 6 pixels in each direction.
std::string_view path_of(mark_kind kind) {
  switch (kind) {
    case mark_kind::restored:
      return "M0,-6L7,6L-7,6Z";
    case mark_kind::savepoint:
      return "M0,-7L7,0L0,7L-7,0Z";
    case mark_kind::bad:
      return "M-6,-3L-3,-6L0,-3L3,-6L6,-3L3,0L6,3L3,6L0,3L-3,6L-6,3L-3,0Z";
    case mark_kind::warning:
      return "M-4,0A4,4 0 1 0 4,0A4,4 0 1 0 -4,0Z";
    case mark_kind::finished:
      return "M-5,-7L-3,-7L-3,-6L6,-6L6,1L-3,1L-3,7L-5,7Z";
  }
  return "";
}

void write_mark(std::ostream& out, const time_axis& axis, const mark& one, std::int64_t middle) {
  out << "<path class=\"mark " << name_of(one.kind) << "\" transform=\"translate(" << axis.x(one.at)
      << " " << middle << ")\" d=\"" << path_of(one.kind) << "\"><title>" << clock_text(one.at)
      << "  " << escaped(one.text) << "</title></path>\n";
}

/// "out 12.4s (2×)" at the end of the lane.
void write_sum(std::ostream& out, const lane& one, std::int64_t text_y) {
  milliseconds total{0};
  int count = 0;
  for (const auto& part : one.bars) {
    if (part.kind != bar_kind::outage) continue;
    total += part.to - part.from;
    ++count;
  }
  if (count == 0) return;
  out << "<text class=\"length\" x=\"" << right + 8 << "\" y=\"" << text_y << "\">out "
      << clock_text(total);
  if (count > 1) out << " (" << count << "×)";
  out << "</text>\n";
}

std::int64_t height_of(const lane& one) {
  return lane_height + (one.marks.empty() ? 0 : marks_height);
}

void write_lane(std::ostream& out, const time_axis& axis, const lane& one,
                const std::string& shared, std::int64_t y) {
  const auto middle = y + lane_height / 2;
  out << "<rect class=\"strip\" x=\"" << left << "\" y=\"" << y + 2 << "\" width=\"" << right - left
      << "\" height=\"" << lane_height - 4 << "\"/>\n<text x=\"" << left - 10 << "\" y=\""
      << middle + 4 << "\" text-anchor=\"end\">" << escaped(label_of(one, shared)) << "<title>"
      << escaped(one.name) << "</title></text>\n";
  const auto bar_y = middle - bar_height / 2;
  for (const auto& part : one.bars)
    if (part.kind != bar_kind::outage) write_bar(out, axis, part, bar_y);
  for (const auto& part : one.bars)
    if (part.kind == bar_kind::outage) write_bar(out, axis, part, bar_y);
  for (const auto& sign : one.marks) write_mark(out, axis, sign, y + lane_height + 3);
  write_sum(out, one, middle + 4);
}

void write_patterns(std::ostream& out) {
  for (const std::string kind : {"starting", "outage"})
    out << "<pattern id=\"" << kind
        << "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
           "patternTransform=\"rotate(45)\"><rect class=\""
        << kind << "-back\" width=\"6\" height=\"6\"/><line class=\"" << kind
        << "-line\" y2=\"6\" stroke-width=\"" << (kind == "starting" ? 3 : 2) << "\"/></pattern>\n";
}

void write_grid(std::ostream& out, const time_axis& axis, std::int64_t bottom) {
  for (milliseconds at{0}; at <= axis.end(); at += axis.step())
    out << "<line class=\"grid\" x1=\"" << axis.x(at) << "\" x2=\"" << axis.x(at) << "\" y1=\""
        << axis_y + 4 << "\" y2=\"" << bottom << "\"/>\n";
}

void write_axis(std::ostream& out, const time_axis& axis) {
  for (milliseconds at{0}; at <= axis.end(); at += axis.step())
    out << "<text class=\"soft halo\" x=\"" << axis.x(at) << "\" y=\"" << axis_y
        << "\" text-anchor=\"middle\">" << text_of_span(at) << "</text>\n";
}

void write_pins(std::ostream& out, const time_axis& axis, const std::vector<pin>& pins,
                std::int64_t bottom) {
  std::size_t number = 0;
  for (const auto& one : pins) {
    const auto x = axis.x(one.at);
    out << "<line class=\"hair\" x1=\"" << x << "\" x2=\"" << x << "\" y1=\"" << pin_y + 10
        << "\" y2=\"" << bottom << "\"/><g><circle class=\"pin\" cx=\"" << x << "\" cy=\"" << pin_y
        << "\" r=\"10\"/><text class=\"pin-text\" x=\"" << x << "\" y=\"" << pin_y + 4
        << "\" text-anchor=\"middle\">" << ++number << "</text><title>";
    for (const auto& what : one.what)
      out << clock_text(what.at) << "  " << escaped(what.text) << "\n";
    out << "</title></g>\n";
  }
}

void write_small_faults(std::ostream& out, const time_axis& axis, const run_result& result) {
  std::size_t count = 0;
  for (const auto& one : result.happenings) {
    if (one.subject != subject::fault || one.tone != tone::note) continue;
    ++count;
    out << "<line class=\"tick\" x1=\"" << axis.x(one.at) << "\" x2=\"" << axis.x(one.at)
        << "\" y1=\"" << ticks_y - 4 << "\" y2=\"" << ticks_y + 4 << "\"><title>"
        << clock_text(one.at) << "  " << escaped(one.text) << "</title></line>\n";
  }
  if (count > 0)
    out << "<text class=\"soft\" x=\"" << left - 10 << "\" y=\"" << ticks_y + 4
        << "\" text-anchor=\"end\">" << count << " small faults</text>\n";
}

void write_violations(std::ostream& out, const time_axis& axis, const run_result& result,
                      std::int64_t bottom) {
  for (const auto& one : result.violations)
    out << "<g><line class=\"violation\" x1=\"" << axis.x(one.at) << "\" x2=\"" << axis.x(one.at)
        << "\" y1=\"" << axis_y + 4 << "\" y2=\"" << bottom + 4
        << "\"/><rect class=\"violation-flag\" rx=\"3\" x=\"" << tenths(axis.at(one.at) - 210)
        << "\" y=\"" << bottom + 4 << "\" width=\"42\" height=\"16\"/><text "
        << "class=\"violation-text\" x=\"" << axis.x(one.at) << "\" y=\"" << bottom + 16
        << "\" text-anchor=\"middle\">rule " << one.rule << "</text><title>" << clock_text(one.at)
        << "  " << escaped(one.text) << "</title></g>\n";
}

/// How far the next entry of the legend stands to the right.
std::int64_t write_legend_text(std::ostream& out, std::int64_t x, std::int64_t y,
                               const std::string& text) {
  out << "<text class=\"soft\" x=\"" << x + 26 << "\" y=\"" << y + 4 << "\">" << text
      << "</text>\n";
  return x + 50 + static_cast<std::int64_t>(text.size()) * 13 / 2;
}

void write_legend(std::ostream& out, std::int64_t y) {
  std::int64_t x = left / 2;
  for (const auto& [kind, text] :
       {std::pair{"running", "in service"}, std::pair{"starting", "starting"},
        std::pair{"outage", "out of service"}}) {
    out << "<rect class=\"" << kind << "\" x=\"" << x << "\" y=\"" << y - 6
        << "\" width=\"20\" height=\"12\"/>";
    x = write_legend_text(out, x, y, text);
  }
  for (const auto& [kind, text] :
       {std::pair{mark_kind::restored, "restored from a checkpoint or savepoint"},
        std::pair{mark_kind::savepoint, "savepoint"}, std::pair{mark_kind::bad, "failure"},
        std::pair{mark_kind::warning, "warning"}, std::pair{mark_kind::finished, "finished"}}) {
    out << "<path class=\"mark " << name_of(kind) << "\" transform=\"translate(" << x + 12 << " "
        << y << ")\" d=\"" << path_of(kind) << "\"/>";
    x = write_legend_text(out, x, y, text);
  }
  out << "<circle class=\"pin\" cx=\"" << x + 12 << "\" cy=\"" << y << "\" r=\"8\"/>";
  write_legend_text(out, x, y, "what was done to it");
}

std::int64_t height_of(const std::vector<lane>& lanes) {
  std::int64_t height = lanes_y;
  std::optional<subject> group;
  for (const auto& one : lanes) {
    if (group != one.subject) height += group_height;
    group = one.subject;
    height += height_of(one);
  }
  return height;
}

}  // namespace

milliseconds pins_apart(milliseconds end) {
  return milliseconds{end.count() * pin_pixels / (right - left) + 1};
}

void write_chart(std::ostream& out, const run_result& result, const std::vector<pin>& pins) {
  const auto lanes = lanes_of(result.happenings, result.end);
  const auto shared = shared_namespace(lanes);
  const time_axis axis(result.end);
  const auto bottom = height_of(lanes);
  const std::int64_t flags = result.violations.empty() ? 0 : 20;
  out << "<svg viewBox=\"0 0 " << width << " " << bottom + flags + legend_height
      << "\" role=\"img\" aria-label=\"What was in service when\">\n<defs>\n";
  write_patterns(out);
  out << "</defs>\n";
  write_grid(out, axis, bottom);
  write_small_faults(out, axis, result);
  std::int64_t y = lanes_y;
  std::optional<subject> group;
  for (const auto& one : lanes) {
    if (group != one.subject) {
      out << "<text class=\"group\" x=\"" << left - 10 << "\" y=\"" << y + group_height - 5
          << "\" text-anchor=\"end\">" << group_title(one.subject) << "</text>\n";
      y += group_height;
    }
    group = one.subject;
    write_lane(out, axis, one, shared, y);
    y += height_of(one);
  }
  write_pins(out, axis, pins, bottom);
  write_axis(out, axis);
  write_violations(out, axis, result, bottom);
  write_legend(out, bottom + flags + legend_height / 2 + 4);
  out << "</svg>\n";
}

}  // namespace drey::sim
