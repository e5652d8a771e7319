// The listing against what Apache Hadoop 3.4.1 answered: a pair of NameNodes, the first of which
// stands by, a DataNode, and dfs.ls.limit=3. Asked as a user who may not see everything.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runtime/webhdfs_listing.hpp"
#include "tests/gateways/meaning.hpp"
#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;
using nlohmann::json;

namespace {

using parameters = std::multimap<std::string, std::string>;

/// Of "a=1&b=2".
parameters parameters_in(const std::string& query) {
  parameters all;
  const auto parts = parts_of("/?" + query).value();
  for (const auto& [name, value] : parts.query) all.emplace(name, value);
  return all;
}

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

/// One of the recorded servers; what it was not asked then, is answered with 500.
class recorded_node {
public:
  recorded_node(const json& all, std::string name, std::string data_node = {})
      : all_(all), name_(std::move(name)), data_node_(std::move(data_node)) {
    server_.routes().Get("/webhdfs/v1.*",
                         [this](const auto& asked, auto& answer) { act(asked, answer); });
    server_.start();
  }
  std::string address() const { return "http://" + server_.address(); }

private:
  void act(const httplib::Request& asked, httplib::Response& answer) {
    parameters given{asked.params.begin(), asked.params.end()};
    given.erase("user.name");
    answer.status = 500;
    for (const auto& one : all_) {
      if (one["node"] != name_ || "/webhdfs/v1" + one["path"].get<std::string>() != asked.path ||
          parameters_in(one["query"]) != given)
        continue;
      answer.status = one["status"];
      if (one.contains("body")) answer.set_content(one["body"].dump(), "application/json");
      if (one.contains("hex")) answer.set_content(bytes_of(one["hex"]), "application/octet-stream");
      if (!one.contains("location")) return;
      auto location = one["location"].get<std::string>();
      answer.set_header("Location", location.replace(0, location.find('/', 7), data_node_));
    }
  }

  const json& all_;
  std::string name_;
  std::string data_node_;
  http_server server_;
};

json recorded() {
  std::ifstream file{DREY_SOURCE_DIR "/tests/gateways/recorded/hadoop-3.4/webhdfs.json"};
  return json::parse(file);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded_webhdfs_suite)

BOOST_AUTO_TEST_CASE(what_hadoop_answered) {
  const auto all = recorded();
  const recorded_node data{all, "datanode"};
  const recorded_node standby{all, "standby"};
  const recorded_node active{all, "active", data.address()};
  const auto list = [&](const std::string& path) {
    webhdfs_settings settings;
    // Flink's folder first: the standby was asked for that alone.
    settings.addresses["ns"] = {standby.address(), active.address()};
    if (path != "/flink/cp") settings.addresses["ns"] = {active.address()};
    http_client client;
    const auto answer = list_webhdfs_snapshots(client, settings, {"hdfs://ns" + path});
    client.stop();
    if (const auto* why = std::get_if<refusal>(&answer.result)) return meaning_of(*why);
    std::string text;
    for (const auto& one : std::get<snapshots_listed>(answer.result).all)
      text += one.path.substr(one.path.rfind('/') + 1) + "=" + std::to_string(one.checkpoint_id) +
              "@" + std::to_string(one.modified) + "\n";
    return text;
  };
  BOOST_TEST(list("/flink/cp") ==
             "chk-10=258@1795761610433\n"
             "chk-7=258@1795761605251\n"
             "chk-8=258@1795761607409\n"
             "chk-9=258@1795761609533\n"
             "savepoint-1 + 2 & <ü>%41=0@1795761615075\n");
  BOOST_TEST(list("/flink/none") == "");
  BOOST_TEST(
      list("/none/none").starts_with("unavailable: cannot list hdfs://ns/none: there is no "));
  BOOST_TEST(list("/flink/private/secret")
                 .starts_with("forbidden: cannot list hdfs://ns/flink/private/secret: HTTP 403 "
                              "AccessControlException: "));
  BOOST_TEST(list("/flink/unreadable")
                 .starts_with("forbidden: cannot list "
                              "hdfs://ns/flink/unreadable/savepoint-2/_metadata: HTTP 403 "));
}

BOOST_AUTO_TEST_SUITE_END()
