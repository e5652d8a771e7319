/// Requests and answers of the Kubernetes API, the client's side.
#include "protocol/kube_http.hpp"

#include "protocol/json_writer.hpp"
#include "protocol/needed_rights.hpp"
#include "protocol/object_codec.hpp"
#include "protocol/primary_codec.hpp"

namespace drey {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view merge_patch_type = "application/merge-patch+json";
constexpr std::string_view apply_type = "application/apply-patch+yaml";  // JSON is YAML

std::string collection_path(object_kind kind, const std::string& ns) {
  const auto& info = info_of(kind);
  const bool core = info.api_version.find('/') == std::string_view::npos;
  std::string path = (core ? "/api/" : "/apis/") + std::string{info.api_version};
  if (info.scope == "Namespaced" && !ns.empty()) path += "/namespaces/" + url_encoded(ns);
  return path + "/" + std::string{info.plural};
}

std::string object_path(object_kind kind, const object_name& name) {
  return collection_path(kind, name.ns) + "/" + url_encoded(name.name);
}

std::string with_manager(const std::string& path) {
  return path + "?fieldManager=" + std::string{field_manager};
}

std::string selector_query(const std::string& selector, std::string_view separator) {
  return selector.empty() ? "" : std::string{separator} + "labelSelector=" + url_encoded(selector);
}

std::string finalizers_patch(const kube_write_finalizers& x) {
  json_writer json;
  json.object("metadata", [&](json_writer& metadata) {
    metadata.put("finalizers", x.finalizers);
    metadata.write("resourceVersion", x.resource_version);
    metadata.write("uid", x.uid);
  });
  return json.dump();
}

std::string delete_options(const kube_delete& x) {
  json_writer json;
  json.put("apiVersion", "v1");
  json.put("kind", "DeleteOptions");
  json.write("propagationPolicy", x.propagation);
  json.object("preconditions", [&](json_writer& only) {
    only.write("uid", x.uid);
    only.write("resourceVersion", x.resource_version);
  });
  return json.dump();
}

http_request request_of(const kube_get& x) { return {"GET", object_path(x.kind, x.name), "", ""}; }

http_request request_of(const kube_list& x) {
  auto path = collection_path(x.kind, x.ns) + selector_query(x.selector, "?");
  if (!x.fields.empty())
    path += (x.selector.empty() ? "?fieldSelector=" : "&fieldSelector=") + url_encoded(x.fields);
  return {"GET", std::move(path), "", ""};
}

http_request request_of(const kube_create& x) {
  const auto path = collection_path(kind_of(*x.wanted), metadata_of(*x.wanted).ns);
  return {"POST", with_manager(path), std::string{json_type},
          encode_owned(*x.wanted, owned_for::create)};
}

http_request request_of(const kube_apply& x) {
  const auto path = object_path(kind_of(*x.wanted), name_of(*x.wanted));
  return {"PATCH", with_manager(path) + "&force=true", std::string{apply_type},
          encode_owned(*x.wanted, owned_for::apply)};
}

http_request request_of(const kube_write_status& x) {
  const auto path = object_path(kind_of(*x.wanted), name_of(*x.wanted)) + "/status";
  return {"PATCH", with_manager(path), std::string{merge_patch_type}, encode_status(*x.wanted)};
}

http_request request_of(const kube_write_finalizers& x) {
  return {"PATCH", with_manager(object_path(x.kind, x.name)), std::string{merge_patch_type},
          finalizers_patch(x)};
}

http_request request_of(const kube_replace& x) {
  const auto path = object_path(kind_of(*x.wanted), name_of(*x.wanted));
  return {"PUT", with_manager(path), std::string{json_type}, encode_object(*x.wanted)};
}

http_request request_of(const kube_delete& x) {
  return {"DELETE", object_path(x.kind, x.name), std::string{json_type}, delete_options(x)};
}

std::string path_of(const kube_look& x) {
  const auto in_namespace = "/api/v1/namespaces/" + url_encoded(x.name.ns);
  switch (x.what) {
    case looked_at::service_account:
      return in_namespace + "/serviceaccounts/" + url_encoded(x.name.name);
    case looked_at::resource_quotas:
      return in_namespace + "/resourcequotas";
    case looked_at::definition:
      break;
  }
  return "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + url_encoded(x.name.name);
}

http_request request_of(const kube_look& x) { return {"GET", path_of(x), "", ""}; }
http_request request_of(const kube_review& x) { return access_review_to_http(x.right, x.whose); }

refusal malformed(const field_errors& errors, const http_response& response) {
  const auto why = errors.empty() ? std::string{} : text_of_error(errors.front()) + ": ";
  return {refusal_reason::malformed,
          "the API server's answer cannot be understood: " + why + shortened(response.body, 200)};
}

kube_answer answered_object(object_kind kind, const http_response& response) {
  field_errors errors;
  auto decoded = decode_object(kind, response.body, errors);
  if (!decoded) return {malformed(errors, response)};
  return {std::move(decoded)};
}

kube_answer answer_to(const kube_get& x, const http_response& response) {
  return answered_object(x.kind, response);
}
kube_answer answer_to(const kube_list& x, const http_response& response) {
  field_errors errors;
  auto list = decode_list(x.kind, response.body, errors);
  if (!list) return {malformed(errors, response)};
  return {std::move(*list)};
}
kube_answer answer_to(const kube_write_finalizers& x, const http_response& response) {
  return answered_object(x.kind, response);
}
kube_answer answer_to(const kube_look&, const http_response& response) {
  if (nlohmann::json::parse(response.body, nullptr, false).is_object())
    return {json_seen{response.body}};
  return {malformed({}, response)};
}
kube_answer answer_to(const kube_review&, const http_response& response) {
  auto told = access_verdict_of(response);
  if (const auto* verdict = std::get_if<access_verdict>(&told)) return {*verdict};
  return {std::get<refusal>(std::move(told))};
}
/// A Status, or the object as it is going: either way it was accepted.
kube_answer answer_to(const kube_delete&, const http_response&) { return {kube_done{}}; }
/// Create, apply, status and replace answer with the object as it is now.
template <class Asked>
kube_answer answer_to(const Asked& x, const http_response& response) {
  return answered_object(kind_of(*x.wanted), response);
}

/// Without a Status it is a proxy or an unknown path that answers.
refusal bare_refusal(const http_response& response) {
  api_status status;
  status.message = "HTTP " + std::to_string(response.status) + ": " + shortened(response.body, 200);
  auto out = refusal_of(status, response.status);
  const bool says_nothing = response.status < 400 || out.reason == refusal_reason::not_found;
  if (says_nothing) out.reason = refusal_reason::unavailable;
  return out;
}

bool failed_admission(const refusal& why) {
  return why.message.find("failed calling webhook") != std::string::npos;
}

}  // namespace

