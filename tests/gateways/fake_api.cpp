#include "tests/gateways/fake_api.hpp"

#include <algorithm>

#include "protocol/kube_http.hpp"
#include "protocol/label_selector.hpp"
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
  routes.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response&) {
    const std::lock_guard guard{mutex_};
    asked_.push_back(request.method + " " + request.target);
    return httplib::Server::HandlerResponse::Unhandled;
  });
  routes.Get("/(api|apis)/.*", [this](const httplib::Request& request,
                                      httplib::Response& response) { serve(request, response); });
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

void fake_api::hold(const object& one) {
  const std::lock_guard guard{mutex_};
  std::erase_if(held_, [&](const object_ptr& other) {
    return kind_of(*other) == kind_of(one) && name_of(*other) == name_of(one);
  });
  held_.push_back(std::make_shared<const object>(one));
}

std::vector<std::string> fake_api::asked() const {
  const std::lock_guard guard{mutex_};
  return asked_;
}

std::vector<std::string> fake_api::changes() const {
  auto all = asked();
  std::erase_if(all, [](const std::string& one) {
    return one.starts_with("GET ") || one.find("/subjectaccessreviews") != std::string::npos;
  });
  return all;
}

void fake_api::serve(const httplib::Request& request, httplib::Response& response) {
  const http_request asked{request.method, request.target, "", ""};
  const std::lock_guard guard{mutex_};
  if (const auto watch = kube_watch_of(asked)) {
    if (forbidden_.contains(std::string(info_of(watch->kind).plural)))
      return say(response, 403, "Forbidden");
    return serve_watch(response);
  }
  const auto body = kube_body_of(asked);
  if (!body) return say(response, 404, "NotFound");
  const auto answer = to_http(*body, answer_to(*body));
  response.status = answer.status;
  response.set_content(answer.body, "application/json");
}

kube_answer fake_api::answer_to(const kube_body& asked) const {
  if (const auto* get = std::get_if<kube_get>(&asked)) {
    const auto found = std::ranges::find_if(held_, [&](const object_ptr& one) {
      return kind_of(*one) == get->kind && name_of(*one) == get->name;
    });
    if (found != held_.end()) return {*found};
    return {refusal{refusal_reason::not_found, "NotFound", {}}};
  }
  if (!std::holds_alternative<kube_list>(asked))
    return {refusal{refusal_reason::not_found, "NotFound", {}}};
  const auto& list = std::get<kube_list>(asked);
  if (forbidden_.contains(std::string(info_of(list.kind).plural)))
    return {refusal{refusal_reason::forbidden, "Forbidden", {}}};
  const auto selector = label_selector::parse(list.selector).value();
  object_list all{{}, "1"};
  for (const auto& one : held_)
    if (kind_of(*one) == list.kind && selector.matches(metadata_of(*one).labels) &&
        (list.ns.empty() || name_of(*one).ns == list.ns))
      all.items.push_back(one);
  return {all};
}

void fake_api::serve_watch(httplib::Response& response) {
  response.set_chunked_content_provider("application/json",
                                        [this](std::size_t, httplib::DataSink& sink) {
                                          let_go_.wait();
                                          sink.done();
                                          return true;
                                        });
}

}  // namespace drey::testing
