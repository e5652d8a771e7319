#include "protocol/artifact_headers.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace drey {

namespace {

/// A quote opens where a name or a value begins.
bool may_open(const std::string& so_far) {
  const auto last = so_far.find_last_not_of(' ');
  return last == std::string::npos || so_far[last] == ':';
}

/// With the quotes; one that is doubled is none. None: a quote is not closed.
std::optional<std::vector<std::string>> split(std::string_view text, char separator) {
  std::vector<std::string> parts{""};
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == separator) {
      parts.emplace_back();
      continue;
    }
    bool open = (c == '\'' || c == '"') && may_open(parts.back());
    parts.back() += c;
    while (open) {
      const auto end = text.find(c);
      if (end == text.npos) return std::nullopt;
      open = text.substr(end + 1).starts_with(c);
      const auto taken = end + (open ? 2 : 1);
      parts.back().append(text.substr(0, taken));
      text.remove_prefix(taken);
    }
  }
  return parts;
}

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string unquoted(std::string text) {
  text = trimmed(std::move(text));
  const bool quoted = text.size() > 1 && text.front() == text.back() &&
                      (text.front() == '\'' || text.front() == '"');
  if (!quoted) return text;
  const std::string quote(1, text.front()), twice(2, text.front());
  text = text.substr(1, text.size() - 2);
  for (auto at = text.find(twice); at != text.npos; at = text.find(twice, at + 1))
    text.replace(at, 2, quote);
  return text;
}

/// RFC 9110: a token.
bool is_name(std::string_view text) {
  constexpr std::string_view beside = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           beside.find(c) != beside.npos;
  });
}

/// Another line would be another header.
bool is_value(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
}

std::string problem_of(const string_map& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_name(name)) return "has a name that no header can have";
    if (!is_value(value)) return "has a value that no header can have, of " + name;
  }
  return {};
}

}  // namespace

std::variant<string_map, std::string> artifact_headers_in(const configuration& config) {
  string_map headers;
  if (const auto text = value_of(config, artifact_header_key); text && !trimmed(*text).empty()) {
    const auto pairs = split(*text, ',');
    if (!pairs) return std::string("has a quote that is not closed");
    for (const auto& pair : *pairs) {
      const auto parts = split(unquoted(pair), ':');
      if (!parts || parts->size() != 2)
        return std::string(
            "is not Name:value,Name:value, with quotes round a part that holds a "
            "comma or a colon");
      headers[unquoted(parts->front())] = unquoted(parts->back());
    }
  } else {
    const auto prefix = std::string(artifact_header_key) + ".";
    for (const auto& [key, value] : config)
      if (key.starts_with(prefix)) headers[key.substr(prefix.size())] = value;
  }
  if (auto wrong = problem_of(headers); !wrong.empty()) return wrong;
  return headers;
}

std::variant<string_map, std::string> artifact_headers_of(const configuration& job,
                                                          const configuration& cluster) {
  auto merged = cluster;
  for (const auto& [key, value] : job) merged[key] = value;
  return artifact_headers_in(merged);
}

}  // namespace drey
