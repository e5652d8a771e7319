// Listing HDFS over WebHDFS: it tells what a mounted store tells, and never less than there is. The
// answers are those of Apache Hadoop 3.4.1 (a pair of NameNodes and a DataNode).
#include "runtime/webhdfs_listing.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "runtime/snapshot_listing.hpp"
#include "tests/gateways/meaning.hpp"
#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;
using nlohmann::json;

namespace {

const std::string job = "0123456789abcdef0123456789abcdef";
const std::string head("\x49\x60\x67\x2d\0\0\0\4\0\0\0\0\0\0\1\2", 16);

std::string exception(const std::string& name, const std::string& message = "secret text") {
  return R"({"RemoteException":{"exception":")" + name + R"(","javaClassName":"a.b.)" + name +
         R"(","message":")" + message + R"("}})";
}

json status_of(const std::string& name, const std::filesystem::path& file) {
  const bool folder = std::filesystem::is_directory(file);
  return {{"accessTime", 0},
          {"length", folder ? 0 : std::filesystem::file_size(file)},
          {"modificationTime", 1795761611709},
          {"owner", "flink"},
          {"pathSuffix", name},
          {"permission", "755"},
          {"type", folder ? "DIRECTORY" : "FILE"}};
}

/// A NameNode that is its own DataNode, of the files below a folder.
class name_node {
public:
  explicit name_node(std::filesystem::path root) : root_(std::move(root)) {
    server_.routes().Get("/webhdfs/v1/.*",
                         [this](const auto& asked, auto& answer) { act(asked, answer); });
    server_.routes().Get("/data/.*", [](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(head + "more", "application/octet-stream");
    });
    server_.start();
  }

  std::string address() const { return "http://" + server_.address(); }

  std::size_t page = 1000;
  bool knows_batches = true;
  std::map<std::string, std::pair<int, std::string>> instead;  ///< by operation, or "": of all
  std::vector<std::string> asked_with;                         ///< who asked
  int pages = 0;

private:
  void act(const httplib::Request& asked, httplib::Response& answer) {
    const auto op = asked.get_param_value("op");
    asked_with.push_back(asked.has_param("delegation") ? asked.get_param_value("delegation")
                                                       : asked.get_param_value("user.name"));
    for (const auto& key : {std::string{}, op})
      if (const auto found = instead.find(key); found != instead.end())
        return say(answer, found->second.first, found->second.second);
    const auto file = root_ / asked.path.substr(std::string_view{"/webhdfs/v1/"}.size());
    if (op == "LISTSTATUS_BATCH" && !knows_batches)
      return say(answer, 400, exception("IllegalArgumentException"));
    if (!std::filesystem::exists(file)) return say(answer, 404, exception("FileNotFoundException"));
    if (op == "GETFILESTATUS")
      return say(answer, 200, json{{"FileStatus", status_of("", file)}}.dump());
    if (op == "OPEN")
      return answer.set_redirect("http://" + server_.address() + "/data/1?delegation=x", 307);
    list(file, op == "LISTSTATUS" ? 1'000'000 : page, asked.get_param_value("startAfter"), answer);
  }

  void list(const std::filesystem::path& file, std::size_t most, const std::string& after,
            httplib::Response& answer) {
    ++pages;
    std::map<std::string, json> all;
    if (!std::filesystem::is_directory(file)) all[""] = status_of("", file);
    if (all.empty())
      for (const auto& one : std::filesystem::directory_iterator(file)) {
        const auto name = one.path().filename().string();
        if (name > after) all[name] = status_of(name, one.path());
      }
    json files = json::array();
    for (const auto& [name, one] : all)
      if (files.size() < most) files.push_back(one);
    json told{{"FileStatuses", {{"FileStatus", files}}}};
    if (knows_batches)
      told = {{"DirectoryListing",
               {{"partialListing", told}, {"remainingEntries", all.size() - files.size()}}}};
    say(answer, 200, told.dump());
  }

