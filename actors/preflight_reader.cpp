#include "actors/preflight_reader.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace drey {

namespace {

refusal why_not(const kube_answer& answer) {
  const auto* no = std::get_if<refusal>(&answer.result);
  return no != nullptr ? *no : refusal{refusal_reason::malformed, "another answer was asked", {}};
}

}  // namespace

template <class F>
void preflight_reader::ask(kube_body what, F then) {
  out_.kube(std::move(what), [this, number = number_, then](const kube_answer& answer) {
    if (number == number_) then(answer);
  });
}

void preflight_reader::read(cluster_read found, listener told) {
  ++number_;
  found_ = std::move(found);
  told_ = std::move(told);
  for (const auto& name : accounts_of(cluster())) found_.accounts.push_back({name, true, {}});
  ask_account(0);
}

void preflight_reader::ask_account(std::size_t which) {
  if (which == found_.accounts.size()) return ask_quotas();
  const object_name name{cluster().metadata.ns, found_.accounts[which].name};
  ask(kube_look{looked_at::service_account, name}, [this, which](const kube_answer& answer) {
    if (std::holds_alternative<json_seen>(answer.result))
      return ask_right(which, account_rights_of(cluster(), found_.accounts[which].name));
    const auto no = why_not(answer);
    if (no.reason == refusal_reason::not_found)
      found_.accounts[which].there = false;
    else
      found_.accounts[which].there = no;
    ask_account(which + 1);
  });
}

void preflight_reader::ask_right(std::size_t which, std::vector<access_right> left) {
  if (left.empty()) return ask_account(which + 1);
  auto right = left.front();
  left.erase(left.begin());
  ask(kube_review{right, {cluster().metadata.ns, found_.accounts[which].name}},
      [this, which, right, left](const kube_answer& answer) {
        auto& rights = found_.accounts[which].rights;
        if (const auto* told = std::get_if<access_verdict>(&answer.result)) {
          rights.push_back({right, *told});
          return ask_right(which, left);
        }
        rights.push_back({right, why_not(answer)});
        ask_account(which + 1);  // nor would the next question be answered
      });
}

void preflight_reader::ask_quotas() {
  const auto& ns = cluster().metadata.ns;
  ask(kube_look{looked_at::resource_quotas, {ns, ""}}, [this, ns](const kube_answer& answer) {
    read_or<std::vector<quota_room>> quotas;
    if (const auto* seen = std::get_if<json_seen>(&answer.result))
      quotas = quotas_in(nlohmann::json::parse(seen->text, nullptr, false));
    else
      quotas = why_not(answer);
    auto all = check_cluster(found_);
    for (auto& one : check_quotas(ns, {found_}, quotas)) all.push_back(std::move(one));
    told_(std::move(all));
  });
}

}  // namespace drey
