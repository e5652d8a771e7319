/// Service, ConfigMap and Ingress; Lease and Event, the two records of what somebody did.
#include "protocol/builtin_codec.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

void write_micros(json_writer& json, std::string_view key, const std::optional<milliseconds>& x) {
  if (x) json.put(key, timestamp_micros(*x));
}

}  // namespace

void read_body(json_reader& json, service& out) {
  json.object("spec", [&](json_reader& spec) {
    std::string cluster_ip;
    spec.read("type", out.type);
    spec.read("clusterIP", cluster_ip);
    out.headless = cluster_ip == "None";
    spec.read("publishNotReadyAddresses", out.publish_not_ready_addresses);
    spec.read("selector", out.selector);
    spec.each("ports", [&](json_reader& json_port) {
      service_port port;
      json_port.read("name", port.name);
      json_port.read("port", port.port);
      out.ports.push_back(std::move(port));
    });
  });
}

void write_body(json_writer& json, const service& x, object_form) {
  json.object("spec", [&](json_writer& spec) {
    spec.write("type", x.type);
    if (x.headless) spec.write("clusterIP", std::string{"None"});
    spec.write("publishNotReadyAddresses", x.publish_not_ready_addresses);
    spec.write("selector", x.selector);
    spec.each("ports", x.ports, [](json_writer& json_port, const service_port& port) {
      json_port.write("name", port.name);
      json_port.write("port", port.port);
      // Port and protocol together are the key by which an apply merges this list.
      json_port.write("protocol", std::string{"TCP"});
    });
  });
}

void read_body(json_reader& json, config_map& out) {
  json.read("data", out.data);
  json.read("immutable", out.immutable);
}

void write_body(json_writer& json, const config_map& x, object_form) {
  json.write("data", x.data);
  if (x.immutable) json.write("immutable", x.immutable);
}

void read_body(json_reader& json, ingress& out) { json.text("spec", out.spec); }

void write_body(json_writer& json, const ingress& x, object_form) { json.text("spec", x.spec); }

void read_body(json_reader& json, lease& out) {
  json.object("spec", [&](json_reader& spec) {
    spec.read("holderIdentity", out.holder);
    spec.read("leaseDurationSeconds", out.duration_seconds);
    spec.read("acquireTime", out.acquire_time);
    spec.read("renewTime", out.renew_time);
    spec.read("leaseTransitions", out.transitions);
  });
}

void write_body(json_writer& json, const lease& x, object_form) {
  json.object("spec", [&](json_writer& spec) {
    spec.put("holderIdentity", x.holder);  // empty: released
    spec.write("leaseDurationSeconds", x.duration_seconds);
    write_micros(spec, "acquireTime", x.acquire_time);
    write_micros(spec, "renewTime", x.renew_time);
    spec.write("leaseTransitions", x.transitions);
  });
}

void read_body(json_reader& json, event_record& out) {
  json.object("involvedObject", [&](json_reader& about) {
    about.read("kind", out.involved_kind);
    about.read("apiVersion", out.involved_api_version);
    about.read("namespace", out.involved_ns);
    about.read("name", out.involved_name);
    about.read("uid", out.involved_uid);
  });
  json.read("type", out.type);
  json.read("reason", out.reason);
  json.read("message", out.message);
  json.object("source", [&](json_reader& source) { source.read("component", out.component); });
  if (out.component.empty()) json.read("reportingComponent", out.component);
  json.read("count", out.count);
  json.read("firstTimestamp", out.first);
  json.read("lastTimestamp", out.last);
}

void write_body(json_writer& json, const event_record& x, object_form) {
  json.object("involvedObject", [&](json_writer& about) {
    about.write("kind", x.involved_kind);
    about.write("apiVersion", x.involved_api_version);
    about.write("namespace", x.involved_ns);
    about.write("name", x.involved_name);
    about.write("uid", x.involved_uid);
  });
  json.write("type", x.type);
  json.write("reason", x.reason);
  json.write("message", x.message);
  json.object("source", [&](json_writer& source) { source.write("component", x.component); });
  json.write("reportingComponent", x.component);
  json.write("count", x.count);
  json.write("firstTimestamp", x.first);
  json.write("lastTimestamp", x.last);
}

}  // namespace drey