  static void say(httplib::Response& answer, int status, const std::string& body) {
    answer.status = status;
    answer.set_content(body, "application/json");
  }

  std::filesystem::path root_;
  http_server server_;
};

struct world {
  world() { write("flink/a-file", "of somebody"); }

  void write(const std::string& name, const std::string& content) const {
    folder.write(name, content);
  }
  webhdfs_settings settings(std::vector<std::string> more = {}) const {
    webhdfs_settings all;
    more.push_back(node.address());
    all.addresses["nn:8020"] = std::move(more);
    return all;
  }
  std::string list(const webhdfs_settings& with, const std::string& directory, int made_later = 1,
                   const webhdfs_limits& limits = {}) {
    http_client client;
    const auto answer = list_webhdfs_snapshots(client, with, {directory, made_later}, limits);
    client.stop();
    if (const auto* why = std::get_if<refusal>(&answer.result)) return meaning_of(*why);
    std::string text;
    for (const auto& one : std::get<snapshots_listed>(answer.result).all)
      text += one.path + "=" + std::to_string(one.checkpoint_id) + "\n";
    return text;
  }
  std::string list() { return list(settings(), "hdfs://nn:8020/flink"); }

  scratch_folder folder;
  name_node node{folder.path()};
};

void says(const std::string& what, const std::string& words) {
  BOOST_TEST(what.find(words) != std::string::npos, what << " does not say: " << words);
}

const std::string no_list = "unavailable: cannot list hdfs://nn:8020/flink: ";

}  // namespace

BOOST_AUTO_TEST_SUITE(webhdfs_listing_suite)

BOOST_AUTO_TEST_CASE(it_tells_what_a_mounted_store_tells) {
  world w;
  for (const auto* name : {"/chk-7/_metadata", "/chk-10/_metadata", "/chk-7/0A-before"})
    w.write("flink/" + job + name, head);
  w.write("flink/" + job + "/chk-11/state", "not complete");
  w.write("flink/" + job + "/chk-12/_metadata", "");
  w.write("flink/savepoint-1 + 2 & <ü>%41/_metadata", head);
  w.write("flink/1/2/3/_metadata", head);
  w.write("flink/1/2/3/4/_metadata", head);
  w.write("flink/2/2/3/4/_metadata", "too deep");
  const auto mounted = (w.folder.path() / "flink").string();
  std::string expected;
  const auto found = list_mounted_snapshots({mounted});
  for (const auto& one : std::get<snapshots_listed>(found.result).all)
    expected += "hdfs://nn:8020/flink" + one.path.substr(7 + mounted.size()) + "=258\n";
  says(expected, job + "/chk-10=258\n");
  BOOST_TEST(w.list() == expected);
  BOOST_TEST(w.list(w.settings(), "hdfs://nn:8020//flink//") == expected);
  const int in_large_pages = w.node.pages / 2;
  w.node.page = 1;
  w.node.pages = 0;
  BOOST_TEST(w.list() == expected);
  BOOST_TEST(w.node.pages > in_large_pages);
  w.node.knows_batches = false;
  BOOST_TEST(w.list() == expected);
}

BOOST_AUTO_TEST_CASE(the_files_that_checkpoints_share_are_not_walked) {
  world w;
  w.write("flink/" + job + "/shared/a/_metadata", head);
  w.write("flink/" + job + "/taskowned/a/_metadata", head);
  w.write("flink/shared/_metadata", head);
  BOOST_TEST(w.list() == "hdfs://nn:8020/flink/shared=258\n");
}

