/// The Kubernetes API as HTTP: what is asked (a client's side) and what is answered (both sides).
/// Source: Kubernetes API concepts and the API conventions on `Status`, v1.34.
///
/// A 404 is `not_found` only with a Status that says so: a bare 404 is a kind that this server does
/// not serve (a missing CRD), which says nothing about any object and is `unavailable`.
#pragma once

#include <optional>

#include "protocol/http_message.hpp"
#include "protocol/kube_call.hpp"
#include "protocol/object_codec.hpp"

namespace drey {

/// How long the API server may keep a watch; then it ends in order and is begun anew.
inline constexpr seconds watch_lifetime{290};

/// ── the client's side ──

http_request to_http(const kube_body& asked);
http_request watch_to_http(const kube_watch& asked);
kube_answer kube_answer_of(const kube_body& asked, const http_response& response);

/// A part of a list: at most `items_max` objects (0: all), from `from` on (empty: the beginning).
struct list_part {
  int items_max = 0;
  std::string from;
};
http_request list_to_http(const kube_list& asked, const list_part& part);
std::variant<object_page, refusal> page_of(const kube_list& asked, const http_response& response);

/// Why the server said no, of a status that is not 2xx. A 5xx to a mutating request may have been
/// applied, unless it is 503 or an admission webhook that failed.
enum class asked_for { reading, mutation };
refusal kube_refusal(asked_for purpose, const http_response& response);

/// ── the server's side: a model that is asked over HTTP ──

/// None: not a request that drey makes.
std::optional<kube_body> kube_body_of(const http_request& request);
std::optional<kube_watch> kube_watch_of(const http_request& request);
http_response to_http(const kube_body& asked, const kube_answer& answer);

}  // namespace drey
