// Listing an S3 store: it tells what a mounted one tells, and never less than there is.
#include "runtime/s3_listing.hpp"

#include <boost/test/unit_test.hpp>
#include <future>

#include "runtime/snapshot_listing.hpp"
#include "tests/gateways/meaning.hpp"
#include "tests/gateways/s3_store.hpp"
#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

const std::string job = "0123456789abcdef0123456789abcdef";
const std::string head("\x49\x60\x67\x2d\0\0\0\4\0\0\0\0\0\0\1\2", 16);

/// Paths below `root`, each with the checkpoint that it names; or the refusal.
std::string told(const storage_answer& answer, const std::string& root) {
  if (const auto* why = std::get_if<refusal>(&answer.result)) return meaning_of(*why);
  std::string text;
  for (const auto& one : std::get<snapshots_listed>(answer.result).all) {
    BOOST_TEST(one.path.starts_with(root), one.path);
    BOOST_TEST(one.modified > 1'600'000'000'000);
    BOOST_TEST((one.format == (one.checkpoint_id == 0 ? 0 : 4)), one.path);
    text += one.path.substr(root.size()) + "=" + std::to_string(one.checkpoint_id) + "\n";
  }
  return text;
}

void write_checkpoints(const scratch_folder& folder, const std::string& root) {
  const auto write = [&](const std::string& name, const std::string& content) {
    folder.write("bucket/" + root + name, content);
  };
  for (const auto* snapshot : {"/chk-7/", "/chk-10/"}) {
    write(job + snapshot + "_metadata", head + "more");
    for (const auto* state : {"00-before", "0a/deeper", "zz-after"})
      write(job + snapshot + state, "state");
  }
  for (int i = 0; i < 9; ++i) write(job + "/shared/" + std::to_string(i), "state");
  write(job + "/shared/a/_metadata", "a name that means nothing here");
  write(job + "/taskowned/0", "state");
  write(job + "/chk-11/state", "not complete");
  write(job + "/chk-12/_metadata", "");
  write("savepoint-1 + 2 & <ü>%41/_metadata", "written by nobody");
  write("savepoint-2/_metadata", head.substr(0, 15));
  write("savepoint-2/inside/_metadata", "of a snapshot");
  write("1/2/3/_metadata", head);
  write("1/2/3/4/_metadata", "too deep");
  write("a-file", "of somebody");
}

struct answering {
  explicit answering(std::function<void(const httplib::Request&, httplib::Response&)> answer) {
    server.routes().Get(".*", std::move(answer));
    server.start();
  }
  explicit answering(int status, std::string body)
      : answering([status, body](const httplib::Request&, httplib::Response& response) {
          response.status = status;
          response.set_content(body, "application/xml");
        }) {}

  std::string list(const s3_limits& limits = {}) {
    const auto settings = settings_with(variables_for("http://" + server.address()));
    return told(list_s3_snapshots(client, settings, {"s3://bucket/cp"}, limits), "");
  }

  http_server server;
  http_client client;
};

std::string page(const std::string& inside, const std::string& more = "false") {
  return "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>" + more + "</IsTruncated>" +
         inside + "</ListBucketResult>";
}

std::string stored(const std::string& key) {
  return "<Contents><Key>" + key +
         "</Key><LastModified>2026-11-26T17:34:39.000Z</LastModified><Size>5</Size></Contents>";
}

