/// /healthz, /readyz and /metrics over plain HTTP, for the kubelet and for Prometheus.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <prometheus/collectable.h>

namespace drey {

struct health_answer {
  std::string wrong;        ///< in one line; empty: nothing
  std::string remark = {};  ///< worth knowing though nothing is wrong
};

/// Called on the server's threads.
using health_question = std::function<health_answer()>;

struct health_questions {
  health_question healthz;  ///< wrong: the kubelet restarts the operator
  health_question readyz;   ///< wrong: not ready to decide anything
};

/// Asked at each scrape, on the server's threads.
using metric_sources = std::vector<std::shared_ptr<const prometheus::Collectable>>;

/// The address cannot be listened on.
class listen_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

class health_server {
public:
  /// Listens at once. `port` 0: any free one. Throws listen_error.
  health_server(const std::string& address, int port, metric_sources metrics,
                const health_questions& questions);
  /// Stops listening and waits for answers that are under way.
  ~health_server();

  int port() const;

private:
  class listener;
  std::unique_ptr<listener> listener_;
};

}  // namespace drey
