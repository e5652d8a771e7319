#include "runtime/preflight_command.hpp"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <future>
#include <map>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "actors/children.hpp"
#include "actors/preflight.hpp"
#include "protocol/flink_versions.hpp"
#include "protocol/kube_http.hpp"
#include "runtime/cluster_access.hpp"
#include "runtime/http_client.hpp"
#include "runtime/operator_options.hpp"
#include "runtime/s3_listing.hpp"
#include "runtime/s3_options.hpp"
#include "runtime/s3_request.hpp"
#include "runtime/storage_trial.hpp"
#include "runtime/webhdfs_listing.hpp"

namespace drey {

namespace {

using nlohmann::json;

enum exit_codes { well = 0, trouble = 1, bad_input = 2, wrong = 3 };

struct preflight_options {
  std::vector<std::string> namespaces;
  std::string operator_account = "drey-system/drey-operator";
  std::string kubeconfig;
  std::string context;
  s3_settings s3;
  webhdfs_settings webhdfs;
  enum class trial { none, of_storage } tries = trial::none;
  enum class form { page, object } as = form::page;
};

/// The API server did not answer: nothing more can be said.
class unreachable : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// One call after the other.
class api_reader {
public:
  explicit api_reader(cluster_access access) : access_(std::move(access)) {}
  ~api_reader() { client_.stop(); }
  api_reader(const api_reader&) = delete;
  api_reader& operator=(const api_reader&) = delete;

  /// Any object, as JSON.
  read_or<json> get(const std::string& path) {
    const auto response = exchange({"GET", path, "", ""});
    if (response.status < 200 || response.status > 299)
      return kube_refusal(asked_for::reading, response);
    auto read = json::parse(response.body, nullptr, false);
    if (read.is_object()) return read;
    return refusal{refusal_reason::malformed, "the answer is no object", {}};
  }

  read_or<std::vector<object_ptr>> list(object_kind kind, const std::string& ns,
                                        const std::string& selector) {
    const kube_body asked = kube_list{kind, ns, selector};
    auto answer = kube_answer_of(asked, exchange(to_http(asked)));
    if (auto* all = std::get_if<object_list>(&answer.result)) return std::move(all->items);
    return std::get<refusal>(std::move(answer.result));
  }

  read_or<access_verdict> review(const http_request& question) {
    return access_verdict_of(exchange(question));
  }

