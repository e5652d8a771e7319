// What the codec of the Kubernetes API makes of a real API server's answers.
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "protocol/kube_http.hpp"
#include "protocol/needed_rights.hpp"
#include "protocol/object_codec.hpp"
#include "runtime/list_pages.hpp"
#include "tests/gateways/meaning.hpp"
#include "tests/gateways/recorded_exchange.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

/// Beginning of the answer's meaning, by the recording's name.
const std::map<std::string, std::string> meanings{
    {"apply-conflict", "conflict: Apply failed"},
    {"apply-created", "ConfigMap two"},
    {"apply-forced", "ConfigMap two"},
    {"apply-stale", "conflict: Operation cannot be fulfilled"},
    {"apply-unchanged", "ConfigMap two"},
    {"apply-updated", "ConfigMap two"},
    {"create", "ConfigMap one"},
    {"create-already-exists", "already exists: "},
    {"create-invalid", "invalid: ConfigMap \"Not_A_Name\" is invalid"},
    {"delete", "done"},
    {"delete-not-found", "not found: "},
    {"delete-wrong-uid", "conflict: "},
    {"finalizer-removed", "ConfigMap held"},
    {"forbidden", "forbidden: pods is forbidden"},
    {"get-not-found", "not found: pods \"none\" not found"},
    {"lease-create", "Lease lock"},
    {"lease-create-taken", "already exists: "},
    {"lease-get", "Lease lock"},
    {"lease-update", "Lease lock"},
    {"lease-update-conflict", "conflict: "},
    {"list-continue", "list of 1 "},
    {"list-limit", "list of 2 "},
    {"status-patch", "Deployment none"},
    {"status-patch-conflict", "conflict: "},
    {"status-patch-not-found", "not found: "},
    {"unauthorized", "forbidden: Unauthorized"},
    {"watch-bookmark", "added ConfigMap"},
    {"watch-expired", "gone: "},
    {"watch-initial-events", "added ConfigMap"},
    {"watch-nothing", ""},
};

std::string meaning_of_line(std::string_view line) {
  const auto decoded = decode_watch_line(1, object_kind::config_map, line);
  if (const auto* why = std::get_if<refusal>(&decoded)) return meaning_of(*why);
  return meaning_of(std::get<watch_event>(decoded));
}

std::string meaning_of_stream(std::string_view body) {
  std::string text;
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    text += (text.empty() ? "" : "; ") + meaning_of_line(body.substr(0, end));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return text;
}

/// None: not a request that drey makes.
std::optional<std::string> meaning_of_exchange(const recorded_exchange& exchange) {
  if (exchange.request.path.find("watch=1") != std::string::npos)
    return meaning_of_stream(exchange.response.body);
  const auto asked = kube_body_of(exchange.request);
  if (!asked) return std::nullopt;
  const auto* list = std::get_if<kube_list>(&*asked);
  if (list == nullptr) return meaning_of(kube_answer_of(*asked, exchange.response));
  const auto page = page_of(*list, exchange.response);
  if (const auto* why = std::get_if<refusal>(&page)) return meaning_of(*why);
  return meaning_of(kube_answer{std::get<object_page>(page).list});
}

recorded_exchange recorded(const std::string& name) {
  for (auto& one : recorded_exchanges("kubernetes-"))
    if (one.name == name) return one;
  throw std::runtime_error{"no recording named " + name};
}

template <class T>
T object_of(const recorded_exchange& exchange) {
  const auto asked = kube_body_of(exchange.request);
  BOOST_REQUIRE(asked);
  const auto answer = kube_answer_of(*asked, exchange.response);
  BOOST_REQUIRE(std::holds_alternative<object_ptr>(answer.result));
  return std::get<T>(*std::get<object_ptr>(answer.result));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded_kubernetes)

BOOST_AUTO_TEST_CASE(every_answer_is_understood) {
  std::size_t with_meaning = 0;
  for (const auto& exchange : recorded_exchanges("kubernetes-")) {
    BOOST_TEST_CONTEXT(exchange.name << ": " << exchange.about) {
      const auto meaning = meaning_of_exchange(exchange);
      if (!meaning) continue;
      BOOST_TEST(meaning->find("malformed") == std::string::npos, *meaning);
      const auto expected = meanings.find(exchange.name);
      if (expected == meanings.end()) continue;
      ++with_meaning;
      BOOST_TEST(meaning->starts_with(expected->second), *meaning);
    }
  }
  BOOST_TEST(with_meaning >= 25U);
}

