#include "protocol/metadata_codec.hpp"

namespace drey {

void read_metadata(json_reader& reader, object_meta& out) {
  bool named = false;  // rightly or wrongly
  reader.object("metadata", [&](json_reader& json) {
    named = json.has("name");
    json.read("namespace", out.ns);
    json.read("name", out.name);
    json.read("uid", out.uid);
    json.read("resourceVersion", out.resource_version);
    json.read("generation", out.generation);
    json.read("creationTimestamp", out.creation_timestamp);
    json.read("deletionTimestamp", out.deletion_timestamp);
    json.read("labels", out.labels);
    json.read("annotations", out.annotations);
    json.read("finalizers", out.finalizers);
    json.each("ownerReferences", [&out](json_reader& item) {
      auto& owner = out.owners.emplace_back();
      item.read("apiVersion", owner.api_version);
      item.read("kind", owner.kind);
      item.read("name", owner.name);
      item.read("uid", owner.uid);
    });
  });
  if (!named) reader.wrong("metadata.name", "is missing", "Give the resource a name");
}

void read_status_writers(json_reader& reader, object_meta& out) {
  reader.object("metadata", [&out](json_reader& json) {
    json.each("managedFields", [&out](json_reader& item) {
      std::string part;
      item.read("subresource", part);
      if (part != "status") return;
      auto& writer = out.status_writers.emplace_back();
      item.read("manager", writer.manager);
      item.read("time", writer.time);
    });
  });
}

void write_metadata(json_writer& writer, const object_meta& metadata) {
  writer.object("metadata", [&metadata](json_writer& json) {
    json.write("namespace", metadata.ns);
    json.write("name", metadata.name);
    json.write("uid", metadata.uid);
    json.write("resourceVersion", metadata.resource_version);
    if (metadata.generation != 0) json.write("generation", metadata.generation);
    json.write("creationTimestamp", metadata.creation_timestamp);
    json.write("deletionTimestamp", metadata.deletion_timestamp);
    json.write("labels", metadata.labels);
    json.write("annotations", metadata.annotations);
    json.write("finalizers", metadata.finalizers);
    json.each("ownerReferences", metadata.owners, [](json_writer& item, const owner_reference& x) {
      item.write("apiVersion", x.api_version);
      item.write("kind", x.kind);
      item.write("name", x.name);
      item.write("uid", x.uid);
    });
    json.each("managedFields", metadata.status_writers,
              [](json_writer& item, const status_writer& x) {
                item.write("manager", x.manager);
                item.put("operation", "Update");
                item.put("subresource", "status");
                item.write("time", x.time);
              });
  });
}

}  // namespace drey
