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
  std::optional<milliseconds> since = {};
};

plain_condition read_plain_condition(json_reader& json) {
  plain_condition found;
  json.read("type", found.type);
  json.read("status", found.status);
  json.read("reason", found.reason);
  json.read("message", found.message);
  json.read("lastTransitionTime", found.since);
  return found;
}

/// What one entry of `containerStatuses` says.
struct container_status {
  std::string name, waiting_reason, waiting_message, terminated_reason;
  std::int32_t exit_code = 0, restarts = 0;
  std::optional<milliseconds> last_started, last_ended, running_since;
  bool ended = false;  ///< it is terminated now, and was not restarted yet
};

/// Of `state` or `lastState`; true: there is one.
bool read_terminated(json_reader& json, container_status& out) {
  bool found = false;
  json.object("terminated", [&](json_reader& last) {
    found = true;
    last.read("reason", out.terminated_reason);
    last.read("exitCode", out.exit_code);
    last.read("startedAt", out.last_started);
    last.read("finishedAt", out.last_ended);
  });
  return found;
}

container_status read_container(json_reader& json) {
  container_status found;
  json.read("name", found.name);
  json.read("restartCount", found.restarts);
  json.object("lastState", [&](json_reader& last) { read_terminated(last, found); });
  json.object("state", [&](json_reader& state) {
    state.object("waiting", [&](json_reader& waiting) {
      waiting.read("reason", found.waiting_reason);
      waiting.read("message", found.waiting_message);
    });
    state.object("running",
                 [&](json_reader& running) { running.read("startedAt", found.running_since); });
    found.ended = read_terminated(state, found);
  });
  return found;
}

/// How badly off it is. An init container that is done is not, nor is one that waits its turn.
int badness_of(const container_status& x) {
  if (!x.waiting_reason.empty() && !is_start_in_order(x.waiting_reason)) return 3;
  if (x.terminated_reason.empty() || x.terminated_reason == "Completed") return 0;
  return x.ended ? 2 : 1;
}

/// The first of those that are worst off; nobody's trouble is hidden by the others' waiting for it.
class containers {
public:
  void read(json_reader& status, std::string_view list) {
    status.each(list, [&](json_reader& json) {
      auto found = read_container(json);
      restarts_max_ = std::max(restarts_max_, found.restarts);
      const auto badness = badness_of(found);
      if (badness <= badness_) return;
      badness_ = badness;
      worst_ = std::move(found);
    });
  }
  void tell(pod& out) {
    out.container = std::move(worst_.name);
    out.waiting_reason = std::move(worst_.waiting_reason);
    out.waiting_message = std::move(worst_.waiting_message);
    out.terminated_reason = std::move(worst_.terminated_reason);
    out.exit_code = worst_.exit_code;
    out.last_started = worst_.last_started;
    out.last_ended = worst_.last_ended;
    out.running_since = worst_.running_since;
    out.restart_count = restarts_max_;
  }

private:
  container_status worst_;
  int badness_ = -1;
  std::int32_t restarts_max_ = 0;
};

void read_pod_condition(json_reader& json, pod& out) {
  const auto found = read_plain_condition(json);
  if (found.type == "Ready") {
    out.ready = found.status == "True";
    if (!out.ready) out.unready_since = found.since;
  }
  if (found.type == "PodScheduled" && found.status == "False")
    out.unschedulable = found.message.empty() ? found.reason : found.message;
}

std::vector<plain_condition> conditions_of(const pod& x) {
  std::vector<plain_condition> all{{"Ready", x.ready ? "True" : "False", "", "", x.unready_since}};
  if (!x.unschedulable.empty())
    all.push_back({"PodScheduled", "False", "Unschedulable", x.unschedulable});
  return all;
}

void write_plain_condition(json_writer& json, const plain_condition& x) {
  json.write("type", x.type);
  json.write("status", x.status);
  json.write("reason", x.reason);
  json.write("message", x.message);
  json.write("lastTransitionTime", x.since);
}

void write_containers(json_writer& status, const pod& x) {
  if (x.container.empty()) return;
  const std::array<const pod*, 1> only{&x};
  status.each("containerStatuses", only, [](json_writer& json, const pod* one) {
    json.write("name", one->container);
    json.write("ready", one->ready);
    json.write("restartCount", one->restart_count);
    json.object("state", [&](json_writer& state) {
      if (!one->waiting_reason.empty())
        state.object("waiting", [&](json_writer& waiting) {
          waiting.write("reason", one->waiting_reason);
          waiting.write("message", one->waiting_message);
        });
      if (one->running_since)
        state.object("running",
                     [&](json_writer& running) { running.write("startedAt", one->running_since); });
    });
    if (one->terminated_reason.empty()) return;
    json.object("lastState", [&](json_writer& last) {
      last.object("terminated", [&](json_writer& terminated) {
        terminated.write("reason", one->terminated_reason);
        terminated.write("exitCode", one->exit_code);
        terminated.write("startedAt", one->last_started);
        terminated.write("finishedAt", one->last_ended);
      });
    });
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
    containers all;
    all.read(status, "containerStatuses");
    all.read(status, "initContainerStatuses");
    all.tell(out);
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
