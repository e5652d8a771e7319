/// The least of an API server for tests of the whole operator in this process: one Lease with
/// optimistic concurrency, lists of the objects that a test gives it, and silent watches. It
/// remembers everything that it is asked and changes nothing but the Lease.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

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

  /// From now on it is there, until another of its kind and name is.
  void hold(const object& one);

  /// "GET /api/v1/pods?…", in order.
  std::vector<std::string> asked() const;
  /// Those of them that would change something, the Lease included.
  std::vector<std::string> changes() const;

  /// Called after the Lease was written, before that is answered, with the number of the write.
  std::function<void(int)> lease_written;

private:
  void serve_lease();
  void write_lease(const httplib::Request& request, httplib::Response& response);
  void serve(const httplib::Request& request, httplib::Response& response);
  void serve_watch(httplib::Response& response);
  kube_answer answer_to(const kube_body& asked) const;

  mutable std::mutex mutex_;
  object_ptr lease_;  // guarded by mutex_, as what follows
  int version_ = 0;
  std::set<std::string> forbidden_;
  std::vector<object_ptr> held_;
  std::vector<std::string> asked_;
  gate let_go_;
  http_server server_;
};

}  // namespace drey::testing
