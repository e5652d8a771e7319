#include "actors/preflight_condition.hpp"

#include <cctype>

namespace drey {

namespace {

constexpr std::size_t message_chars_max = 2'000;

/// "checkpoint storage": "CheckpointStorage". A quota's own name is for the message.
std::string reason_of(const preflight_check& one) {
  if (one.what.starts_with("quota")) return "Quota";
  std::string text;
  bool begins = true;
  for (const char c : one.what) {
    if (c != ' ')
      text += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == ' ';
  }
  return text;
}

/// Whether Flink has written to its places yet is no check that could not be made.
bool could_not_be_made(const preflight_check& one) {
  return one.verdict == verdict::unchecked && one.what != "checkpoint storage" &&
         one.what != "high availability";
}

void add_line(std::string& text, const preflight_check& one) {
  text += (text.empty() ? "" : "; ") + one.what + ": " + one.message;
  if (!one.remedy.empty())
    text += (one.verdict == verdict::wrong ? " (to do: " : " (to check: ") + one.remedy + ")";
}

}  // namespace

condition condition_of(const preflight_checks& all, std::int64_t generation) {
  std::string wrong, unchecked, reason;
  for (const auto& one : all) {
    if (one.verdict == verdict::wrong) {
      if (reason.empty()) reason = reason_of(one);
      add_line(wrong, one);
    }
    if (could_not_be_made(one)) add_line(unchecked, one);
  }
  const bool well = reason.empty();
  auto message = well ? std::string("nothing is known to stand against it") : wrong;
  if (!unchecked.empty()) message += "; not checked: " + unchecked;
  return {std::string(preflight_condition),
          well ? "True" : "False",
          well ? "Passed" : reason,
          message.substr(0, message_chars_max),
          {},
          generation};
}

}  // namespace drey