std::string deep(const std::string& tag) {
  std::string all;
  for (int i = 0; i < 500'000; ++i) all += tag;
  return all;
}

void says(const std::string& what, const std::string& words) {
  BOOST_TEST(what.find(words) != std::string::npos, what << " does not say: " << words);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(s3_listing_suite)

BOOST_AUTO_TEST_CASE(it_tells_what_a_mounted_store_tells) {
  const scratch_folder folder;
  write_checkpoints(folder, "flink/cp/");
  // Beside Flink's shared files the mounted listing finds what looks like a snapshot.
  std::filesystem::remove_all(folder.path() / "bucket/flink/cp" / job / "shared/a");
  const auto mounted = (folder.path() / "bucket/flink/cp").string();
  const auto expected = told(list_mounted_snapshots({mounted}), "file://" + mounted);
  says(expected, "/" + job + "/chk-10=258\n");
  http_client client;
  const auto list = [&](const s3_store& store, const std::string& directory) {
    return list_s3_snapshots(client, store.settings(), {directory});
  };
  const s3_store whole{folder.path()};
  BOOST_TEST(told(list(whole, "s3://bucket/flink/cp"), "s3://bucket/flink/cp") == expected);
  BOOST_TEST(told(list(whole, "s3a://bucket//flink/cp//"), "s3a://bucket/flink/cp") == expected);
  const s3_store in_pages{folder.path(), {"--page", "2"}};
  BOOST_TEST(told(list(in_pages, "s3://bucket/flink/cp"), "s3://bucket/flink/cp") == expected);
}

BOOST_AUTO_TEST_CASE(the_files_that_checkpoints_share_are_not_walked) {
  const scratch_folder folder;
  write_checkpoints(folder, "");
  const s3_store store{folder.path()};
  http_client client;
  const auto all =
      told(list_s3_snapshots(client, store.settings(), {"s3p://bucket"}), "s3p://bucket");
  says(all, "/" + job + "/chk-7=258\n");
  BOOST_TEST(all.find("shared") == std::string::npos, all);
}

BOOST_AUTO_TEST_CASE(a_snapshot_itself_is_listed) {
  const scratch_folder folder;
  folder.write("bucket/sp/savepoint-1/_metadata", head);
  const s3_store store{folder.path()};
  http_client client;
  BOOST_TEST(told(list_s3_snapshots(client, store.settings(), {"s3://bucket/sp/savepoint-1"}),
                  "s3:") == "//bucket/sp/savepoint-1=258\n");
}

BOOST_AUTO_TEST_CASE(nothing_is_empty_only_in_a_bucket_that_is_there) {
  const scratch_folder folder;
  folder.write("bucket/else/a", "x");
  const s3_store store{folder.path()};
  http_client client;
  const auto list = [&](const std::string& directory) {
    return told(list_s3_snapshots(client, store.settings(), {directory}), "s3://");
  };
  BOOST_TEST(list("s3://bucket/cp") == "");
  BOOST_TEST(list("s3://bucket/els") == "");
  const auto missing = list("s3://bucke/cp");
  BOOST_TEST(missing.starts_with("unavailable: cannot list s3://bucke/cp: "), missing);
  says(missing, "there is no such bucket");
  for (const auto* none : {"s3://", "s3:///cp", "s3://b", "s3://a b/c", "s3://../c", "s3://u@b/c"})
    says(list(none), "names no bucket");
}

BOOST_AUTO_TEST_CASE(who_may_not_is_told_what_to_do) {
  const scratch_folder folder;
  folder.write("bucket/cp/a", "x");
  const s3_store plain{folder.path()};
  const s3_store far{folder.path(), {"--region", "eu-central-1", "--token", "session"}};
  const s3_store ahead{folder.path(), {"--ahead", "1000"}};
  http_client client;
  const auto list = [&](const s3_store& store, std::map<std::string, std::string> changed) {
    auto variables = variables_for(store.endpoint());
    for (auto& [name, value] : changed) variables[name] = value;
    const auto answer =
        told(list_s3_snapshots(client, settings_with(variables), {"s3://bucket/cp"}), "s3://");
    for (const auto* secret : {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
      BOOST_TEST((variables[secret].empty() || answer.find(variables[secret]) == answer.npos),
                 answer);
    return answer;
  };
  BOOST_TEST(list(plain, {}) == "");
  BOOST_TEST(list(far, {{"AWS_REGION", "eu-central-1"}, {"AWS_SESSION_TOKEN", "session"}}) == "");
  const auto other_key = list(plain, {{"AWS_ACCESS_KEY_ID", "other"}});
  BOOST_TEST(other_key.starts_with("forbidden: "), other_key);
  says(other_key, "HTTP 403 InvalidAccessKeyId: the store does not know the key");
  says(list(plain, {{"AWS_SECRET_ACCESS_KEY", "another-secret"}}), "correct AWS_SECRET_ACCESS_KEY");
  says(list(plain, {{"AWS_SESSION_TOKEN", "left-over"}}), "HTTP 403 InvalidToken");
  const auto region = list(far, {{"AWS_SESSION_TOKEN", "session"}});
  BOOST_TEST(region.starts_with("unavailable: "), region);
  says(region, "of another region (eu-central-1): correct AWS_REGION");
  const auto late = list(ahead, {});
  BOOST_TEST(late.starts_with("unavailable: "), late);
  says(late, "the clocks");
  says(list(plain, {{"AWS_SECRET_ACCESS_KEY", ""}}), "no credentials for S3");
  says(list(plain, {{"AWS_ENDPOINT_URL", "ftp://a"}}), "the endpoint of S3 is none");
  const auto nobody = "http://127.0.0.1:" + std::to_string(closed_port());
  BOOST_TEST(list(plain, {{"AWS_ENDPOINT_URL", nobody}}).starts_with("unavailable: "));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_believed_is_no_listing) {
  struct row {
    const char* because;
    std::string body;
    const char* words;
  };
  const std::string truncated = page(stored("cp/_metadata"));
  const row rows[] = {
      {"a page of somebody else", "<html><body>Sign in</body></html>", "it is no listing"},
      {"not XML", "PK\x03\x04", "not XML"},
      {"nothing", "", "not XML"},
      {"the end is missing", truncated.substr(0, truncated.size() - 10), "not whole"},
      {"more than one", page("") + page(""), "it is no listing"},
      {"no word of the rest", "<ListBucketResult/>", "whether more follows"},
      {"more, and no token", page("", "true"), "how to ask for it"},
      {"a key of another folder", page(stored("other/_metadata")), "was not asked for"},
      {"a folder of another", page("<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>"),
       "was not asked for"},
      {"itself", page("<CommonPrefixes><Prefix>cp/</Prefix></CommonPrefixes>"),
       "was not asked for"},
      {"an entity", "<!DOCTYPE a [<!ENTITY b \"cp/_metadata\">]>" + page(stored("&b;")),
       "was not asked for"},
      {"no time", page("<Contents><Key>cp/a</Key><Size>5</Size></Contents>"), "the time"},
      {"no size", page("<Contents><Key>cp/a</Key><Size>5x</Size></Contents>"), "the size"},
      {"an escape", page("<EncodingType>url</EncodingType>" + stored("cp/%4")), "encoded wrongly"},
      {"beyond all measure", page(std::string(5 << 20, ' ')), "exceeds"},
  };
  for (const auto& one : rows) {
    answering server{200, one.body};
    const auto answer = server.list();
    BOOST_TEST(answer.starts_with("unavailable: cannot list s3://bucket/cp: "),
               one.because << ": " << answer);
    says(answer, one.words);
  }
}

BOOST_AUTO_TEST_CASE(what_nobody_knows_is_passed_over) {
  answering server{200, page("<Name>bucket</Name>" + deep("<a>") + deep("</a>"))};
  BOOST_TEST(server.list() == "", "deeper than a stack would be");
}

BOOST_AUTO_TEST_CASE(a_store_that_never_ends_is_left) {
  int asked = 0;
  answering pages{[&](const httplib::Request&, httplib::Response& response) {
    response.set_content(
        page("<NextContinuationToken>" + std::to_string(++asked) + "</NextContinuationToken>",
             "true"),
        "application/xml");
  }};
  s3_limits few;
  few.requests = 7;
  says(pages.list(few), "too many folders");
  BOOST_TEST(asked == 7);
  answering again{200, page("<NextContinuationToken>a</NextContinuationToken>", "true")};
  says(again.list(), "the same page again");
  s3_limits brief;
  brief.all = milliseconds{200};
  says(pages.list(brief), "too slow");
}

BOOST_AUTO_TEST_CASE(errors_and_redirects_of_a_store) {
  struct row {
    int status;
    const char* body;
    const char* reason;
    const char* words;
  };
  const row rows[] = {
      {301,
       "<Error><Code>PermanentRedirect</Code><Endpoint>b.s3.eu-west-3.amazonaws.com</Endpoint></"
       "Error>",
       "unavailable", "of another region (it is at b.s3.eu-west-3.amazonaws.com)"},
      {307, "", "unavailable", "correct AWS_REGION"},
      {403, "<Error><Code>AccessDenied</Code><Message>secret</Message></Error>", "forbidden",
       "it needs s3:ListBucket"},
      {403, "", "forbidden", "is AWS_ENDPOINT_URL right?"},
      {404, "<html>", "unavailable", "is AWS_ENDPOINT_URL right?"},
      {503, "<Error><Code>SlowDown</Code></Error>", "unavailable", "too busy"},
      {500, "<Error><Code>a b c</Code></Error>", "unavailable", "HTTP 500"},
  };
  for (const auto& one : rows) {
    answering server{one.status, one.body};
    const auto answer = server.list();
    BOOST_TEST(answer.starts_with(one.reason), answer);
    says(answer, one.words);
    BOOST_TEST(answer.find("secret") == std::string::npos, answer);
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_goes_while_one_looks_is_not_there) {
  const auto list = [&](int status) {
    answering server{[&](const httplib::Request& request, httplib::Response& response) {
      const bool head = request.path.ends_with("/_metadata");
      response.status = head ? status : 200;
      response.set_content(page(stored("cp/_metadata")), "application/xml");
    }};
    return server.list();
  };
  BOOST_TEST(list(404) == "");
  BOOST_TEST(list(403).starts_with("forbidden"), "a right that is missing is told");
  BOOST_TEST(list(200) == "s3://bucket/cp=0\n", "a store that gives the whole file");
}

BOOST_AUTO_TEST_CASE(an_answer_that_breaks_off_is_none) {
  socket_server half{[&](int connection) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + page(""));
  }};
  http_client client;
  const auto at = "http://127.0.0.1:" + std::to_string(half.port());
  BOOST_TEST(
      told(list_s3_snapshots(client, settings_with(variables_for(at)), {"s3://bucket/cp"}), "")
          .starts_with("unavailable: cannot list s3://bucket/cp: "));
}

BOOST_AUTO_TEST_CASE(a_listing_ends_with_its_client) {
  gate asked, let_go;
  socket_server stalled{[&](int connection) {
    read_request(connection);
    asked.open();
    let_go.wait();
  }};
  http_client client;
  const auto at = "http://127.0.0.1:" + std::to_string(stalled.port());
  auto listing = std::async(std::launch::async, [&] {
    return list_s3_snapshots(client, settings_with(variables_for(at)), {"s3://bucket/cp"});
  });
  BOOST_TEST(asked.wait());
  client.stop();
  BOOST_REQUIRE(listing.wait_for(std::chrono::seconds{4}) == std::future_status::ready);
  says(told(listing.get(), ""), "drey-operator ends");
  let_go.open();
}

BOOST_AUTO_TEST_SUITE_END()