BOOST_AUTO_TEST_CASE(nothing_is_empty_only_below_a_folder_that_is_there) {
  world w;
  BOOST_TEST(w.list() == "");
  BOOST_TEST(w.list(w.settings(), "hdfs://nn:8020/flink/cp") == "");
  says(w.list(w.settings(), "hdfs://nn:8020/other/cp"), "there is no such folder");
  BOOST_TEST(w.list(w.settings(), "hdfs://nn:8020/flink/ns/cp", 2) == "");
  says(w.list(w.settings(), "hdfs://nn:8020/a/ns/cp", 2), "there is no such folder");
  BOOST_TEST(w.list(w.settings(), "hdfs://nn:8020/new") == "", "the root is always there");
  says(w.list(w.settings(), "hdfs://nn:8020/flink/a-file"), "it is a file");
  // What says "not there" must be HDFS, and about the store's folder itself.
  w.node.instead["LISTSTATUS_BATCH"] = {404, "<html>404 Not Found</html>"};
  says(w.list(), no_list + "HTTP 404: the answer is not one of WebHDFS");
  w.node.instead["LISTSTATUS_BATCH"] = {404, exception("FileNotFoundException")};
  w.node.instead["GETFILESTATUS"] = {403, exception("AccessControlException")};
  BOOST_TEST(w.list().starts_with("forbidden: cannot list hdfs://nn:8020: "), w.list());
}

