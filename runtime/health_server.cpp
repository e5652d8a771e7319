/// The health server on cpp-httplib, with two threads: it answers probes, nothing else.
#include "runtime/health_server.hpp"

#include <httplib.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <thread>
#include <utility>

namespace drey {

namespace {

constexpr int http_ok = 200;
constexpr int http_unavailable = 503;
constexpr std::size_t threads = 2;
constexpr time_t slow_client_seconds = 5;

void answer(const health_question& question, httplib::Response& response) {
  const auto [wrong, remark] = question();
  response.status = wrong.empty() ? http_ok : http_unavailable;
  const auto well = remark.empty() ? "ok" : "ok: " + remark;
  response.set_content((wrong.empty() ? well : wrong) + "\n", "text/plain; charset=utf-8");
}

std::vector<prometheus::MetricFamily> collected(const metric_sources& sources) {
  std::vector<prometheus::MetricFamily> all;
  for (const auto& source : sources)
    for (auto& one : source->Collect()) all.push_back(std::move(one));
  return all;
}

}  // namespace

class health_server::listener {
public:
  listener(const std::string& address, int port, metric_sources metrics,
           const health_questions& questions) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(threads); };
    server_.set_read_timeout(slow_client_seconds);
    server_.set_write_timeout(slow_client_seconds);
    server_.set_keep_alive_timeout(1);
    server_.Get("/healthz",
                [ask = questions.healthz](const auto&, auto& response) { answer(ask, response); });
    server_.Get("/readyz",
                [ask = questions.readyz](const auto&, auto& response) { answer(ask, response); });
    server_.Get("/metrics", [metrics = std::move(metrics)](const auto&, auto& response) {
      response.set_content(prometheus::TextSerializer{}.Serialize(collected(metrics)),
                           "text/plain; version=0.0.4; charset=utf-8");
    });
    const bool any = port == 0;
    if (any) port = server_.bind_to_any_port(address);
    if (port <= 0 || (!any && !server_.bind_to_port(address, port)))
      throw listen_error{"cannot listen on " + address + ":" + std::to_string(port) +
                         " for health and metrics: choose another address"};
    port_ = port;
    thread_ = std::thread{[this] {
      server_.listen_after_bind();
      ended_ = true;
    }};
    // Before it runs, `stop` would have no effect and the thread would never end.
    while (!server_.is_running() && !ended_) std::this_thread::yield();
  }

  ~listener() {
    server_.stop();
    thread_.join();
  }

  int port() const { return port_; }

private:
  httplib::Server server_;
  int port_ = 0;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

health_server::health_server(const std::string& address, int port, metric_sources metrics,
                             const health_questions& questions)
    : listener_(std::make_unique<listener>(address, port, std::move(metrics), questions)) {}
health_server::~health_server() = default;

int health_server::port() const { return listener_->port(); }

}  // namespace drey
