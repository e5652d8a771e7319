#include "runtime/list_pages.hpp"

#include <iterator>

namespace drey {

std::optional<kube_answer> list_pages::take(const std::variant<http_response, http_loss>& outcome) {
  if (const auto* loss = std::get_if<http_loss>(&outcome)) return kube_answer{refusal_of(*loss)};
  auto found = page_of(asked_, std::get<http_response>(outcome));
  const bool first = part_.from.empty();
  if (const auto* why = std::get_if<refusal>(&found)) {
    if (!first && why->reason == refusal_reason::gone) return begin_anew(*why);
    return kube_answer{*why};
  }
  auto& page = std::get<object_page>(found);
  if (first)
    list_ = std::move(page.list);
  else if (page.list.resource_version != list_.resource_version)
    return begin_anew({refusal_reason::malformed, "the pages of a list are of two moments", {}});
  else
    list_.items.insert(list_.items.end(), std::make_move_iterator(page.list.items.begin()),
                       std::make_move_iterator(page.list.items.end()));
  if (page.next.empty()) return kube_answer{std::move(list_)};
  if (part_.items_max == 0 || page.next == part_.from)
    return kube_answer{
        refusal{refusal_reason::malformed, "the API server never ends its list", {}}};
  part_.from = std::move(page.next);
  return std::nullopt;
}

std::optional<kube_answer> list_pages::begin_anew(const refusal& why) {
  if (part_.items_max == 0) return kube_answer{why};
  part_ = {};
  list_ = {};
  return std::nullopt;
}

}  // namespace drey
