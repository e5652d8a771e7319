/// Lists, watch lines and Status.
#include <array>
#include <utility>

#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/object_codec.hpp"

namespace drey {

namespace {

namespace ondemand = simdjson::ondemand;

/// Walks a list's text; the item that is looked at is decoded by itself.
class list_walk {
public:
  list_walk(object_kind kind, field_errors& errors) : kind_(kind), errors_(errors) {}

  /// False: `errors` says why.
  bool over(std::string_view json) {
    const simdjson::padded_string padded{json};
    ondemand::document document;
    ondemand::object fields;
    if (!taken(parser_.iterate(padded).get(document)) || !taken(document.get_object().get(fields)))
      return false;
    for (auto field : fields)
      if (!take_field(field)) return false;
    // There is a current location only while something is left.
    if (document.current_location().error() == simdjson::SUCCESS)
      return taken(simdjson::TRAILING_CONTENT);
    if (!has_items_) errors_.push_back({"items", "is missing", "Expected a list"});
    return has_items_;
  }

  object_page take() && { return std::move(page_); }

private:
  bool taken(simdjson::error_code code) {
    if (code == simdjson::SUCCESS) return true;
    errors_.push_back(document_error(code, 0));
    return false;
  }

  bool take_field(simdjson::simdjson_result<ondemand::field> found) {
    ondemand::field field;
    if (!taken(std::move(found).get(field))) return false;
    std::string_view key;
    if (!taken(field.unescaped_key().get(key))) return false;
    if (key == "metadata") return take_metadata(field.value());
    if (key == "items") return take_items(field.value());
    return true;
  }

  bool take_metadata(ondemand::value value) {
    ondemand::object fields;
    if (!taken(value.get_object().get(fields))) return false;
    return take_text(fields, "resourceVersion", page_.list.resource_version) &&
           take_text(fields, "continue", page_.next);
  }

  /// Absent is empty.
  bool take_text(ondemand::object& fields, std::string_view name, std::string& text) {
    std::string_view found;
    const auto code = fields[name].get_string().get(found);
    if (code == simdjson::NO_SUCH_FIELD) return true;
    if (!taken(code)) return false;
    text = found;
    return true;
  }

  bool take_items(ondemand::value value) {
    has_items_ = true;
    bool nothing = false;
    if (value.is_null().get(nothing) == simdjson::SUCCESS && nothing) return true;
    ondemand::array items;
    if (!taken(value.get_array().get(items))) return false;
    for (auto item : items) {
      ondemand::object fields;
      std::string_view text;
      if (!taken(item.get_object().get(fields)) || !taken(fields.raw_json().get(text)))
        return false;
      auto decoded = decode_object(kind_, text, errors_);
      if (!decoded) return false;
      page_.list.items.push_back(std::move(decoded));
    }
    return true;
  }

