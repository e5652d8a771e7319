/// Where an ingress template leads to. Source: Apache's IngressUtils (operator-facts §11.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drey {

struct ingress_place {
  std::string host;  ///< empty: any
  std::string path;  ///< empty: any
  bool operator==(const ingress_place&) const = default;
};

/// `{{name}}` and `{{namespace}}` are replaced, in any case; a scheme, a port, a query and a
/// fragment are left out. None: the port is no number, so that it is not a URL.
std::optional<ingress_place> ingress_place_of(std::string_view url, std::string_view name,
                                              std::string_view ns);

}  // namespace drey
