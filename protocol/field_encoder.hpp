/// Writes the fields of a struct into a JSON object (field_table.hpp).
#pragma once

#include <span>

#include "protocol/configuration.hpp"
#include "protocol/field_table.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

class field_encoder {
public:
  /// `patch`: members that no field names are not mentioned, so that a merge patch leaves them.
  enum class purpose { whole, patch };

  field_encoder(json_writer& json, purpose why) : json_(json), why_(why) {}

  template <class T>
  void field(std::string_view name, const T& member, std::string_view) {
    if constexpr (optional_fielded<T>) {
      if (!member) return json_.put(name, nullptr);
      json_.present(name, [&](json_writer& inner) { write(inner, *member); });
    } else if constexpr (list_of_fielded<T>) {
      json_.each(name, member, [](json_writer& inner, const auto& one) {
        field_encoder encoder(inner, purpose::whole);
        fields_of(encoder, one);
      });
    } else if constexpr (fielded<T>) {
      json_.object(name, [&](json_writer& inner) { write(inner, member); });
    } else {
      json_.write(name, member);
    }
  }

  template <class T>
  void choice(std::string_view name, const T& member, std::span<const std::string_view>,
              std::string_view) {
    json_.write(name, member);
  }
  void text(std::string_view name, const json_text& member, json_shape, std::string_view) {
    json_.text(name, member);
  }
  void cores(std::string_view name, const std::optional<double>& member, std::string_view) {
    json_.write(name, member);
  }
  void configuration(std::string_view name, const drey::configuration& member, std::string_view) {
    json_.write(name, member);
  }
  void presence(std::string_view name, bool member, std::string_view) {
    json_.put(name, member ? nlohmann::json::object() : nlohmann::json(nullptr));
  }
  template <class Use>
  void group(std::string_view name, std::string_view, Use&& use) {
    json_.object(name, [&](json_writer& inner) {
      field_encoder encoder(inner, why_);
      use(encoder);
    });
  }
  void rest(const json_text& member) {
    if (why_ == purpose::whole) json_.rest(member);
  }

private:
  template <class T>
  void write(json_writer& json, const T& x) {
    field_encoder encoder(json, why_);
    fields_of(encoder, x);
  }

  json_writer& json_;
  purpose why_;
};

}  // namespace drey
