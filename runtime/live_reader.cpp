#include "runtime/live_reader.hpp"

#include <caf/scoped_actor.hpp>
#include <stdexcept>

#include "runtime/cluster_access.hpp"
#include "runtime/kube_gateway.hpp"

namespace drey {

namespace {

cluster_access access_with(const std::string& kubeconfig, const std::string& context) {
  auto sources = access_sources_of_environment();
  sources.kubeconfig = kubeconfig;
  sources.context = context;
  return find_cluster_access(sources);
}

std::runtime_error refused(const std::string& what, const refusal* why) {
  return std::runtime_error(what + " cannot be read: " +
                            (why == nullptr
                                 ? std::string("no answer")
                                 : std::string(name_of(why->reason)) + ": " + why->message));
}

}  // namespace

live_reader::live_reader(const std::string& kubeconfig, const std::string& context)
    : system_(config_),
      gateway_(spawn_kube_gateway(system_, client_, access_with(kubeconfig, context))) {}

live_reader::~live_reader() {
  caf::anon_send_exit(gateway_, caf::exit_reason::user_shutdown);
  client_.stop();
}

object_ptr live_reader::get(object_kind kind, const object_name& name) {
  const auto answer = call(kube_get{kind, name});
  if (const auto* one = std::get_if<object_ptr>(&answer.result)) return *one;
  const auto* why = std::get_if<refusal>(&answer.result);
  if (why != nullptr && why->reason == refusal_reason::not_found) return nullptr;
  throw refused(std::string(name_of(kind)) + " " + text_of_name(name), why);
}

std::vector<object_ptr> live_reader::list(object_kind kind, const std::string& ns,
                                          const std::string& selector) {
  auto answer = call(kube_list{kind, ns, selector});
  if (auto* all = std::get_if<object_list>(&answer.result)) return std::move(all->items);
  throw refused(std::string(info_of(kind).plural), std::get_if<refusal>(&answer.result));
}

std::vector<object_ptr> live_reader::list(object_kind kind, const std::string& ns,
                                          const std::string& selector,
                                          std::vector<std::string>& unread) {
  try {
    return list(kind, ns, selector);
  } catch (const std::runtime_error& why) {
    unread.emplace_back(why.what());
    return {};
  }
}

kube_answer live_reader::call(kube_body body) {
  caf::scoped_actor self{system_};
  kube_answer answer{refusal{refusal_reason::unknown_outcome, "no answer", {}}};
  self->request(gateway_, caf::infinite, kube_request{std::move(body)})
      .receive([&](const kube_answer& told) { answer = told; }, [](const caf::error&) {});
  return answer;
}

}  // namespace drey
