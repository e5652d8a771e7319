/// One list of the seam as the pages that it takes: all of one resourceVersion, so that what comes
/// out is the list of one moment. A server that has forgotten that moment half-way (410) is asked
/// once more, for everything at once, which cannot expire.
#pragma once

#include <optional>

#include "protocol/kube_http.hpp"

namespace drey {

class list_pages {
public:
  list_pages(kube_list asked, int items_max) : asked_(std::move(asked)), part_{items_max, {}} {}

  /// Of the page that comes next.
  http_request request() const { return list_to_http(asked_, part_); }

  /// The list's one answer; none: ask for the next page.
  std::optional<kube_answer> take(const std::variant<http_response, http_loss>& outcome);

private:
  std::optional<kube_answer> begin_anew(const refusal& why);

  kube_list asked_;
  list_part part_;
  object_list list_;
};

}  // namespace drey
