/// An explanation in words for people, and as JSON for programs.
#include <algorithm>

#include "actors/explanation.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

namespace {

constexpr std::size_t label_chars = 13;
constexpr std::size_t line_chars_max = 400;

class page {
public:
  void line(std::string label, const std::string& text) {
    if (text.empty()) return;
    label.resize(label_chars, ' ');
    append(label, text);
    lines_.push_back(std::move(label));
  }
  /// The label stands at the first only.
  void list(const std::string& label, const std::vector<std::string>& texts) {
    for (const auto& one : texts) line(&one == texts.data() ? label : std::string{}, one);
  }
  std::string text() const {
    std::string all;
    const auto count = std::min(lines_.size(), static_cast<std::size_t>(explanation_lines_max));
    for (std::size_t i = 0; i < count; ++i) all += lines_[i] + "\n";
    return all;
  }

private:
  /// Messages of others may hold line breaks, and be as long as a stack trace.
  static void append(std::string& line, std::string_view text) {
    for (const char c : text.substr(0, line_chars_max)) line += c == '\n' ? ' ' : c;
    if (text.size() > line_chars_max) line += " …";
  }

  std::vector<std::string> lines_;
};

}  // namespace

/// What is to be done comes before the history, so that it is never cut off.
std::string text_of(const explanation& told) {
  page all;
  all.line("what", told.subject);
  all.line("state", told.state + (told.health == health::well ? ", well" : ", NOT well"));
  all.line("since", told.since);
  all.line("cause", told.cause);
  all.line("cluster", told.cluster);
  all.line("next", told.next);
  all.list("to do", told.remedies);
  all.line("last action", told.last_action);
  all.line("under way", told.under_way);
  all.list("pods", told.pods);
  all.list("unread", told.unread);
  all.list("restore from", told.candidates);
  all.list("restarts", told.restarts);
  return all.text();
}

std::string json_of(const explanation& told) {
  json_writer json;
  json.write("subject", told.subject);
  json.write("healthy", told.health == health::well);
  json.write("state", told.state);
  json.write("since", told.since);
  json.write("cause", told.cause);
  json.write("cluster", told.cluster);
  json.write("next", told.next);
  json.write("remedies", told.remedies);
  json.write("lastAction", told.last_action);
  json.write("underWay", told.under_way);
  json.write("pods", told.pods);
  json.write("unread", told.unread);
  json.write("candidates", told.candidates);
  json.write("restarts", told.restarts);
  return json.dump() + "\n";
}

}  // namespace drey
