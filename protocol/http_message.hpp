/// One HTTP exchange as values: what the codecs of the two APIs make and read, and what a client or
/// a model carries. No socket is known here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/kube_call.hpp"

namespace drey {

struct http_request {
  std::string method = "GET";
  std::string path;          ///< from the first '/', with the query
  std::string content_type;  ///< empty: no body
  std::string body;
  std::string upload = {};  ///< local file sent as multipart field "jarfile" instead of `body`
  bool operator==(const http_request&) const = default;
};

/// The whole answer of a server, whatever its status says.
struct http_response {
  int status = 0;
  milliseconds retry_after{0};  ///< header Retry-After; 0: not given
  std::string body;
  bool operator==(const http_response&) const = default;
};

/// Why there is no whole answer.
enum class loss_reason {
  not_sent,    ///< no connection: the server certainly did not see the request
  unsendable,  ///< the file to upload cannot be read; nothing was asked
  cut_off,     ///< time-out, reset or silence after the request may have been seen
  too_large,   ///< the answer exceeded what the caller is willing to hold
  stopped,     ///< the reader of the answer's body asked to stop
};

struct http_loss {
  loss_reason reason = loss_reason::cut_off;
  std::string message;
  bool operator==(const http_loss&) const = default;
};

refusal refusal_of(const http_loss& loss);

/// Percent-encodes everything but RFC 3986's unreserved characters.
std::string url_encoded(std::string_view text);
/// None: a broken escape.
std::optional<std::string> url_decoded(std::string_view text);

/// `path?query` taken apart; values are decoded, parameters stand in their order.
struct url_parts {
  std::vector<std::string> segments;  ///< of the path, without empty ones
  std::vector<std::pair<std::string, std::string>> query;
  /// Empty: not there.
  std::string query_value(std::string_view name) const;
};
std::optional<url_parts> parts_of(std::string_view path_with_query);

/// At most `chars_max` bytes of `text`, cut at a character's boundary, for messages.
std::string shortened(std::string_view text, std::size_t chars_max);

}  // namespace drey
