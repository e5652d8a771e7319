/// The Kubernetes API as its server sees it: requests read, answers written.
#include <array>

#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/kube_http.hpp"
#include "protocol/object_codec.hpp"

namespace drey {

namespace {

/// A path taken apart: /api/v1/[namespaces/NS/]PLURAL[/NAME[/status]].
struct place {
  object_kind kind;
  object_name name;
  bool status = false;
};

bool asks_to_watch(const url_parts& url) {
  const auto value = url.query_value("watch");
  return value == "true" || value == "1";
}

std::optional<object_kind> kind_at(const std::string& version, const std::string& plural) {
  for (std::size_t i = 0; i < std::variant_size_v<object>; ++i) {
    const auto& info = info_of(static_cast<object_kind>(i));
    if (info.api_version == version && info.plural == plural) return info.kind;
  }
  return std::nullopt;
}

std::optional<place> place_of(const std::vector<std::string>& path) {
  const bool core = !path.empty() && path[0] == "api";
  std::size_t at = core ? 2 : 3;
  if (path.size() <= at || (!core && path[0] != "apis")) return std::nullopt;
  const auto version = core ? path[1] : path[1] + "/" + path[2];
  place found{};
  if (path[at] == "namespaces" && path.size() > at + 2) {
    found.name.ns = path[at + 1];
    at += 2;
  }
  const auto kind = kind_at(version, path[at]);
  if (!kind || path.size() > at + 3) return std::nullopt;
  found.kind = *kind;
  if (path.size() > at + 1) found.name.name = path[at + 1];
  if (path.size() > at + 2) {
    if (path[at + 2] != "status") return std::nullopt;
    found.status = true;
  }
  return found;
}

object_ptr object_in(const place& at, const http_request& request) {
  field_errors errors;
  return decode_object(at.kind, request.body, errors);
}

template <class Asked>
std::optional<kube_body> wanted_in(const place& at, const http_request& request) {
  auto wanted = object_in(at, request);
  if (!wanted) return std::nullopt;
  return Asked{std::move(wanted)};
}

/// A merge patch of `/status` names its object in the path only.
std::optional<kube_body> status_in(const place& at, const http_request& request) {
  json_text status, metadata;
  field_errors errors;
  read_json_object(request.body, errors, [&](json_reader& json) {
    json.text("status", status);
    json.object("metadata", [&](json_reader& inner) { inner.read("resourceVersion", metadata); });
  });
  if (!errors.empty()) return std::nullopt;
  const auto& info = info_of(at.kind);
  json_writer whole;
  whole.put("apiVersion", info.api_version);
  whole.put("kind", info.name);
  whole.object("metadata", [&](json_writer& inner) {
    inner.write("namespace", at.name.ns);
    inner.write("name", at.name.name);
    inner.write("resourceVersion", metadata);
  });
  whole.put("spec", nlohmann::json::object());
  whole.text("status", status);
  auto wanted = decode_object(at.kind, whole.dump(), errors);
  if (!wanted) return std::nullopt;
  return kube_write_status{std::move(wanted)};
}

std::optional<kube_body> finalizers_in(const place& at, const http_request& request) {
  kube_write_finalizers out{at.kind, at.name, {}, {}, {}};
  field_errors errors;
  read_json_object(request.body, errors, [&](json_reader& json) {
    json.object("metadata", [&](json_reader& metadata) {
      metadata.read("finalizers", out.finalizers);
      metadata.read("resourceVersion", out.resource_version);
      metadata.read("uid", out.uid);
    });
  });
  if (!errors.empty()) return std::nullopt;
  return out;
}

std::optional<kube_body> delete_in(const place& at, const http_request& request) {
  kube_delete out{at.kind, at.name, {}};
  field_errors errors;
  read_json_object(request.body, errors, [&](json_reader& json) {
    json.read("propagationPolicy", out.propagation);
    json.object("preconditions", [&](json_reader& only) {
      only.read("uid", out.uid);
      only.read("resourceVersion", out.resource_version);
    });
  });
  if (!errors.empty()) return std::nullopt;
  return out;
}

std::optional<kube_body> patch_in(const place& at, const http_request& request) {
  if (request.content_type == "application/apply-patch+yaml")
    return wanted_in<kube_apply>(at, request);
  return at.status ? status_in(at, request) : finalizers_in(at, request);
}

/// None: nothing that is only looked at.
std::optional<kube_body> look_in(const std::vector<std::string>& path) {
  const bool is_account = path.size() == 6 && path[4] == "serviceaccounts";
  const bool is_quotas = path.size() == 5 && path[4] == "resourcequotas";
  if (is_account) return kube_look{looked_at::service_account, {path[3], path[5]}};
  if (is_quotas) return kube_look{looked_at::resource_quotas, {path[3], ""}};
  if (path.size() == 5 && path[3] == "customresourcedefinitions")
    return kube_look{looked_at::definition, {"", path[4]}};
  return std::nullopt;
}

std::optional<kube_body> review_in(const http_request& request) {
  constexpr std::string_view accounts = "system:serviceaccount:";
  kube_review out;
  std::string user;
  field_errors errors;
  read_json_object(request.body, errors, [&](json_reader& json) {
    json.object("spec", [&](json_reader& spec) {
      spec.read("user", user);
      spec.object("resourceAttributes", [&](json_reader& what) {
        what.read("namespace", out.right.ns);
        what.read("verb", out.right.verb);
        what.read("group", out.right.group);
        what.read("resource", out.right.resource);
        what.read("subresource", out.right.subresource);
      });
    });
  });
  const auto colon = user.find(':', accounts.size());
  if (!errors.empty() || !user.starts_with(accounts) || colon == std::string::npos)
    return std::nullopt;
  out.whose = {user.substr(accounts.size(), colon - accounts.size()), user.substr(colon + 1)};
  return out;
}

std::string review_text(const access_verdict& told) {
  json_writer json;
  json.put("apiVersion", "authorization.k8s.io/v1");
  json.put("kind", "SubjectAccessReview");
  json.object("status", [&](json_writer& status) {
    status.write("allowed", told.allowed);
    status.write("reason", told.reason);
  });
  return json.dump();
}

struct status_row {
  refusal_reason reason;
  int code;
  std::string_view name;
};
constexpr std::array<status_row, 10> status_rows{{
    {refusal_reason::not_found, 404, "NotFound"},
    {refusal_reason::conflict, 409, "Conflict"},
    {refusal_reason::already_exists, 409, "AlreadyExists"},
    {refusal_reason::invalid, 422, "Invalid"},
    {refusal_reason::forbidden, 403, "Forbidden"},
    {refusal_reason::gone, 410, "Expired"},
    {refusal_reason::too_many_requests, 429, "TooManyRequests"},
    {refusal_reason::unavailable, 503, "ServiceUnavailable"},
    {refusal_reason::unknown_outcome, 504, "Timeout"},
    {refusal_reason::malformed, 200, ""},
}};

http_response response_of(const refusal& why) {
  // What cannot be understood is not a Status either.
  if (why.reason == refusal_reason::malformed) return {200, {}, "<html>" + why.message};
  const auto& row = status_rows.at(static_cast<std::size_t>(why.reason));
  const api_status status{row.code, std::string{row.name}, why.message, why.retry_after};
  return {row.code, why.retry_after, encode_api_status(status)};
}

http_response response_of(const kube_body& asked, const object_ptr& x) {
  const bool created = std::holds_alternative<kube_create>(asked);
  return {created ? 201 : 200, {}, encode_object(*x)};
}

}  // namespace

std::optional<kube_body> kube_body_of(const http_request& request) {
  const auto parts = parts_of(request.path);
  if (!parts || parts->segments.empty()) return std::nullopt;
  if (request.method == "GET")
    if (auto look = look_in(parts->segments)) return look;
  if (request.method == "POST" && parts->segments.back() == "subjectaccessreviews")
    return review_in(request);
  const auto at = place_of(parts->segments);
  if (!at) return std::nullopt;
  const bool one = !at->name.name.empty();
  if (request.method == "GET") {
    if (one) return kube_get{at->kind, at->name};
    if (asks_to_watch(*parts)) return std::nullopt;
    return kube_list{at->kind, at->name.ns, parts->query_value("labelSelector"),
                     parts->query_value("fieldSelector")};
  }
  if (request.method == "POST" && !one) return wanted_in<kube_create>(*at, request);
  if (!one) return std::nullopt;
  if (request.method == "PUT") return wanted_in<kube_replace>(*at, request);
  if (request.method == "PATCH") return patch_in(*at, request);
  if (request.method == "DELETE") return delete_in(*at, request);
  return std::nullopt;
}

std::optional<kube_watch> kube_watch_of(const http_request& request) {
  const auto parts = parts_of(request.path);
  const auto at = parts ? place_of(parts->segments) : std::nullopt;
  if (!at || request.method != "GET" || !asks_to_watch(*parts)) return std::nullopt;
  return kube_watch{0, at->kind, at->name.ns, parts->query_value("labelSelector"),
                    parts->query_value("resourceVersion")};
}

http_response to_http(const kube_body& asked, const kube_answer& answer) {
  if (const auto* why = std::get_if<refusal>(&answer.result)) return response_of(*why);
  if (const auto* x = std::get_if<object_ptr>(&answer.result)) return response_of(asked, *x);
  if (const auto* seen = std::get_if<json_seen>(&answer.result)) return {200, {}, seen->text};
  if (const auto* told = std::get_if<access_verdict>(&answer.result))
    return {201, {}, review_text(*told)};
  if (const auto* list = std::get_if<object_list>(&answer.result)) {
    const auto& about = std::get<kube_list>(asked);
    return {200, {}, encode_list(about.kind, *list)};
  }
  return {200, {}, encode_api_status({200, "", "", {}})};
}

}  // namespace drey
