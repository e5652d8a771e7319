/// Rights in Kubernetes, and what the API server says of them.
#pragma once

#include <string>

namespace drey {

/// Without a right that is only useful the operator works, and sees less.
enum class necessity { needed, useful };

/// One verb on one resource.
struct access_right {
  std::string group;  ///< empty: the core group
  std::string resource;
  std::string subresource;  ///< empty: the resource itself
  std::string verb;
  std::string ns;       ///< empty: all namespaces, or not namespaced
  std::string purpose;  ///< what it is for, for people
  necessity need = necessity::needed;
  bool operator==(const access_right&) const = default;
};

/// A pod's identity.
struct service_account {
  std::string ns;
  std::string name;
};

struct access_verdict {
  bool allowed = false;
  std::string reason;  ///< the API server's own words; often empty
  bool operator==(const access_verdict&) const = default;
};

}  // namespace drey