http_request to_http(const kube_body& asked) {
  return std::visit([](const auto& x) { return request_of(x); }, asked);
}

http_request list_to_http(const kube_list& asked, const list_part& part) {
  auto request = request_of(asked);
  std::string query;
  if (part.items_max > 0) query += "&limit=" + std::to_string(part.items_max);
  if (!part.from.empty()) query += "&continue=" + url_encoded(part.from);
  if (!query.empty() && asked.selector.empty() && asked.fields.empty()) query[0] = '?';
  request.path += query;
  return request;
}

std::variant<object_page, refusal> page_of(const kube_list& asked, const http_response& response) {
  if (response.status < 200 || response.status > 299)
    return kube_refusal(asked_for::reading, response);
  field_errors errors;
  auto page = decode_page(asked.kind, response.body, errors);
  if (!page) return malformed(errors, response);
  return std::move(*page);
}

http_request watch_to_http(const kube_watch& asked) {
  auto path = collection_path(asked.kind, asked.ns);
  path += "?watch=true&allowWatchBookmarks=true&resourceVersion=";
  path += url_encoded(asked.resource_version);
  path += "&timeoutSeconds=" + std::to_string(watch_lifetime.count());
  return {"GET", path + selector_query(asked.selector, "&"), "", ""};
}

refusal kube_refusal(asked_for purpose, const http_response& response) {
  const auto status = decode_status(response.body);
  auto out = status ? refusal_of(*status, response.status) : bare_refusal(response);
  const bool uncertain = response.status >= 500 && response.status != 503 &&
                         purpose == asked_for::mutation && !failed_admission(out);
  if (uncertain) out.reason = refusal_reason::unknown_outcome;
  if (response.retry_after > out.retry_after) out.retry_after = response.retry_after;
  return out;
}

kube_answer kube_answer_of(const kube_body& asked, const http_response& response) {
  if (response.status < 200 || response.status > 299) {
    const auto purpose = is_mutating(asked) ? asked_for::mutation : asked_for::reading;
    return {kube_refusal(purpose, response)};
  }
  return std::visit([&](const auto& x) { return answer_to(x, response); }, asked);
}

}  // namespace drey
