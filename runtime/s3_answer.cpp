/// XML is read with pugixml (decision 0021): it knows neither entities of its own nor files, and
/// what it reads is as large as one answer may be.
#include "runtime/s3_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <pugixml.hpp>
#include <string_view>
#include <utility>

namespace drey {

namespace {

constexpr auto how_to_read = pugi::parse_escapes | pugi::parse_cdata;

/// A page that cannot be believed.
struct unreadable {
  std::string why;
};

std::string text_in(const pugi::xml_node& node, const char* name) { return node.child_value(name); }

/// As forms of the web write it: '+' is a blank.
std::string decoded(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  auto plain = url_decoded(text);
  if (!plain) throw unreadable{"a key is encoded wrongly"};
  return std::move(*plain);
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto [at, wrong] = std::from_chars(text.data(), end, number);
  if (wrong != std::errc{} || at != end) return std::nullopt;
  return number;
}

class page_reader {
public:
  explicit page_reader(const pugi::xml_node& root)
      : root_(root), encoded_(text_in(root, "EncodingType") == "url") {}

  s3_page read() {
    s3_page page;
    for (const auto& one : root_.children("Contents")) page.objects.push_back(object_in(one));
    for (const auto& one : root_.children("CommonPrefixes"))
      page.folders.push_back(key_in(one, "Prefix"));
    const auto more = text_in(root_, "IsTruncated");
    if (more != "true" && more != "false") throw unreadable{"it does not say whether more follows"};
    if (more == "true") page.next = text_in(root_, "NextContinuationToken");
    if (more == "true" && page.next.empty())
      throw unreadable{"more follows, and it does not say how to ask for it"};
    return page;
  }

private:
  std::string key_in(const pugi::xml_node& node, const char* name) const {
    auto key = encoded_ ? decoded(text_in(node, name)) : text_in(node, name);
    if (key.empty()) throw unreadable{"a key is empty"};
    return key;
  }

  s3_object object_in(const pugi::xml_node& node) const {
    const auto bytes = number_in<std::int64_t>(text_in(node, "Size"));
    s3_object one{key_in(node, "Key"), epoch_of_s3_time(text_in(node, "LastModified")),
                  bytes.value_or(-1)};
    if (one.bytes < 0) throw unreadable{"the size of an object is no number"};
    if (one.modified < 0) throw unreadable{"the time of an object is none"};
    return one;
  }

  pugi::xml_node root_;
  bool encoded_;
};

/// The parts of an error that are told: words of few characters, whatever the store sends.
std::string word_in(const pugi::xml_node& node, const char* name) {
  constexpr std::size_t chars_max = 100;
  auto text = text_in(node, name);
  const bool is_word = text.size() <= chars_max && std::ranges::all_of(text, [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
                       });
  return is_word ? text : std::string{};
}

struct store_error {
  std::string code;
  std::string region;
  std::string endpoint;
};

store_error error_in(const std::string& xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), how_to_read, pugi::encoding_utf8)) return {};
  const auto root = document.document_element();
  if (root.name() != std::string_view{"Error"}) return {};
  return {word_in(root, "Code"), word_in(root, "Region"), word_in(root, "Endpoint")};
}

struct code_row {
  std::string_view code;
  refusal_reason reason;
  std::string_view remedy;
};

using enum refusal_reason;
constexpr auto codes = std::to_array<code_row>({
    {"AccessDenied", forbidden,
     "the key is not allowed to: it needs s3:ListBucket on the bucket and s3:GetObject on what is "
     "in it"},
    {"InvalidAccessKeyId", forbidden, "the store does not know the key: correct AWS_ACCESS_KEY_ID"},
    {"SignatureDoesNotMatch", forbidden,
     "the secret of the key is another: correct AWS_SECRET_ACCESS_KEY"},
    {"ExpiredToken", forbidden, "the session is over: renew AWS_SESSION_TOKEN and its keys"},
    {"InvalidToken", forbidden, "AWS_SESSION_TOKEN does not belong to the key"},
    {"RequestTimeTooSkewed", unavailable,
     "the clocks of drey-operator's node and of the store are too far apart: set them right"},
    {"NoSuchBucket", not_found, "there is no such bucket: create it, or correct its name"},
    {"NoSuchKey", not_found, "there is no such object"},
    {"SlowDown", unavailable, "the store is too busy"},
});

