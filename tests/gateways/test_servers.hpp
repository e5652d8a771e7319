/// Small servers in this process for tests of the real clients: one that speaks HTTP, one that
/// speaks whatever a test wants, and certificates for TLS.
#pragma once

#include <httplib.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "runtime/http_client.hpp"

namespace drey::testing {

/// How long a test waits for what must come; never how long something takes.
inline constexpr std::chrono::seconds test_patience{30};

/// A folder of the test's own, removed with its content.
class scratch_folder {
public:
  scratch_folder();
  ~scratch_folder();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& content) const;

private:
  std::filesystem::path path_;
};

/// A one-way gate: holds threads of a server until the test lets them go.
class gate {
public:
  void open();
  /// False: it was never opened.
  bool wait();

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
};

/// cpp-httplib on a free port of 127.0.0.1. Set routes on `routes()`, then `start`.
class http_server {
public:
  explicit http_server(std::unique_ptr<httplib::Server> server = nullptr);
  ~http_server();
  httplib::Server& routes() { return *server_; }
  void start();
  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

private:
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

/// Accepts connections and lets the test do with each what it likes.
class socket_server {
public:
  /// `serve(fd)` runs for one connection after the other; the socket is closed afterwards.
  explicit socket_server(std::function<void(int)> serve);
  ~socket_server();
  int port() const { return port_; }

private:
  std::function<void(int)> serve_;
  int port_ = 0;
  int listening_ = -1;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

/// Reads until the end of one request's head and as many bytes of body as it announces; empty: the
/// peer went away.
std::string read_request(int socket);
void send_text(int socket, const std::string& text);

/// A port that nobody listens on.
int closed_port();

struct certificate {
  std::string certificate_pem;
  std::string key_pem;
};
/// Self-signed, for 127.0.0.1.
certificate make_certificate();

std::shared_ptr<const http_endpoint> endpoint_at(int port);

/// Starts `call` and waits for its end.
http_outcome outcome_of(http_client& client, http_call call);

}  // namespace drey::testing
