#include "protocol/redaction.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "protocol/json_writer.hpp"

namespace drey {

namespace {

/// In small letters. Flink hides by such a list, too (GlobalConfiguration).
constexpr auto in_names = std::to_array<std::string_view>(
    {"password", "passwd", "passphrase", "secret", "token", "key", "credential", "signature",
     "auth", "jaas", "sasl", "cookie", "http-headers", "http.header"});
/// An image may well be called key or auth.
constexpr auto in_values = std::to_array<std::string_view>(
    {"password", "passwd", "passphrase", "secret", "token", "credential", "signature", "api-key",
     "access-key", "accesskey"});

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

/// "scheme://user:word@host"
bool names_a_user(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == text.npos) return false;
  const auto authority =
      text.substr(scheme + 3, text.find_first_of("/?# ", scheme + 3) - scheme - 3);
  return authority.find('@') != authority.npos;
}

std::string shortened(const std::string& text) {
  constexpr std::size_t bytes_max = 80;
  if (text.size() <= bytes_max) return text;
  auto end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

bool has_any_of(std::string_view text, std::span<const std::string_view> words) {
  const auto small = in_small_letters(text);
  return std::ranges::any_of(words,
                             [&](std::string_view word) { return small.find(word) != small.npos; });
}

}  // namespace

bool looks_secret(std::string_view name, std::string_view value) {
  return has_any_of(name, in_names) || has_any_of(value, in_values) || names_a_user(value);
}

std::string shown_value(std::string_view path, const json_text& value) {
  if (value.empty()) return "none";
  if (looks_secret(path, value)) return "(hidden)";
  const auto tree = json_of_text(value);
  if (tree.is_array()) return "(a list)";
  if (tree.is_object()) return "(an object)";
  if (!tree.is_string()) return tree.dump();
  const auto text = tree.get<std::string>();
  const auto breaks = std::ranges::count(text, '\n');
  if (breaks > 0) return "(" + std::to_string(breaks + 1) + " lines)";
  return text.empty() ? "\"\"" : shortened(text);
}

std::string shown_cause(std::string_view cause) {
  if (!looks_secret({}, cause)) return std::string(cause);
  return std::string(cause.substr(0, cause.find_first_of(": "))) +
         " (not shown in full: it looks like a secret)";
}

std::vector<std::string> secrets_given(const std::vector<std::string>& args,
                                       const configuration& config) {
  constexpr std::size_t bytes_min = 3;  // "1" and "no" stand everywhere
  std::vector<std::string> found;
  const auto judge = [&](std::string_view name, std::string_view value) {
    if (value.size() >= bytes_min && looks_secret(name, value)) found.emplace_back(value);
  };
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view one = args[i];
    const auto equals = one.find('=');
    if (equals != one.npos)
      judge(one.substr(0, equals), one.substr(equals + 1));
    else if (i > 0 && args[i - 1].starts_with('-') && args[i - 1].find('=') == std::string::npos)
      judge(args[i - 1], one);
    else if (!one.starts_with('-'))
      judge({}, one);
  }
  for (const auto& [key, value] : config) judge(key, value);
  std::ranges::sort(found, std::greater{}, &std::string::size);  // one may hold another
  return found;
}

std::string shown_cause(std::string cause, const std::vector<std::string>& secrets) {
  constexpr std::string_view hidden = "(hidden)";
  for (const auto& one : secrets)
    for (auto at = cause.find(one); at != std::string::npos;
         at = cause.find(one, at + hidden.size()))
      cause.replace(at, one.size(), hidden);
  return shown_cause(std::string_view(cause));
}

}  // namespace drey