BOOST_AUTO_TEST_CASE(a_standby_is_passed_over) {
  world w;
  w.write("flink/sp/_metadata", head);
  name_node standby{w.folder.path()};
  standby.instead[""] = {403, exception("StandbyException")};
  const std::string expected = "hdfs://nn:8020/flink/sp=258\n";
  BOOST_TEST(w.list(w.settings({standby.address()}), "hdfs://nn:8020/flink") == expected);
  BOOST_TEST(standby.asked_with.size() == 1U, "the one that answered is asked on");
  const auto nobody = "http://127.0.0.1:" + std::to_string(closed_port());
  BOOST_TEST(w.list(w.settings({nobody}), "hdfs://nn:8020/flink") == expected);
  w.node.instead[""] = {403, exception("StandbyException")};
  says(w.list(w.settings({standby.address()}), "hdfs://nn:8020/flink"),
       no_list + "HTTP 403 StandbyException: the NameNode stands by");
  says(w.list(w.settings({nobody}), "hdfs://nn:8020/flink"), no_list);
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_not_empty) {
  struct row {
    int status;
    std::string body;
    const char* expected;
  };
  const row rows[] = {
      {403, exception("AccessControlException"), "forbidden: "},
      {403, exception("InvalidToken"), "forbidden: "},
      {401, exception("SecurityException"), "forbidden: "},
      {401, "<html>Authentication required</html>", "does not speak"},
      {403, exception("RetriableException"), "still starting"},
      {500, exception("RuntimeException"), "HTTP 500 RuntimeException"},
      {503, "", "HTTP 503"},
      {302, "", "is --webhdfs-address right"},
      {404, "", "is --webhdfs-address right"},
      {400, exception("IllegalArgumentException"), "does not know LISTSTATUS"},
      {200, "<html>", "it is no listing"},
      {200, "{}", "it is no listing"},
      {200, R"({"DirectoryListing":{"partialListing":{"FileStatuses":{"FileStatus":[]}}}})",
       "whether more follows"},
      {200,
       R"({"DirectoryListing":{"partialListing":{"FileStatuses":{"FileStatus":[]}},)"
       R"("remainingEntries":3}})",
       "it does not say what"},
      {200, R"({"FileStatuses":{"FileStatus":[{"pathSuffix":"a","type":"DIRECTORY"}]}})",
       "without name, kind, size or time"},
      {200,
       R"({"FileStatuses":{"FileStatus":[{"pathSuffix":"..","type":"DIRECTORY","length":0,)"
       R"("modificationTime":1}]}})",
       "without name, kind, size or time"},
      {200,
       R"({"DirectoryListing":{"partialListing":{"FileStatuses":{"FileStatus":[{"pathSuffix":"a",)"
       R"("type":"FILE","length":0,"modificationTime":1}]}},"remainingEntries":3}})",
       "the same page again"},
      {200, std::string(5 << 20, ' '), "exceeds"},
  };
  for (const auto& one : rows) {
    world w;
    w.node.instead[""] = {one.status, one.body};
    const auto answer = w.list();
    says(answer, one.expected);
    BOOST_TEST((answer.starts_with("forbidden: ") || answer.starts_with("unavailable: ")), answer);
    BOOST_TEST(answer.find("secret") == std::string::npos, answer);
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_cannot_be_read_is_told) {
  world w;
  w.write("flink/sp/_metadata", head);
  w.node.instead["OPEN"] = {404, exception("FileNotFoundException")};
  BOOST_TEST(w.list() == "", "it was retired while we looked");
  w.node.instead["OPEN"] = {403, exception("AccessControlException")};
  BOOST_TEST(w.list().starts_with("forbidden: cannot list hdfs://nn:8020/flink/sp/_metadata: "));
}

BOOST_AUTO_TEST_CASE(a_store_that_never_ends_is_left) {
  world w;
  for (int i = 0; i < 9; ++i) w.write("flink/" + std::to_string(i) + "/state", "x");
  webhdfs_limits few;
  few.requests = 5;
  says(w.list(w.settings(), "hdfs://nn:8020/flink", 1, few), "the store has too much");
}

BOOST_AUTO_TEST_CASE(where_hdfs_is_asked) {
  world w;
  w.write("flink/sp/_metadata", head);
  const auto list = [&](const std::string& uri) { return w.list(w.settings(), uri); };
  says(list("hdfs://other:8020/flink"), "--webhdfs-address other:8020=http://HOST:9870");
  for (const auto* none : {"hdfs:///flink", "hdfs://", "hdfs://u@h/flink", "hdfs://a b/c"})
    says(list(none), "it names no NameNode");
  says(list("hdfs://nn:8020/flink/../private"), "'.' or '..'");
  // Whoever names a server in a resource gets no token, and may not redirect into the network.
  auto with_token = w.settings();
  with_token.token_file = w.folder.write("token", "the-token\n");
  BOOST_TEST(w.list(with_token, "webhdfs://nn:8020/flink") == "webhdfs://nn:8020/flink/sp=258\n");
  BOOST_TEST(w.node.asked_with.back() == "the-token");
  const auto direct = "web" + std::string("hdfs://") + w.node.address().substr(7) + "/flink";
  BOOST_TEST(w.list(with_token, direct) == direct + "/sp=258\n", "it redirected to itself");
  BOOST_TEST(w.node.asked_with.back() == "flink");
  with_token.token_file = w.folder.path() / "none";
  says(w.list(with_token, "hdfs://nn:8020/flink"), "delegation token");
}

BOOST_AUTO_TEST_CASE(who_is_named_in_a_resource_redirects_to_no_other_private_address) {
  world w;
  w.write("flink/sp/_metadata", head);
  http_server other;
  other.routes().Get("/.*", [](const httplib::Request&, httplib::Response& answer) {
    answer.set_content(head, "application/octet-stream");
  });
  other.start();
  http_server redirecting;
  redirecting.routes().Get("/.*", [&](const httplib::Request& asked, httplib::Response& answer) {
    const bool open = asked.get_param_value("op") == "OPEN";
    answer.set_redirect((open ? "http://" + other.address() : w.node.address()) + asked.path, 307);
    if (open) return;
    answer.status = 200;
    answer.set_content(
        R"({"FileStatuses":{"FileStatus":[{"pathSuffix":"_metadata","type":"FILE","length":16,)"
        R"("modificationTime":1}]}})",
        "application/json");
  });
  redirecting.start();
  const auto direct = "webhdfs://" + redirecting.address() + "/flink";
  says(w.list(w.settings(), direct), "where no redirect may lead");
  auto trusted = w.settings();
  trusted.addresses[redirecting.address()] = {"http://" + redirecting.address()};
  BOOST_TEST(w.list(trusted, direct) == direct + "=258\n");
}

BOOST_AUTO_TEST_SUITE_END()
