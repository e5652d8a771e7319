#include "protocol/needed_rights.hpp"

#include <initializer_list>
#include <string_view>

#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/kube_http.hpp"
#include "protocol/object_codec.hpp"

namespace drey {

namespace {

constexpr std::string_view flink_group = "flink.apache.org";

enum class place { watched, cluster, lease };

struct rights_row {
  std::string_view group;
  std::string_view resource;
  std::string_view subresource;
  std::initializer_list<std::string_view> verbs;
  place where;
  std::string_view purpose;
  necessity need = necessity::needed;
};

// A server-side apply needs `patch`, and `create` where there is nothing yet.
const rights_row rows[] = {
    {flink_group, "flinkdeployments", "", {"list", "watch"}, place::watched, "to see clusters"},
    {flink_group, "flinkdeployments", "", {"get"}, place::watched, "to read after a conflict"},
    {flink_group, "flinkdeployments", "", {"patch"}, place::watched, "to write the finalizer"},
    {flink_group, "flinkdeployments", "status", {"patch"}, place::watched, "to write the status"},
    {flink_group, "flinksessionjobs", "", {"list", "watch"}, place::watched, "to see jobs"},
    {flink_group, "flinksessionjobs", "", {"get"}, place::watched, "to read after a conflict"},
    {flink_group, "flinksessionjobs", "", {"patch"}, place::watched, "to write the finalizer"},
    {flink_group, "flinksessionjobs", "status", {"patch"}, place::watched, "to write the status"},
    {flink_group, "flinkstatesnapshots", "", {"list", "watch"}, place::watched, "to see snapshots"},
    {flink_group, "flinkstatesnapshots", "", {"get"}, place::watched, "to read after a conflict"},
    {flink_group, "flinkstatesnapshots", "", {"patch"}, place::watched, "to write the finalizer"},
    {flink_group,
     "flinkstatesnapshots",
     "",
     {"create", "delete"},
     place::watched,
     "to make snapshots of jobs, and to take away the oldest"},
    {flink_group,
     "flinkstatesnapshots",
     "status",
     {"patch"},
     place::watched,
     "to write the status"},
    {"apps",
     "deployments",
     "",
     {"list", "watch", "create", "update", "patch", "delete"},
     place::watched,
     "to keep JobManagers"},
    {"batch",
     "jobs",
     "",
     {"list", "watch", "create", "delete"},
     place::watched,
     "to keep JobManagers of applications without high availability"},
    {"apps",
     "statefulsets",
     "",
     {"list", "watch", "create", "patch", "delete"},
     place::watched,
     "to keep TaskManagers"},
    {"",
     "services",
     "",
     {"list", "watch", "create", "patch", "delete"},
     place::watched,
     "to reach a cluster"},
    {"",
     "configmaps",
     "",
     {"list", "watch", "create", "patch", "delete"},
     place::watched,
     "to configure a cluster"},
    {"networking.k8s.io",
     "ingresses",
     "",
     {"list", "watch", "create", "patch", "delete"},
     place::watched,
     "to lead to a cluster's web interface"},
    {"", "configmaps", "", {"get"}, place::watched, "to find the newest checkpoint"},
    {"", "pods", "", {"list", "watch"}, place::watched, "to see what runs"},
    {"", "pods", "", {"delete"}, place::watched, "to replace a JobManager that stands still"},
    {"", "nodes", "", {"list", "watch"}, place::cluster, "to see lost nodes"},
    {"", "events", "", {"create", "patch"}, place::watched, "to tell people what happens"},
    {"", "events", "", {"list"}, place::watched, "to see why pods are not made"},
    {"",
     "serviceaccounts",
     "",
     {"get"},
     place::watched,
     "to see whether Flink's pods can be made",
     necessity::useful},
    {"",
     "resourcequotas",
     "",
     {"list"},
     place::watched,
     "to see whether Flink's pods have room",
     necessity::useful},
    {"authorization.k8s.io",
     "subjectaccessreviews",
     "",
     {"create"},
     place::cluster,
     "to ask whether Flink's pods may do what high availability needs",
     necessity::useful},
    {"apiextensions.k8s.io",
     "customresourcedefinitions",
     "",
     {"get"},
     place::cluster,
     "to see whether the definitions are of drey's version",
     necessity::useful},
    {"coordination.k8s.io",
     "leases",
     "",
     {"get", "create", "update"},
     place::lease,
     "to lead, one operator at a time"},
};

}  // namespace

std::string text_of_right(const access_right& right) {
  std::string text = right.verb + " " + right.resource;
  if (!right.group.empty()) text += "." + right.group;
  if (!right.subresource.empty()) text += "/" + right.subresource;
  if (!right.ns.empty()) text += " in " + right.ns;
  return text;
}

std::vector<access_right> needed_rights(const std::vector<std::string>& namespaces,
                                        const std::string& lease_ns) {
  const std::vector<std::string> everywhere{""}, of_lease{lease_ns};
  std::vector<access_right> rights;
  for (const auto& row : rows) {
    const auto& watched = namespaces.empty() ? everywhere : namespaces;
    const auto& places = row.where == place::lease     ? of_lease
                         : row.where == place::cluster ? everywhere
                                                       : watched;
    const bool is_beyond = row.where == place::cluster && !namespaces.empty();
    const auto need = is_beyond ? necessity::useful : row.need;
    for (const auto& ns : places)
      for (const auto verb : row.verbs)
        rights.push_back({std::string(row.group), std::string(row.resource),
                          std::string(row.subresource), std::string(verb), ns,
                          std::string(row.purpose), need});
  }
  return rights;
}

std::vector<access_right> reading_rights(std::vector<access_right> all) {
  std::erase_if(all, [](const access_right& one) {
    const bool reads = one.verb == "get" || one.verb == "list" || one.verb == "watch";
    return !reads || one.resource == "leases";
  });
  return all;
}

std::string user_name_of(const service_account& whose) {
  return "system:serviceaccount:" + whose.ns + ":" + whose.name;
}

namespace {

void write_right(json_writer& spec, const access_right& right) {
  spec.object("resourceAttributes", [&](json_writer& what) {
    what.write("namespace", right.ns);
    what.write("verb", right.verb);
    what.write("group", right.group);
    what.write("resource", right.resource);
    what.write("subresource", right.subresource);
  });
}

}  // namespace

http_request access_review_to_http(const access_right& right) {
  json_writer json;
  json.put("apiVersion", "authorization.k8s.io/v1");
  json.put("kind", "SelfSubjectAccessReview");
  json.object("spec", [&](json_writer& spec) { write_right(spec, right); });
  return {"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "application/json",
          json.dump()};
}

/// With the groups that every service account is in: the server does not add them here.
http_request access_review_to_http(const access_right& right, const service_account& whose) {
  json_writer json;
  json.put("apiVersion", "authorization.k8s.io/v1");
  json.put("kind", "SubjectAccessReview");
  json.object("spec", [&](json_writer& spec) {
    spec.write("user", user_name_of(whose));
    spec.write("groups", std::vector<std::string>{"system:serviceaccounts",
                                                  "system:serviceaccounts:" + whose.ns,
                                                  "system:authenticated"});
    write_right(spec, right);
  });
  return {"POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "application/json",
          json.dump()};
}

std::variant<access_verdict, refusal> access_verdict_of(const http_response& response) {
  if (response.status < 200 || response.status > 299)
    return kube_refusal(asked_for::reading, response);
  access_verdict verdict;
  std::string kind;
  std::optional<bool> allowed;
  field_errors errors;
  const bool readable = read_json_object(response.body, errors, [&](json_reader& json) {
    json.read("kind", kind);
    json.object("status", [&](json_reader& status) {
      status.read("allowed", allowed);
      status.read("reason", verdict.reason);
    });
  });
  const bool is_review = kind == "SelfSubjectAccessReview" || kind == "SubjectAccessReview";
  if (!readable || !errors.empty() || !is_review || !allowed)
    return refusal{refusal_reason::malformed,
                   "the API server's answer about a right cannot be understood: " +
                       shortened(response.body, 200),
                   {}};
  verdict.allowed = *allowed;
  return verdict;
}

}  // namespace drey
