/// Percent-encoding (RFC 3986) and the meaning of exchanges that never came to an end.
#include "protocol/http_message.hpp"

namespace drey {

namespace {

constexpr bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Calls `use` with each part of `text` between separators.
template <class F>
bool each_part(std::string_view text, char separator, F use) {
  while (true) {
    const auto end = text.find(separator);
    if (!use(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool read_segments(std::string_view path, std::vector<std::string>& out) {
  return each_part(path, '/', [&](std::string_view part) {
    if (part.empty()) return true;
    const auto segment = url_decoded(part);
    if (segment) out.push_back(*segment);
    return segment.has_value();
  });
}

bool read_query(std::string_view query, std::vector<std::pair<std::string, std::string>>& out) {
  return each_part(query, '&', [&](std::string_view part) {
    if (part.empty()) return true;
    const auto equals = part.find('=');
    const auto name = url_decoded(part.substr(0, equals));
    const auto value = equals == std::string_view::npos ? std::optional<std::string>{""}
                                                        : url_decoded(part.substr(equals + 1));
    if (name && value) out.emplace_back(*name, *value);
    return name && value;
  });
}

}  // namespace

refusal refusal_of(const http_loss& loss) {
  switch (loss.reason) {
    case loss_reason::not_sent:
      return {refusal_reason::unavailable, loss.message};
    case loss_reason::unsendable:
      return {refusal_reason::invalid, loss.message};
    case loss_reason::too_large:
      return {refusal_reason::malformed, loss.message};
    case loss_reason::cut_off:
    case loss_reason::stopped:
      break;
  }
  return {refusal_reason::unknown_outcome, loss.message};
}

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += "0123456789ABCDEF"[byte >> 4];
    out += "0123456789ABCDEF"[byte & 0xf];
  }
  return out;
}

std::optional<std::string> url_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string url_parts::query_value(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

std::optional<url_parts> parts_of(std::string_view path_with_query) {
  const auto mark = path_with_query.find('?');
  url_parts parts;
  if (!read_segments(path_with_query.substr(0, mark), parts.segments)) return std::nullopt;
  if (mark == std::string_view::npos) return parts;
  if (!read_query(path_with_query.substr(mark + 1), parts.query)) return std::nullopt;
  return parts;
}

std::string shortened(std::string_view text, std::size_t chars_max) {
  if (text.size() <= chars_max) return std::string{text};
  constexpr std::string_view ellipsis = "…";
  auto end = chars_max - std::min(chars_max, ellipsis.size());
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string{text.substr(0, end)} + std::string{ellipsis};
}

}  // namespace drey
