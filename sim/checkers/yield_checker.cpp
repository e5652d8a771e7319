#include "sim/checkers/yield_checker.hpp"

#include <algorithm>

#include "actors/pause.hpp"
#include "actors/rivals.hpp"
#include "protocol/limits.hpp"
#include "sim/checkers/standing_aside.hpp"
#include "sim/world/other_operator.hpp"

namespace drey::sim {

namespace {

/// When this manager wrote the status last; zero: never.
milliseconds write_of(const object& live, std::string_view manager) {
  for (const auto& one : metadata_of(live).status_writers)
    if (one.manager == manager) return one.time;
  return milliseconds{0};
}

struct namespace_of_call {
  std::string operator()(const kube_create& x) const { return metadata_of(*x.wanted).ns; }
  std::string operator()(const kube_apply& x) const { return metadata_of(*x.wanted).ns; }
  std::string operator()(const kube_write_status& x) const { return metadata_of(*x.wanted).ns; }
  std::string operator()(const kube_write_finalizers& x) const { return x.name.ns; }
  std::string operator()(const kube_replace& x) const { return metadata_of(*x.wanted).ns; }
  std::string operator()(const kube_delete& x) const { return x.name.ns; }
  std::string operator()(const kube_get&) const { return {}; }
  std::string operator()(const kube_list&) const { return {}; }
  std::string operator()(const kube_look&) const { return {}; }
  std::string operator()(const kube_review&) const { return {}; }
};

/// Of a JobManager: its Service's name ends with its namespace.
std::string namespace_of(const arrival& call) {
  if (call.kube != nullptr) return std::visit(namespace_of_call{}, *call.kube);
  const auto& host = call.endpoint->host;
  return host.substr(host.rfind('.') + 1);
}

}  // namespace

void yield_checker::shown(std::uint32_t process, const object& live, milliseconds wall) {
  const auto written = write_of(live, other_operator.substr(0, other_operator.find('/')));
  if (written <= write_of(live, field_manager) || wall - written >= limits::rival_silence) return;
  auto& newest = shown_[{process, metadata_of(live).ns}];
  newest = std::max(newest, written);
}

void yield_checker::digested(std::uint32_t process) {
  for (auto at = shown_.lower_bound({process, ""});
       at != shown_.end() && at->first.first == process; at = shown_.erase(at)) {
    auto& newest = known_[at->first];
    newest = std::max(newest, at->second);
  }
}

bool yield_checker::is_allowed(const kube_body& body) const {
  if (const auto* apply = std::get_if<kube_apply>(&body))
    return kind_of(*apply->wanted) == object_kind::event;
  const auto* write = std::get_if<kube_write_status>(&body);
  if (write == nullptr) return false;
  const auto live = kube_.find(kind_of(*write->wanted), drey::name_of(*write->wanted));
  const auto& version = metadata_of(*write->wanted).resource_version;
  if (!live || metadata_of(*live).resource_version != version) return true;  // it is refused
  return tells_only_of_standing_aside(*live, *write->wanted);
}

std::string yield_checker::broken_by(const arrival& call, milliseconds wall) const {
  if (known_.empty()) return {};
  const auto ns = namespace_of(call);
  const auto known = known_.find({call.who->process, ns});
  if (known == known_.end() || wall - known->second >= limits::rival_silence) return {};
  if (call.kube != nullptr && is_allowed(*call.kube)) return {};
  return "something was changed in namespace " + ns + " while another operator worked there";
}

std::string yield_checker::told_for_ever() const {
  for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job,
                          object_kind::flink_state_snapshot})
    for (const auto& [name, live] : kube_.all(kind))
      if (is_told_to_yield(*live))
        return std::string(drey::name_of(kind)) + " " + text_of_name(name) +
               " is told to be another operator's, long after that one has left";
  return {};
}

}  // namespace drey::sim
