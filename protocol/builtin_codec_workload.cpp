/// Deployment, StatefulSet and Job.
#include "protocol/builtin_codec.hpp"

namespace drey {

namespace {

void read_template(json_reader& json, pod_template& out) {
  json.object("template", [&](json_reader& pods) {
    pods.object("metadata", [&](json_reader& metadata) {
      metadata.read("labels", out.labels);
      metadata.read("annotations", out.annotations);
    });
    pods.text("spec", out.spec);
  });
}

void write_template(json_writer& json, const pod_template& x) {
  json.object("template", [&](json_writer& pods) {
    pods.object("metadata", [&](json_writer& metadata) {
      metadata.write("labels", x.labels);
      metadata.write("annotations", x.annotations);
    });
    pods.text("spec", x.spec);
  });
}

void read_conditions(json_reader& status, std::vector<condition>& out) {
  status.each("conditions", [&](json_reader& json) {
    auto& one = out.emplace_back();
    json.read("type", one.type);
    json.read("status", one.status);
    json.read("reason", one.reason);
    json.read("message", one.message);
    json.read("lastTransitionTime", one.last_transition_time);
    json.read("observedGeneration", one.observed_generation);
  });
}

void write_conditions(json_writer& status, const std::vector<condition>& all) {
  status.each("conditions", all, [](json_writer& json, const condition& one) {
    json.write("type", one.type);
    json.write("status", one.status);
    json.write("reason", one.reason);
    json.write("message", one.message);
    json.write("lastTransitionTime", one.last_transition_time);
    if (one.observed_generation != 0) json.write("observedGeneration", one.observed_generation);
  });
}

void read_selector(json_reader& json, string_map& out) {
  json.object("selector", [&](json_reader& selector) { selector.read("matchLabels", out); });
}

void write_selector(json_writer& json, const string_map& x) {
  json.object("selector", [&](json_writer& selector) { selector.write("matchLabels", x); });
}

}  // namespace

void read_body(json_reader& json, deployment& out) {
  json.object("spec", [&](json_reader& spec) {
    spec.read("replicas", out.replicas);
    read_selector(spec, out.selector);
    read_template(spec, out.pods);
    spec.object("strategy", [&](json_reader& strategy) { strategy.read("type", out.strategy); });
  });
  json.object("status", [&](json_reader& status) {
    status.read("observedGeneration", out.observed_generation);
    status.read("replicas", out.status_replicas);
    status.read("availableReplicas", out.available_replicas);
    read_conditions(status, out.conditions);
  });
}

void write_body(json_writer& json, const deployment& x, object_form form) {
  json.object("spec", [&](json_writer& spec) {
    spec.write("replicas", x.replicas);
    write_selector(spec, x.selector);
    write_template(spec, x.pods);
    spec.object("strategy", [&](json_writer& strategy) {
      strategy.write("type", x.strategy);
      // Said although it is the default: what drey owns goes again with the strategy.
      if (x.strategy == "RollingUpdate")
        strategy.object("rollingUpdate", [](json_writer& steps) {
          steps.write("maxSurge", std::int32_t{1});
          steps.write("maxUnavailable", std::int32_t{0});
        });
    });
  });
  if (form == object_form::owned) return;
  json.object("status", [&](json_writer& status) {
    status.write("observedGeneration", x.observed_generation);
    status.write("replicas", x.status_replicas);
    status.write("availableReplicas", x.available_replicas);
    write_conditions(status, x.conditions);
  });
}

void read_body(json_reader& json, stateful_set& out) {
  json.object("spec", [&](json_reader& spec) {
    spec.read("replicas", out.replicas);
    spec.object("ordinals", [&](json_reader& ordinals) {
      ordinals.read("start", out.ordinals_start.emplace(0));
    });
    spec.read("serviceName", out.service_name);
    read_selector(spec, out.selector);
    read_template(spec, out.pods);
  });
  json.object("status", [&](json_reader& status) {
    status.read("observedGeneration", out.observed_generation);
    status.read("replicas", out.status_replicas);
    status.read("readyReplicas", out.ready_replicas);
    status.read("currentRevision", out.current_revision);
    status.read("updateRevision", out.update_revision);
  });
}

void write_body(json_writer& json, const stateful_set& x, object_form form) {
  json.object("spec", [&](json_writer& spec) {
    spec.write("replicas", x.replicas);
    if (x.ordinals_start)
      spec.object("ordinals",
                  [&](json_writer& ordinals) { ordinals.write("start", *x.ordinals_start); });
    spec.write("serviceName", x.service_name);
    write_selector(spec, x.selector);
    write_template(spec, x.pods);
    spec.write("podManagementPolicy", std::string{"Parallel"});
    spec.object("updateStrategy",
                [](json_writer& strategy) { strategy.write("type", std::string{"OnDelete"}); });
  });
  if (form == object_form::owned) return;
  json.object("status", [&](json_writer& status) {
    status.write("observedGeneration", x.observed_generation);
    status.write("replicas", x.status_replicas);
    status.write("readyReplicas", x.ready_replicas);
    status.write("currentRevision", x.current_revision);
    status.write("updateRevision", x.update_revision);
  });
}

void read_body(json_reader& json, batch_job& out) {
  json.object("spec", [&](json_reader& spec) { read_template(spec, out.pods); });
  json.object("status", [&](json_reader& status) {
    status.read("active", out.active);
    status.read("failed", out.failed);
    status.read("succeeded", out.succeeded);
    read_conditions(status, out.conditions);
  });
}

void write_body(json_writer& json, const batch_job& x, object_form form) {
  json.object("spec", [&](json_writer& spec) {
    spec.write("backoffLimit", std::int32_t{0});
    write_template(spec, x.pods);
  });
  if (form == object_form::owned) return;
  json.object("status", [&](json_writer& status) {
    if (x.active != 0) status.write("active", x.active);
    if (x.failed != 0) status.write("failed", x.failed);
    if (x.succeeded != 0) status.write("succeeded", x.succeeded);
    write_conditions(status, x.conditions);
  });
}

}  // namespace drey
