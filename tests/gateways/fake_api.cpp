#include "tests/gateways/fake_api.hpp"

#include "protocol/object_codec.hpp"

namespace drey::testing {

namespace {

const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/home/leases";
constexpr std::size_t threads = 40;  // a watch holds one

void say(httplib::Response& response, int code, const std::string& reason) {
  response.status = code;
  response.set_content(encode_api_status({code, reason, reason, {}}), "application/json");
}

}  // namespace

fake_api::fake_api() {
  auto& routes = server_.routes();
  routes.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  serve_lease();
  routes.Get("/(api|apis)/.*",
             [this](const httplib::Request& request, httplib::Response& response) {
               serve_list(request, response);
             });
  server_.start();
}

fake_api::~fake_api() { let_go_.open(); }

std::string fake_api::holder() const {
  const std::lock_guard guard{mutex_};
  return lease_ ? std::get<lease>(*lease_).holder : "";
}

int fake_api::lease_writes() const {
  const std::lock_guard guard{mutex_};
  return version_;
}

void fake_api::forbid(const std::string& plural) {
  const std::lock_guard guard{mutex_};
  forbidden_.insert(plural);
}

void fake_api::allow(const std::string& plural) {
  const std::lock_guard guard{mutex_};
  forbidden_.erase(plural);
}

void fake_api::serve_lease() {
  auto& routes = server_.routes();
  routes.Get(leases + "/lock", [this](const httplib::Request&, httplib::Response& response) {
    const std::lock_guard guard{mutex_};
    if (!lease_) return say(response, 404, "NotFound");
    response.set_content(encode_object(*lease_), "application/json");
  });
  const auto write = [this](const httplib::Request& request, httplib::Response& response) {
    write_lease(request, response);
  };
  routes.Post(leases, write);
  routes.Put(leases + "/lock", write);
}

void fake_api::write_lease(const httplib::Request& request, httplib::Response& response) {
  field_errors errors;
  const auto wanted = decode_object(request.body, errors);
  if (!wanted) return say(response, 422, "Invalid");
  int number = 0;
  {
    const std::lock_guard guard{mutex_};
    const auto& asked = metadata_of(*wanted).resource_version;
    const auto now = lease_ ? metadata_of(*lease_).resource_version : "";
    if (asked != now)
      return say(response, 409, lease_ && asked.empty() ? "AlreadyExists" : "Conflict");
    auto written = *wanted;
    number = ++version_;
    metadata_of(written).resource_version = std::to_string(number);
    metadata_of(written).uid = "lease-uid";
    lease_ = std::make_shared<const object>(written);
    response.set_content(encode_object(*lease_), "application/json");
  }
  if (lease_written) lease_written(number);
}

void fake_api::serve_list(const httplib::Request& request, httplib::Response& response) {
  const auto plural = request.path.substr(request.path.rfind('/') + 1);
  {
    const std::lock_guard guard{mutex_};
    if (forbidden_.contains(plural)) return say(response, 403, "Forbidden");
  }
  if (!request.has_param("watch")) {
    response.set_content(R"({"metadata":{"resourceVersion":"1"},"items":[]})", "application/json");
    return;
  }
  response.set_chunked_content_provider("application/json",
                                        [this](std::size_t, httplib::DataSink& sink) {
                                          let_go_.wait();
                                          sink.done();
                                          return true;
                                        });
}

}  // namespace drey::testing
