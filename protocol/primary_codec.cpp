#include "protocol/primary_codec.hpp"

#include "protocol/field_decoder.hpp"
#include "protocol/field_encoder.hpp"
#include "protocol/metadata_codec.hpp"
#include "protocol/spec_fields.hpp"
#include "protocol/status_fields.hpp"

namespace drey {

namespace {

template <class T>
concept primary = std::same_as<T, flink_deployment> || std::same_as<T, flink_session_job> ||
    std::same_as<T, flink_state_snapshot>;

template <class T>
void read_fields(json_reader& json, T& x) {
  field_decoder decoder(json);
  fields_of(decoder, x);
}

template <class T>
std::string fields_text(const T& x) {
  json_writer json;
  field_encoder encoder(json, field_encoder::purpose::whole);
  fields_of(encoder, x);
  return json.dump();
}

/// apiVersion and kind are given by lists only once; where they stand they must be right.
void check_type(json_reader& json, const kind_info& info) {
  std::string version(info.api_version);
  std::string kind(info.name);
  json.read("apiVersion", version);
  json.read("kind", kind);
  if (version != info.api_version)
    json.wrong("apiVersion", "is '" + excerpt(version) + "'",
               "Use " + std::string(info.api_version));
  if (kind != info.name)
    json.wrong("kind", "is '" + excerpt(kind) + "'", "Expected " + std::string(info.name));
}

template <primary T>
object read_as(object_kind kind, json_reader& json) {
  using spec_type = std::remove_cvref_t<decltype(*T::spec)>;
  T out;
  auto spec = std::make_shared<spec_type>();
  check_type(json, info_of(kind));
  read_metadata(json, out.metadata);
  read_status_writers(json, out.metadata);
  const bool given = json.object("spec", [&](json_reader& inner) { read_fields(inner, *spec); });
  if (!given && !json.has("spec") && !is_canary(out.metadata))
    json.wrong("spec", "is missing", "Say what is wanted");
  out.spec = std::move(spec);
  json.object("status", [&](json_reader& inner) { read_fields(inner, out.status); });
  return out;
}

template <class T>
std::string encode_as(object_kind kind, const T& x) {
  json_writer json;
  const auto& info = info_of(kind);
  json.put("apiVersion", info.api_version);
  json.put("kind", info.name);
  write_metadata(json, x.metadata);
  if (x.spec)
    json.present("spec", [&](json_writer& inner) {
      field_encoder encoder(inner, field_encoder::purpose::whole);
      fields_of(encoder, *x.spec);
    });
  json.object("status", [&](json_writer& inner) {
    field_encoder encoder(inner, field_encoder::purpose::whole);
    fields_of(encoder, x.status);
  });
  return json.dump();
}

template <class T>
std::string status_patch(const T& x) {
  json_writer json(json_writer::absent::null);
  json.object("metadata", [&](json_writer& inner) {
    inner.write("resourceVersion", x.metadata.resource_version);
  });
  json.object("status", [&](json_writer& inner) {
    field_encoder encoder(inner, field_encoder::purpose::patch);
    fields_of(encoder, x.status);
  });
  return json.dump();
}

template <class T>
std::variant<T, field_errors> decode_spec(std::string_view json) {
  T spec;
  field_errors errors;
  read_json_object(json, errors, [&](json_reader& reader) { read_fields(reader, spec); });
  if (!errors.empty()) return errors;
  return spec;
}

/// Calls `use` with the primary inside; a bug when it is another kind.
template <class Use>
auto with_primary(const object& x, Use&& use) {
  if (const auto* job = std::get_if<flink_session_job>(&x)) return use(*job);
  if (const auto* snapshot = std::get_if<flink_state_snapshot>(&x)) return use(*snapshot);
  return use(std::get<flink_deployment>(x));
}

}  // namespace

bool is_canary(const object_meta& metadata) {
  const auto label = metadata.labels.find("flink.apache.org/canary");
  return label != metadata.labels.end() && label->second == "true";
}

object read_primary(object_kind kind, json_reader& json) {
  if (kind == object_kind::flink_session_job) return read_as<flink_session_job>(kind, json);
  if (kind == object_kind::flink_state_snapshot) return read_as<flink_state_snapshot>(kind, json);
  return read_as<flink_deployment>(object_kind::flink_deployment, json);
}

std::variant<object, field_errors> decode_primary(object_kind kind, std::string_view json) {
  object out;
  field_errors errors;
  read_json_object(json, errors, [&](json_reader& reader) { out = read_primary(kind, reader); });
  if (!errors.empty()) return errors;
  return out;
}

std::string encode_primary(const object& x) {
  return with_primary(x, [&x](const auto& one) { return encode_as(kind_of(x), one); });
}

std::string encode_spec(const object& x) {
  return with_primary(
      x, [](const auto& one) { return one.spec ? fields_text(*one.spec) : std::string("{}"); });
}

std::string encode_spec(const flink_deployment_spec& spec) { return fields_text(spec); }
std::string encode_spec(const flink_session_job_spec& spec) { return fields_text(spec); }

std::variant<flink_deployment_spec, field_errors> decode_deployment_spec(std::string_view json) {
  return decode_spec<flink_deployment_spec>(json);
}

std::variant<flink_session_job_spec, field_errors> decode_session_job_spec(std::string_view json) {
  return decode_spec<flink_session_job_spec>(json);
}

std::string encode_status(const object& x) {
  return with_primary(x, [](const auto& one) { return status_patch(one); });
}

}  // namespace drey
