/// How the REST interface of a cluster is reached, as Flink's configuration says.
#pragma once

#include "protocol/configuration.hpp"

namespace drey {

/// `mutual`: the JobManager also wants to see a certificate of whoever asks.
enum class rest_security { plain, tls, mutual };
constexpr std::string_view name_of(rest_security x) {
  constexpr std::string_view texts[] = {"plain", "tls", "mutual"};
  return texts[static_cast<std::size_t>(x)];
}

/// `security.ssl.rest.enabled`, else the older `security.ssl.enabled`; Flink's SecurityOptions.
rest_security rest_security_of(const configuration& config);

}  // namespace drey
