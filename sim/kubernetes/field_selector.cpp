#include "sim/kubernetes/field_selector.hpp"

#include <algorithm>

namespace drey::sim {

namespace {

/// Null: no such field label.
const std::string* field_of(const event_record& x, std::string_view field) {
  if (field == "involvedObject.uid") return &x.involved_uid;
  if (field == "reason") return &x.reason;
  return nullptr;
}

}  // namespace

std::optional<field_selector> field_selector::parse(object_kind kind, std::string_view text) {
  field_selector result;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto one = text.substr(0, comma);
    const auto equals = one.find('=');
    const bool known = equals != std::string_view::npos && kind == object_kind::event &&
                       field_of(event_record{}, one.substr(0, equals)) != nullptr;
    if (!known) return std::nullopt;
    result.wanted_.emplace(one.substr(0, equals), one.substr(equals + 1));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return result;
}

bool field_selector::matches(const object& x) const {
  const auto* event = std::get_if<event_record>(&x);
  if (event == nullptr) return wanted_.empty();
  return std::ranges::all_of(
      wanted_, [&](const auto& one) { return *field_of(*event, one.first) == one.second; });
}

}  // namespace drey::sim
