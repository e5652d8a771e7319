// The timeline in plain words. What is important stands on a line of its own; what repeats quietly
// between two important things is folded into the line of its first time.
#include <algorithm>
#include <string>
#include <vector>

#include "sim/report/painting.hpp"
#include "sim/report/text_report.hpp"
#include "sim/scenario/span.hpp"

namespace drey::sim {

namespace {

struct row {
  happening first;
  milliseconds last{0};
  std::size_t times = 1;
};

bool may_fold(const happening& x) { return x.tone == tone::note || x.subject == subject::fault; }

bool same_kind(const happening& a, const happening& b) {
  return a.subject == b.subject && a.tone == b.tone && a.name == b.name && a.what == b.what;
}

std::vector<row> folded(const std::vector<happening>& happenings) {
  std::vector<row> rows;
  std::size_t stretch_begin = 0;  // the first row since the last important one
  for (const auto& one : happenings) {
    if (!may_fold(one)) {
      rows.push_back({one, one.at});
      stretch_begin = rows.size();
      continue;
    }
    const auto stretch = rows.begin() + static_cast<std::ptrdiff_t>(stretch_begin);
    const auto same =
        std::find_if(stretch, rows.end(), [&](const row& x) { return same_kind(x.first, one); });
    if (same == rows.end()) {
      rows.push_back({one, one.at});
    } else {
      ++same->times;
      same->last = one.at;
    }
  }
  return rows;
}

constexpr std::size_t who_columns_max = 52;

}  // namespace

std::string who_of(const happening& x) {
  std::string word(name_of(x.subject));
  if (x.name == "scenario") return x.name;  // what its timeline does to the world
  if (x.subject == subject::person || x.subject == subject::fault || x.name.empty()) return word;
  if (x.subject == subject::operator_ || x.subject == subject::kubernetes) return x.name;
  return word + " " + x.name;
}

std::string with_short_paths(const std::string& text) {
  std::string shorter;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find(' ', at), text.size());
    auto word = text.substr(at, end - at);
    const bool is_path = word.find("://") != std::string::npos;
    if (is_path && !word.ends_with('/')) word = word.substr(word.rfind('/') + 1);
    if (is_path && word.starts_with("chk-")) word = "checkpoint " + word.substr(4);
    shorter += word;
    if (end < text.size()) shorter += ' ';
    at = end + 1;
  }
  return shorter;
}

std::string text_after_who(const happening& x) {
  if (x.name == "scenario") return x.text;
  const auto slash = x.name.find('/');
  const auto short_name = slash == std::string::npos ? x.name : x.name.substr(slash + 1);
  const std::string word(name_of(x.subject));
  for (const auto& lead : {word + " " + x.name, "the " + word, "a " + word, "pod " + short_name,
                           "TaskManager " + short_name})
    if (x.text.starts_with(lead + " ")) return with_short_paths(x.text.substr(lead.size() + 1));
  return with_short_paths(x.text);
}

void write_timeline(std::ostream& out, const run_result& result, colour use) {
  const auto rows = folded(result.happenings);
  std::size_t who_columns = 0;
  for (const auto& one : rows)
    who_columns = std::max(who_columns, std::min(columns_of(who_of(one.first)), who_columns_max));
  for (const auto& one : rows) {
    const auto with = ink_of(one.first);
    out << filled_left(clock_text(one.first.at), 10) << "  "
        << filled(who_of(one.first), who_columns) << "  "
        << painted(text_after_who(one.first), with, use);
    if (one.times > 1)
      out << painted(
          "  (" + std::to_string(one.times) + " times until " + clock_text(one.last) + ")",
          ink::dim, use);
    out << "\n";
  }
}

}  // namespace drey::sim
