/// Field selectors, as far as the API server knows them for a kind and something here uses them:
/// `involvedObject.uid` and `reason` of Events.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/kube_call.hpp"

namespace drey::sim {

class field_selector {
public:
  /// "a=b,c=d"; empty: matches all. None: the kind has no such field label.
  static std::optional<field_selector> parse(object_kind kind, std::string_view text);
  bool matches(const object& x) const;

private:
  std::map<std::string, std::string> wanted_;
};

}  // namespace drey::sim