  http_response exchange(http_request request) {
    http_call call;
    call.endpoint = access_.api;
    call.request = std::move(request);
    call.bearer_token = access_.token.current();
    call.body_bytes_max = std::size_t{512} << 20;
    std::promise<http_outcome> over;
    client_.start(std::move(call), {[&](http_outcome told) { over.set_value(std::move(told)); }});
    auto outcome = over.get_future().get();
    if (const auto* loss = std::get_if<http_loss>(&outcome))
      throw unreachable("the API server at " + access_.api->base_url +
                        " does not answer: " + loss->message);
    return std::get<http_response>(std::move(outcome));
  }

private:
  cluster_access access_;
  http_client client_;
};

void append(preflight_checks& all, preflight_checks more) {
  for (auto& one : more) all.push_back(std::move(one));
}

/// What cannot be read at all is no finding.
std::vector<object_ptr> all_of(api_reader& from, const preflight_options& options,
                               object_kind kind) {
  auto namespaces = options.namespaces;
  if (namespaces.empty()) namespaces = {""};
  std::vector<object_ptr> all;
  for (const auto& ns : namespaces) {
    const auto read = from.list(kind, ns, "");
    if (const auto* no = std::get_if<refusal>(&read)) {
      if (no->reason == refusal_reason::not_found || no->reason == refusal_reason::unavailable)
        return {};  // the kind is not served, which the check of its definition tells
      throw unreachable(std::string(info_of(kind).plural) + " cannot be listed: " +
                        std::string(name_of(no->reason)) + ": " + no->message);
    }
    const auto& some = std::get<std::vector<object_ptr>>(read);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

preflight_checks check_definitions(api_reader& from) {
  preflight_checks all;
  for (const auto kind : {object_kind::flink_deployment, object_kind::flink_session_job})
    append(all,
           check_crd(kind, from.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" +
                                    std::string(info_of(kind).plural) + ".flink.apache.org")));
  return all;
}

/// Who may not ask about others asks about themselves.
preflight_checks check_operator(api_reader& from, const preflight_options& options) {
  const auto slash = options.operator_account.find('/');
  const service_account account{options.operator_account.substr(0, slash),
                                options.operator_account.substr(slash + 1)};
  auto who = user_name_of(account);
  const auto rights = needed_rights(options.namespaces, account.ns);
  const auto first = from.review(access_review_to_http(rights.front(), account));
  const auto* no = std::get_if<refusal>(&first);
  const bool may_ask = no == nullptr || no->reason != refusal_reason::forbidden;
  if (!may_ask) who = "you, who may not ask about " + who;
  std::vector<right_answer> answers;
  for (const auto& right : rights)
    answers.push_back({right, from.review(may_ask ? access_review_to_http(right, account)
                                                  : access_review_to_http(right))});
  return check_operator_rights(who, answers);
}

account_read read_account(api_reader& from, const flink_deployment& cluster,
                          const std::string& name) {
  const auto& ns = cluster.metadata.ns;
  account_read account{name, true, {}};
  const auto there = from.get("/api/v1/namespaces/" + ns + "/serviceaccounts/" + name);
  if (const auto* no = std::get_if<refusal>(&there)) {
    if (no->reason == refusal_reason::not_found)
      account.there = false;
    else
      account.there = *no;
    return account;
  }
  for (const auto& right : account_rights_of(cluster, name)) {
    account.rights.push_back({right, from.review(access_review_to_http(right, {ns, name}))});
    if (std::holds_alternative<refusal>(account.rights.back().told)) break;
  }
  return account;
}

std::vector<object_ptr> jobs_of(const flink_deployment& cluster,
                                const std::vector<object_ptr>& jobs) {
  std::vector<object_ptr> its;
  for (const auto& one : jobs) {
    const auto& job = std::get<flink_session_job>(*one);
    if (job.spec && job.metadata.ns == cluster.metadata.ns &&
        job.spec->deployment_name == cluster.metadata.name)
      its.push_back(one);
  }
  return its;
}

read_or<std::vector<quota_room>> read_quotas(api_reader& from, const std::string& ns) {
  const auto read = from.get("/api/v1/namespaces/" + ns + "/resourcequotas");
  if (const auto* no = std::get_if<refusal>(&read)) return *no;
  return quotas_in(std::get<json>(read));
}

store_read read_hdfs(const std::string& place, const webhdfs_settings& settings) {
  constexpr auto kind = store_kind::hdfs;
  const auto at = webhdfs_place_of(settings, place);
  if (const auto* missing = std::get_if<std::string>(&at)) return {*missing, {}, kind};
  http_client client;
  webhdfs_limits only_itself;
  only_itself.depth = 0;
  const auto answer = list_webhdfs_snapshots(client, settings, {place}, only_itself);
  client.stop();
  if (const auto* no = std::get_if<refusal>(&answer.result)) return {{}, *no, kind};
  return {{}, {}, kind};
}

/// One page or a few: whether it can be listed at all.
std::optional<store_read> read_store(const flink_deployment& cluster, const s3_settings& s3,
                                     const webhdfs_settings& webhdfs) {
  if (!cluster.spec) return std::nullopt;
  const auto place = checkpoint_dir_of(cluster.spec->flink_configuration).value_or("");
  if (is_hdfs_uri(place)) return read_hdfs(place, webhdfs);
  if (!is_s3_uri(place)) return std::nullopt;
  const auto access = s3_access_of(s3);
  if (const auto* missing = std::get_if<std::string>(&access)) return store_read{*missing, {}};
  http_client client;
  s3_limits only_itself;
  only_itself.depth = 0;
  const auto answer = list_s3_snapshots(client, s3, {place}, only_itself);
  client.stop();
  if (const auto* no = std::get_if<refusal>(&answer.result)) return store_read{{}, *no};
  return store_read{};
}

using clusters_by_namespace = std::map<std::string, std::vector<cluster_read>>;

bool has_cluster(const flink_session_job& job, const clusters_by_namespace& all) {
  const auto there = all.find(job.metadata.ns);
  if (!job.spec || there == all.end()) return false;
  return std::ranges::any_of(there->second, [&](const cluster_read& one) {
    return name_of(*one.cluster).name == job.spec->deployment_name;
  });
}

preflight_checks check_clusters(api_reader& from, const preflight_options& options) {
  const auto jobs = all_of(from, options, object_kind::flink_session_job);
  clusters_by_namespace by_namespace;
  for (const auto& ns : options.namespaces) by_namespace[ns];
  for (const auto& one : all_of(from, options, object_kind::flink_deployment)) {
    const auto& cluster = std::get<flink_deployment>(*one);
    const auto& meta = cluster.metadata;
    cluster_read found{one, jobs_of(cluster, jobs), {}, {}, {}};
    for (const auto& name : accounts_of(cluster))
      found.accounts.push_back(read_account(from, cluster, name));
    found.pods = from.list(object_kind::pod, meta.ns, std::string(owner_uid_key) + "=" + meta.uid);
    const auto sets =
        from.list(object_kind::stateful_set, meta.ns, std::string(owner_uid_key) + "=" + meta.uid);
    if (const auto* there = std::get_if<std::vector<object_ptr>>(&sets); there && !there->empty())
      found.task_managers = there->front();
    found.store = read_store(cluster, options.s3, options.webhdfs);
    by_namespace[meta.ns].push_back(std::move(found));
  }
  preflight_checks all;
  for (const auto& [ns, clusters] : by_namespace) {
    for (const auto& one : clusters) {
      append(all, check_cluster(one));
      if (options.tries == preflight_options::trial::of_storage)
        append(all,
               try_storage(std::get<flink_deployment>(*one.cluster), [&from](http_request asked) {
                 return from.exchange(std::move(asked));
               }));
    }
    append(all, check_quotas(ns, clusters, read_quotas(from, ns)));
  }
  for (const auto& one : jobs)
    if (!has_cluster(std::get<flink_session_job>(*one), by_namespace))
      all.push_back(without_cluster(std::get<flink_session_job>(*one)));
  return all;
}

int tell_checks(const preflight_options& options, std::ostream& out) {
  auto sources = access_sources_of_environment();
  sources.kubeconfig = options.kubeconfig;
  sources.context = options.context;
  api_reader from{find_cluster_access(sources)};
  auto all = check_definitions(from);
  append(all, check_operator(from, options));
  append(all, check_clusters(from, options));
  out << (options.as == preflight_options::form::object ? json_of(all) : text_of(all));
  return all_well(all) ? well : wrong;
}

std::string account_problem(const std::string& text) {
  const auto slash = text.find('/');
  if (slash != std::string::npos && slash > 0 && slash + 1 < text.size()) return {};
  return "'" + text + "' is not NAMESPACE/NAME";
}

}  // namespace

int run_preflight(int argc, char** argv, std::ostream& out, std::ostream& err) {
  preflight_options chosen;
  CLI::App app{
      "Tells what stands against drey and its clusters. It changes nothing, but for the pods "
      "of --try-storage, which it removes.",
      "drey-operator preflight"};
  app.add_option("NAMESPACE", chosen.namespaces,
                 "Only these, as with an operator that watches only these; none: all")
      ->check(namespace_problem);
  app.add_option("--operator", chosen.operator_account,
                 "NAMESPACE/NAME of the operator's service account, whose rights are asked about")
      ->check(account_problem)
      ->capture_default_str();
  app.add_flag_callback(
      "--json", [&chosen] { chosen.as = preflight_options::form::object; }, "One JSON object");
  app.add_flag_callback(
      "--try-storage", [&chosen] { chosen.tries = preflight_options::trial::of_storage; },
      "Make a short-lived pod like each side of a cluster, with its image, account and volumes, "
      "which writes, reads and removes a small file in each folder that the cluster names");
  app.add_option("--kubeconfig", chosen.kubeconfig, "File that says how to reach the cluster");
  app.add_option("--context", chosen.context, "Context of that file");
  add_s3_options(app, chosen.s3);
  add_webhdfs_options(app, chosen.webhdfs);
  app.footer(
      "Exit code: 0 nothing is wrong, 3 something is, 1 the cluster could not be read, 2 wrong "
      "usage. It needs rights of the person who runs it: to read CRDs, FlinkDeployments, "
      "FlinkSessionJobs, pods, service accounts and quotas, and to create SubjectAccessReviews; "
      "with --try-storage, to create, get and delete pods");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& mistake) {
    return app.exit(mistake, out, err) == 0 ? well : bad_input;
  }
  spdlog::set_level(spdlog::level::off);  // what matters is told here
  try {
    return tell_checks(chosen, out);
  } catch (const std::exception& mistake) {
    err << "drey-operator preflight: " << mistake.what() << "\n";
  }
  return trouble;
}

}  // namespace drey
