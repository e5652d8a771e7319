/// Objects of any kind: which codec reads and writes what.
#include "protocol/object_codec.hpp"

#include <array>
#include <type_traits>
#include <utility>

#include "protocol/builtin_codec.hpp"
#include "protocol/metadata_codec.hpp"
#include "protocol/primary_codec.hpp"

namespace drey {

namespace {

template <class T>
constexpr bool is_primary =
    std::is_same_v<T, flink_deployment> || std::is_same_v<T, flink_session_job> ||
    std::is_same_v<T, flink_state_snapshot>;

bool is_primary_kind(object_kind kind) { return kind <= object_kind::flink_state_snapshot; }

/// Where a kind is given it must be the right one; items of lists give none.
void check_kind(json_reader& json, object_kind kind) {
  const auto& info = info_of(kind);
  std::string name{info.name};
  json.read("kind", name);
  if (name != info.name)
    json.wrong("kind", "is '" + name + "'", "Expected " + std::string{info.name});
}

template <std::size_t Index>
object read_builtin(json_reader& json) {
  using type = std::variant_alternative_t<Index, object>;
  type out{};
  if constexpr (!is_primary<type>) {
    check_kind(json, static_cast<object_kind>(Index));
    read_metadata(json, out.metadata);
    read_body(json, out);
  }
  return out;
}

template <std::size_t... Index>
constexpr auto builtin_readers(std::index_sequence<Index...>) {
  return std::array{&read_builtin<Index>...};
}
constexpr auto readers = builtin_readers(std::make_index_sequence<std::variant_size_v<object>>{});

std::string joined(const field_errors& errors) {
  constexpr std::size_t shown_max = 5;
  std::string text;
  for (std::size_t i = 0; i < errors.size() && i < shown_max; ++i)
    text += (text.empty() ? "" : "; ") + text_of_error(errors[i]);
  if (errors.size() > shown_max)
    text += "; and " + std::to_string(errors.size() - shown_max) + " more";
  return text;
}

template <class T>
void mark_unreadable(T& x, const field_errors& errors) {
  if constexpr (is_primary<T>) {
    x.spec = nullptr;
    x.unreadable = joined(errors);
  }
}

/// Errors of a primary that has at least a name become a part of it.
object_ptr tolerant_primary(object_kind kind, json_reader& json) {
  const auto before = json.errors().size();
  auto out = read_primary(kind, json);
  auto& errors = json.errors();
  if (errors.size() > before && !metadata_of(out).name.empty()) {
    std::visit([&](auto& x) { mark_unreadable(x, errors); }, out);
    errors.resize(before);
  }
  return std::make_shared<const object>(std::move(out));
}

std::optional<object_kind> read_kind(json_reader& json) {
  std::string version, name;
  json.read("apiVersion", version);
  json.read("kind", name);
  const auto kind = kind_named(version, name);
  if (!kind) json.wrong("kind", "is '" + name + "' of '" + version + "'", "Not a kind drey reads");
  return kind;
}

object_meta owned_metadata(const object_meta& all, owned_for purpose) {
  object_meta owned;
  owned.ns = all.ns;
  owned.name = all.name;
  owned.labels = all.labels;
  owned.annotations = all.annotations;
  owned.owners = all.owners;
  if (purpose == owned_for::apply)
    owned.uid = all.uid;
  else
    owned.finalizers = all.finalizers;
  return owned;
}

template <class T>
std::string encode_builtin(const T& x, object_kind kind, const object_meta& metadata,
                           object_form form) {
  json_writer json;
  json.put("apiVersion", info_of(kind).api_version);
  json.put("kind", info_of(kind).name);
  write_metadata(json, metadata);
  write_body(json, x, form);
  return json.dump();
}

template <class T>
std::string encode_owned_as(const T& x, object_kind kind, owned_for purpose) {
  const auto metadata = owned_metadata(x.metadata, purpose);
  if constexpr (is_primary<T>)
    return encode_primary(T{metadata, x.spec, {}});
  else
    return encode_builtin(x, kind, metadata, object_form::owned);
}

}  // namespace

object_ptr read_object(object_kind kind, json_reader& json) {
  if (is_primary_kind(kind)) return tolerant_primary(kind, json);
  return std::make_shared<const object>(readers.at(static_cast<std::size_t>(kind))(json));
}

object_ptr decode_object(object_kind kind, std::string_view json, field_errors& errors) {
  object_ptr out;
  const auto before = errors.size();
  read_json_object(
      json, errors, [&](json_reader& reader) { out = read_object(kind, reader); },
      object_bytes_max);
  return errors.size() == before ? out : nullptr;
}

object_ptr decode_object(std::string_view json, field_errors& errors) {
  object_ptr out;
  const auto before = errors.size();
  read_json_object(
      json, errors,
      [&](json_reader& reader) {
        if (const auto kind = read_kind(reader)) out = read_object(*kind, reader);
      },
      object_bytes_max);
  return errors.size() == before ? out : nullptr;
}

std::string encode_object(const object& x) {
  return std::visit(
      [&x](const auto& one) {
        if constexpr (is_primary<std::remove_cvref_t<decltype(one)>>)
          return encode_primary(x);
        else
          return encode_builtin(one, kind_of(x), one.metadata, object_form::whole);
      },
      x);
}

std::string encode_owned(const object& x, owned_for purpose) {
  return std::visit([&](const auto& one) { return encode_owned_as(one, kind_of(x), purpose); }, x);
}

}  // namespace drey