  object_kind kind_;
  field_errors& errors_;
  ondemand::parser parser_;
  object_page page_;
  bool has_items_ = false;
};

refusal_reason reason_of_conflict(std::string_view reason) {
  return reason == "AlreadyExists" ? refusal_reason::already_exists : refusal_reason::conflict;
}

constexpr std::array<std::pair<watch_event_type, std::string_view>, 4> event_names{
    {{watch_event_type::added, "ADDED"},
     {watch_event_type::modified, "MODIFIED"},
     {watch_event_type::deleted, "DELETED"},
     {watch_event_type::bookmark, "BOOKMARK"}}};

refusal malformed_line(const field_errors& errors) {
  const auto why = errors.empty() ? std::string{"unknown type"} : text_of_error(errors.front());
  return {refusal_reason::malformed, "a watch line cannot be understood: " + why};
}

std::optional<watch_event_type> event_type_named(std::string_view name) {
  for (const auto& [type, spelled] : event_names)
    if (spelled == name) return type;
  return std::nullopt;
}

/// A bookmark's object is empty but for its kind and resourceVersion.
void read_seen(json_reader& json, object_kind kind, watch_event& event) {
  if (event.type != watch_event_type::bookmark) {
    event.seen = read_object(kind, json);
    event.resource_version = metadata_of(*event.seen).resource_version;
    return;
  }
  json.object("metadata", [&](json_reader& metadata) {
    metadata.read("resourceVersion", event.resource_version);
  });
}

refusal watch_error(json_reader& json) {
  json_text status;
  json.text("object", status);
  const auto decoded = decode_status(status);
  return decoded ? refusal_of(*decoded, decoded->code) : malformed_line({});
}

std::variant<watch_event, refusal> read_line(std::uint32_t id, object_kind kind,
                                             json_reader& json) {
  std::string name;
  json.read("type", name);
  if (name == "ERROR") return watch_error(json);
  const auto type = event_type_named(name);
  if (!type) return malformed_line(json.errors());
  watch_event event{id, *type, nullptr, {}};
  json.object("object", [&](json_reader& seen) { read_seen(seen, kind, event); });
  if (event.resource_version.empty()) return malformed_line(json.errors());
  return event;
}

}  // namespace

std::optional<object_page> decode_page(object_kind kind, std::string_view json,
                                       field_errors& errors) {
  list_walk walk{kind, errors};
  if (!walk.over(json)) return std::nullopt;
  return std::move(walk).take();
}

std::optional<object_list> decode_list(object_kind kind, std::string_view json,
                                       field_errors& errors) {
  auto page = decode_page(kind, json, errors);
  if (!page) return std::nullopt;
  if (page->next.empty()) return std::move(page->list);
  errors.push_back({"metadata.continue", "says that the list is not whole", "Read the rest too"});
  return std::nullopt;
}

std::string encode_list(object_kind kind, const object_list& list) {
  const auto& info = info_of(kind);
  json_writer json;
  json.put("apiVersion", info.api_version);
  json.put("kind", std::string{info.name} + "List");
  json.object("metadata", [&](json_writer& metadata) {
    metadata.write("resourceVersion", list.resource_version);
  });
  auto items = nlohmann::json::array();
  for (const auto& item : list.items) items.push_back(nlohmann::json::parse(encode_object(*item)));
  json.put("items", std::move(items));
  return json.dump();
}

std::optional<api_status> decode_status(std::string_view json) {
  api_status out;
  std::string kind;
  std::int32_t code = 0;
  std::int64_t wait = 0;
  field_errors errors;
  const bool readable = read_json_object(json, errors, [&](json_reader& reader) {
    reader.read("kind", kind);
    reader.read("code", code);
    reader.read("reason", out.reason);
    reader.read("message", out.message);
    reader.object("details",
                  [&](json_reader& details) { details.read("retryAfterSeconds", wait); });
  });
  if (!readable || !errors.empty() || kind != "Status") return std::nullopt;
  out.code = code;
  out.retry_after = seconds{wait};
  return out;
}

std::string encode_api_status(const api_status& x) {
  json_writer json;
  json.put("apiVersion", "v1");
  json.put("kind", "Status");
  json.put("status", x.code < 300 ? "Success" : "Failure");
  json.write("code", static_cast<std::int32_t>(x.code));
  json.write("reason", x.reason);
  json.write("message", x.message);
  if (x.retry_after > milliseconds{0})
    json.object("details", [&](json_writer& details) {
      details.write("retryAfterSeconds", std::chrono::ceil<seconds>(x.retry_after).count());
    });
  return json.dump();
}

refusal refusal_of(const api_status& status, int code) {
  const auto with = [&](refusal_reason reason) {
    return refusal{reason, status.message, status.retry_after};
  };
  if (code == 401 || code == 403) return with(refusal_reason::forbidden);
  if (code == 404) return with(refusal_reason::not_found);
  if (code == 409) return with(reason_of_conflict(status.reason));
  if (code == 410) return with(refusal_reason::gone);
  if (code == 429) return with(refusal_reason::too_many_requests);
  if (code >= 500) return with(refusal_reason::unavailable);
  return with(refusal_reason::invalid);
}

std::variant<watch_event, refusal> decode_watch_line(std::uint32_t id, object_kind kind,
                                                     std::string_view line) {
  field_errors errors;
  std::variant<watch_event, refusal> out;
  read_json_object(
      line, errors, [&](json_reader& json) { out = read_line(id, kind, json); }, object_bytes_max);
  if (!errors.empty()) return malformed_line(errors);
  return out;
}

std::string encode_watch_line(object_kind kind, const watch_event& event) {
  json_writer json;
  json.put("type", event_names.at(static_cast<std::size_t>(event.type)).second);
  if (event.seen) {
    json.text("object", encode_object(*event.seen));
    return json.dump();
  }
  json.object("object", [&](json_writer& bookmark) {
    bookmark.put("apiVersion", info_of(kind).api_version);
    bookmark.put("kind", info_of(kind).name);
    bookmark.object("metadata", [&](json_writer& metadata) {
      metadata.write("resourceVersion", event.resource_version);
    });
  });
  return json.dump();
}

std::string encode_watch_error(const refusal& why) {
  const bool gone = why.reason == refusal_reason::gone;
  const api_status status{gone ? 410 : 500, gone ? "Expired" : "InternalError", why.message,
                          why.retry_after};
  json_writer json;
  json.put("type", "ERROR");
  json.text("object", encode_api_status(status));
  return json.dump();
}

}  // namespace drey
