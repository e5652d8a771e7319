/// The least of an API server for tests of the whole operator in this process: one Lease with
/// optimistic concurrency, and empty lists and silent watches of everything else.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "protocol/kube_call.hpp"
#include "tests/gateways/test_servers.hpp"

namespace drey::testing {

class fake_api {
public:
  fake_api();
  ~fake_api();

  int port() const { return server_.port(); }
  std::string holder() const;
  int lease_writes() const;

  /// From now on lists and watches of this plural are forbidden, or not any more.
  void forbid(const std::string& plural);
  void allow(const std::string& plural);

  /// Called after the Lease was written, before that is answered, with the number of the write.
  std::function<void(int)> lease_written;

private:
  void serve_lease();
  void write_lease(const httplib::Request& request, httplib::Response& response);
  void serve_list(const httplib::Request& request, httplib::Response& response);

  mutable std::mutex mutex_;
  object_ptr lease_;  // guarded by mutex_, as what follows
  int version_ = 0;
  std::set<std::string> forbidden_;
  gate let_go_;
  http_server server_;
};

}  // namespace drey::testing