/// An empty answer, as to an error without a body, or a page of somebody else.
std::string without_code(int status) {
  if (status == 301 || status == 302 || status == 307 || status == 308)
    return "it redirects, which a store of this region does not: correct AWS_REGION and "
           "AWS_ENDPOINT_URL";
  return "the answer is not one of S3: is AWS_ENDPOINT_URL right?";
}

bool is_about_region(int status, const std::string& code) {
  return status == 301 || status == 307 || code == "AuthorizationHeaderMalformed" ||
         code == "PermanentRedirect" || code == "TemporaryRedirect" ||
         code == "IllegalLocationConstraintException";
}

std::string other_region(const store_error& error, const std::string& bucket) {
  std::string where;
  if (!error.region.empty()) where = " (" + error.region + ")";
  if (where.empty() && !error.endpoint.empty()) where = " (it is at " + error.endpoint + ")";
  return "bucket " + bucket + " is of another region" + where + ": correct AWS_REGION";
}

}  // namespace

refusal_reason reason_of_status(int status) {
  if (status == 401 || status == 403) return refusal_reason::forbidden;
  if (status == 404 || status == 410) return refusal_reason::not_found;
  if (status == 408 || status == 429 || status >= 500) return refusal_reason::unavailable;
  return refusal_reason::invalid;
}

std::int64_t epoch_of_s3_time(const std::string& text) {
  using namespace std::chrono;
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= form.size() || !text.ends_with('Z')) return -1;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) return -1;
  }
  const auto part = [&](std::size_t at, std::size_t size) {
    return number_in<unsigned>(std::string_view{text}.substr(at, size)).value_or(0);
  };
  auto fraction = text.substr(form.size(), text.size() - form.size() - 1);
  if (!fraction.empty()) {
    constexpr std::size_t digits_of_milliseconds = 3;
    if (fraction.front() != '.' || fraction.size() < 2 ||
        fraction.find_first_not_of("0123456789", 1) != std::string::npos)
      return -1;
    fraction.erase(0, 1);
    fraction.resize(digits_of_milliseconds, '0');
  }
  const year_month_day date{year{static_cast<int>(part(0, 4))}, month{part(5, 2)}, day{part(8, 2)}};
  if (!date.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 60) return -1;
  const auto moment = sys_days{date} + hours{part(11, 2)} + minutes{part(14, 2)} +
                      seconds{part(17, 2)} +
                      milliseconds{number_in<unsigned>(fraction).value_or(0)};
  return duration_cast<milliseconds>(moment.time_since_epoch()).count();
}

std::variant<s3_page, std::string> s3_page_of(const std::string& xml) {
  pugi::xml_document document;
  const auto read = document.load_buffer(xml.data(), xml.size(), how_to_read, pugi::encoding_utf8);
  if (!read) return std::string{"it is not XML, or not whole"};
  const auto root = document.document_element();
  if (root.name() != std::string_view{"ListBucketResult"} || root.next_sibling())
    return std::string{"it is no listing"};
  try {
    return page_reader{root}.read();
  } catch (const unreadable& wrong) {
    return wrong.why;
  }
}

refusal refusal_of_s3(const http_response& answer, const std::string& bucket) {
  const auto error = error_in(answer.body);
  auto told = "HTTP " + std::to_string(answer.status);
  if (!error.code.empty()) told += " " + error.code;
  const auto tell = [&](refusal_reason reason, std::string_view remedy) {
    return refusal{reason, told + ": " + std::string(remedy), answer.retry_after};
  };
  if (is_about_region(answer.status, error.code) && !error.code.empty())
    return tell(invalid, other_region(error, bucket));
  const auto row = std::ranges::find(codes, error.code, &code_row::code);
  if (row != codes.end()) return tell(row->reason, row->remedy);
  if (error.code.empty() && reason_of_status(answer.status) != unavailable)
    return tell(reason_of_status(answer.status), without_code(answer.status));
  return {reason_of_status(answer.status), told, answer.retry_after};
}

}  // namespace drey
