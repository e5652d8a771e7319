/// Pod: the containers folded into what a person would look at first, and Node.
#include <algorithm>
#include <array>

#include "protocol/builtin_codec.hpp"

namespace drey {

namespace {

constexpr std::array<std::string_view, 5> phase_names{"Pending", "Running", "Succeeded", "Failed",
                                                      "Unknown"};

pod_phase phase_named(std::string_view name) {
  const auto at = std::find(phase_names.begin(), phase_names.end(), name);
  if (at == phase_names.end()) return pod_phase::unknown;
  return static_cast<pod_phase>(at - phase_names.begin());
}

struct plain_condition {
  std::string type, status, reason, message;
};

plain_condition read_plain_condition(json_reader& json) {
  plain_condition found;
  json.read("type", found.type);
  json.read("status", found.status);
  json.read("reason", found.reason);
  json.read("message", found.message);
  return found;
}

/// The reason of `json.<state>.<kind>`, unless an earlier container gave one.
void read_reason(json_reader& json, std::string_view state, std::string_view kind,
                 std::string& out) {
  json.object(state, [&](json_reader& inner) {
    inner.object(kind, [&](json_reader& last) {
      if (out.empty()) last.read("reason", out);
    });
  });
}

void read_containers(json_reader& status, std::string_view list, pod& out) {
  status.each(list, [&](json_reader& container) {
    std::int32_t restarts = 0;
    container.read("restartCount", restarts);
    out.restart_count = std::max(out.restart_count, restarts);
    read_reason(container, "state", "waiting", out.waiting_reason);
    read_reason(container, "state", "terminated", out.terminated_reason);
    read_reason(container, "lastState", "terminated", out.terminated_reason);
  });
}

void read_pod_condition(json_reader& json, pod& out) {
  const auto found = read_plain_condition(json);
  if (found.type == "Ready") out.ready = found.status == "True";
  if (found.type == "PodScheduled" && found.status == "False")
    out.unschedulable = found.message.empty() ? found.reason : found.message;
}

std::vector<plain_condition> conditions_of(const pod& x) {
  std::vector<plain_condition> all{{"Ready", x.ready ? "True" : "False", "", ""}};
  if (!x.unschedulable.empty())
    all.push_back({"PodScheduled", "False", "Unschedulable", x.unschedulable});
  return all;
}

void write_plain_condition(json_writer& json, const plain_condition& x) {
  json.write("type", x.type);
  json.write("status", x.status);
  json.write("reason", x.reason);
  json.write("message", x.message);
}

void write_reason(json_writer& json, std::string_view state, std::string_view kind,
                  const std::string& reason) {
  json.object(state, [&](json_writer& inner) {
    inner.object(kind, [&](json_writer& last) { last.write("reason", reason); });
  });
}

void write_containers(json_writer& status, const pod& x) {
  const bool nothing =
      x.restart_count == 0 && x.waiting_reason.empty() && x.terminated_reason.empty() && !x.ready;
  if (nothing) return;
  const std::array<const pod*, 1> only{&x};
  status.each("containerStatuses", only, [](json_writer& json, const pod* one) {
    json.write("name", std::string{"flink-main-container"});
    json.write("ready", one->ready);
    json.write("restartCount", one->restart_count);
    write_reason(json, "state", "waiting", one->waiting_reason);
    write_reason(json, "lastState", "terminated", one->terminated_reason);
  });
}

/// "key=value:Effect", or "key:Effect" without a value, as kubectl prints it.
std::string taint_text(json_reader& json) {
  std::string key, value, effect;
  json.read("key", key);
  json.read("value", value);
  json.read("effect", effect);
  return key + (value.empty() ? "" : "=" + value) + ":" + effect;
}

void write_taint(json_writer& json, const std::string& text) {
  const auto colon = text.rfind(':');
  const auto name = text.substr(0, colon);
  const auto equals = name.find('=');
  json.write("key", name.substr(0, equals));
  if (equals != std::string::npos) json.write("value", name.substr(equals + 1));
  if (colon != std::string::npos) json.write("effect", text.substr(colon + 1));
}

}  // namespace

void read_body(json_reader& json, pod& out) {
  json.object("spec", [&](json_reader& spec) {
    spec.read("nodeName", out.node_name);
    out.spec = spec.rest();
  });
  json.object("status", [&](json_reader& status) {
    std::string phase;
    if (status.read("phase", phase)) out.phase = phase_named(phase);
    status.read("podIP", out.pod_ip);
    status.read("reason", out.reason);
    status.each("conditions", [&](json_reader& one) { read_pod_condition(one, out); });
    read_containers(status, "containerStatuses", out);
    read_containers(status, "initContainerStatuses", out);
  });
}

void write_body(json_writer& json, const pod& x, object_form form) {
  json.object("spec", [&](json_writer& spec) {
    spec.rest(x.spec);
    spec.write("nodeName", x.node_name);
  });
  if (form == object_form::owned) return;
  json.object("status", [&](json_writer& status) {
    status.write("phase", std::string{phase_names.at(static_cast<std::size_t>(x.phase))});
    status.write("podIP", x.pod_ip);
    status.write("reason", x.reason);
    status.each("conditions", conditions_of(x), write_plain_condition);
    write_containers(status, x);
  });
}

void read_body(json_reader& json, node& out) {
  json.object("spec", [&](json_reader& spec) {
    spec.read("unschedulable", out.unschedulable);
    spec.each("taints", [&](json_reader& one) { out.taints.push_back(taint_text(one)); });
  });
  out.ready = "Unknown";
  json.object("status", [&](json_reader& status) {
    status.read("allocatable", out.allocatable);
    status.each("conditions", [&](json_reader& one) {
      const auto found = read_plain_condition(one);
      if (found.type == "Ready") out.ready = found.status;
    });
  });
}

void write_body(json_writer& json, const node& x, object_form form) {
  json.object("spec", [&](json_writer& spec) {
    if (x.unschedulable) spec.write("unschedulable", x.unschedulable);
    spec.each("taints", x.taints, write_taint);
  });
  if (form == object_form::owned) return;
  json.object("status", [&](json_writer& status) {
    const std::array<plain_condition, 1> ready{{{"Ready", x.ready, "", ""}}};
    status.each("conditions", ready, write_plain_condition);
    status.write("allocatable", x.allocatable);
  });
}

}  // namespace drey