BOOST_AUTO_TEST_CASE(a_bookmark_moves_the_version_on) {
  const auto meaning = meaning_of_exchange(recorded("watch-bookmark"));
  BOOST_REQUIRE(meaning);
  BOOST_TEST(meaning->find("; modified ") != std::string::npos, *meaning);
  BOOST_TEST(meaning->find("; deleted ") != std::string::npos, *meaning);
  BOOST_TEST(meaning->ends_with("; bookmark"), *meaning);
}

BOOST_AUTO_TEST_CASE(a_lease_keeps_its_milliseconds_and_drops_managed_fields) {
  const auto held = object_of<lease>(recorded("lease-update"));
  BOOST_TEST(!held.holder.empty());
  BOOST_REQUIRE(held.renew_time);
  BOOST_TEST(!held.metadata.resource_version.empty());
  BOOST_TEST(!held.metadata.uid.empty());
  BOOST_TEST(encode_object(object{held}).find("managedFields") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_pages_of_a_list_are_one_list) {
  const auto first = recorded("list-limit"), rest = recorded("list-continue");
  list_pages pages{std::get<kube_list>(*kube_body_of(first.request)), 2};
  BOOST_TEST(pages.request().path == first.request.path);
  BOOST_TEST(!pages.take(first.response));
  BOOST_TEST(pages.request().path == rest.request.path);
  const auto answer = pages.take(rest.response);
  BOOST_REQUIRE(answer);
  BOOST_TEST(meaning_of(*answer).starts_with("list of 3 "), meaning_of(*answer));
  BOOST_TEST(std::get<object_list>(answer->result).resource_version == "1235");
}

BOOST_AUTO_TEST_CASE(a_part_is_not_taken_for_the_whole_list) {
  const auto first = recorded("list-limit");
  const auto answer = kube_answer_of(*kube_body_of(first.request), first.response);
  BOOST_TEST(meaning_of(answer).starts_with("malformed answer: "), meaning_of(answer));
}

BOOST_AUTO_TEST_CASE(what_an_account_may_do_is_asked_and_understood) {
  const access_right right{"", "pods", "", "list", "kubernetes-facts-reading", ""};
  for (const auto& [name, allowed] :
       {std::pair{"access-review-allowed", true}, std::pair{"access-review-denied", false}}) {
    const auto exchange = recorded(name);
    BOOST_TEST_CONTEXT(exchange.about) {
      const auto told = access_verdict_of(exchange.response);
      BOOST_REQUIRE(std::holds_alternative<access_verdict>(told));
      BOOST_TEST(std::get<access_verdict>(told).allowed == allowed);
    }
  }
  const auto asked = access_review_to_http(right);
  const auto exchange = recorded("access-review-denied");
  BOOST_TEST(asked.path == exchange.request.path);
  BOOST_TEST(nlohmann::json::parse(asked.body) == nlohmann::json::parse(exchange.request.body));
}

BOOST_AUTO_TEST_CASE(whatever_was_read_is_written_and_read_the_same) {
  std::size_t compared = 0;
  for (const auto& exchange : recorded_exchanges("kubernetes-")) {
    const auto asked = kube_body_of(exchange.request);
    if (!asked) continue;
    const auto answer = kube_answer_of(*asked, exchange.response);
    const auto* seen = std::get_if<object_ptr>(&answer.result);
    if (!seen) continue;
    field_errors errors;
    const auto text = encode_object(**seen);
    const auto again = decode_object(text, errors);
    BOOST_REQUIRE_MESSAGE(again, exchange.name);
    BOOST_TEST(encode_object(*again) == text);
    ++compared;
  }
  BOOST_TEST(compared >= 8U);
}

BOOST_AUTO_TEST_CASE(half_of_any_answer_is_malformed_and_never_crashes) {
  for (auto exchange : recorded_exchanges("kubernetes-")) {
    const auto asked = kube_body_of(exchange.request);
    const bool only_status_counts = !asked || std::holds_alternative<kube_delete>(*asked);
    if (only_status_counts || exchange.response.status > 299) continue;
    const auto whole = exchange.response.body;
    for (std::size_t bytes = 0; bytes + 2 < whole.size(); bytes += 1 + whole.size() / 40) {
      exchange.response.body = whole.substr(0, bytes);
      const auto answer = kube_answer_of(*asked, exchange.response);
      const auto* why = std::get_if<refusal>(&answer.result);
      BOOST_TEST((why && why->reason == refusal_reason::malformed),
                 exchange.name << " cut to " << bytes << " bytes: " << meaning_of(answer));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
