#include "protocol/rest_security.hpp"

namespace drey {

rest_security rest_security_of(const configuration& config) {
  if (value_of(config, "security.ssl.rest.enabled", "security.ssl.enabled") != "true")
    return rest_security::plain;
  return value_of(config, "security.ssl.rest.authentication-enabled") == "true"
             ? rest_security::mutual
             : rest_security::tls;
}

}  // namespace drey
