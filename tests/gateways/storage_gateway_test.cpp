// The storage gateway: listing mounted stores and fetching jars.
#include "runtime/storage_gateway.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/exit_reason.hpp>
#include <fstream>

#include "runtime/snapshot_listing.hpp"
#include "runtime/snapshot_metadata.hpp"
#include "tests/gateways/asking.hpp"
#include "tests/gateways/meaning.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

struct world {
  world() : gateway(spawn_storage_gateway(system, client, options())) {}
  ~world() {
    let_go.open();
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    client.stop();
  }

  storage_gateway_options options() const {
    storage_gateway_options x;
    x.work_directory = folder.path() / "work";
    x.artifact_bytes_max = 1000;
    x.fetch_silence_max = milliseconds{200};
    return x;
  }

  template <class Asked>
  storage_answer ask(Asked asked) {
    return testing::ask<storage_answer>(system, gateway, storage_request{std::move(asked)});
  }

  storage_answer fetch(const std::string& path) {
    return ask(fetch_artifact{"http://" + server.address() + path});
  }

  std::size_t files_left() const {
    const std::filesystem::directory_iterator all{folder.path() / "work"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  scratch_folder folder;
  small_system config;
  http_client client;
  caf::actor_system system{config};
  gate let_go;
  http_server server;
  storage_gateway gateway;
};

std::string paths_in(const storage_answer& answer, const std::filesystem::path& below) {
  if (const auto* why = std::get_if<refusal>(&answer.result)) return meaning_of(*why);
  const auto prefix = "file://" + below.string();
  std::string text;
  for (const auto& one : std::get<snapshots_listed>(answer.result).all) {
    BOOST_TEST(one.path.starts_with(prefix), one.path);
    BOOST_TEST(one.modified > 1'600'000'000'000);
    text += one.path.substr(prefix.size()) + " ";
  }
  return text;
}

std::string refusal_in(const storage_answer& answer) {
  const auto* why = std::get_if<refusal>(&answer.result);
  return why ? meaning_of(*why) : "no refusal";
}

void serve_text(world& w, const std::string& path, const std::string& content) {
  w.server.routes().Get(path, [content](const httplib::Request&, httplib::Response& response) {
    response.set_content(content, "application/java-archive");
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(storage_gateway_suite)

BOOST_AUTO_TEST_CASE(complete_snapshots_are_listed_in_order) {
  world w;
  for (const auto* name : {"store/job-1/chk-7/_metadata", "store/job-1/chk-6/_metadata",
                           "store/savepoint-1/_metadata", "store/a/b/c/_metadata"})
    w.folder.write(name, "x");
  w.folder.write("store/job-1/chk-8/state", "not complete");
  w.folder.write("store/job-1/chk-9/_metadata", "");
  w.folder.write("store/a/b/c/d/_metadata", "too deep, and inside of a snapshot");
  w.folder.write("store/1/2/3/4/_metadata", "too deep");
  const auto store = w.folder.path() / "store";
  const std::string expected = "/a/b/c /job-1/chk-6 /job-1/chk-7 /savepoint-1 ";
  for (const auto& spelled :
       {store.string(), store.string() + "/", "file://" + store.string(), "file:" + store.string()})
    BOOST_TEST(paths_in(w.ask(list_snapshots{spelled}), store) == expected, spelled);
}

BOOST_AUTO_TEST_CASE(a_snapshot_names_its_checkpoint) {
  world w;
  const std::string head("\x49\x60\x67\x2d\0\0\0\4\0\0\0\0\0\0\1\2", 16);
  w.folder.write("store/1/_metadata", head + "more");
  w.folder.write("store/2/_metadata", "not of Flink, whatever it may be");
  w.folder.write("store/3/_metadata", head.substr(0, 15));
  const auto answer = w.ask(list_snapshots{"file://" + (w.folder.path() / "store").string()});
  std::string ids;
  for (const auto& one : std::get<snapshots_listed>(answer.result).all)
    ids += std::to_string(one.checkpoint_id) + " ";
  BOOST_TEST(ids == "258 0 0 ");
}

BOOST_AUTO_TEST_CASE(a_snapshot_tells_which_format_it_has) {
  world w;
  const std::string head("\x49\x60\x67\x2d\0\0\0\6\0\0\0\0\0\0\1\2", 16);
  w.folder.write("store/newer/_metadata", head + "more");
  w.folder.write("store/none/_metadata", "not of Flink, whatever it may be");
  w.folder.write("store/short/_metadata", head.substr(0, 7));
  const auto format_at = [&](const std::string& name) {
    const auto answer =
        w.ask(list_snapshots{"file://" + (w.folder.path() / "store" / name).string()});
    const auto& all = std::get<snapshots_listed>(answer.result).all;
    BOOST_REQUIRE_EQUAL(all.size(), 1U);
    return all.front().format;
  };
  BOOST_TEST((format_at("newer") == 6));
  BOOST_TEST((format_at("none") == 0));
  BOOST_TEST((format_at("short") == 0));
  BOOST_TEST(!format_in("").has_value(), "what was not read says nothing");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_yet_is_empty_only_in_a_store_that_is) {
  world w;
  const auto folder = w.folder.path();
  BOOST_TEST(paths_in(w.ask(list_snapshots{(folder / "job").string()}), folder) == "");
  const auto unmounted = paths_in(w.ask(list_snapshots{(folder / "mount/job").string()}), folder);
  BOOST_TEST(unmounted.starts_with("unavailable: cannot list"), unmounted);
  // Below a cluster's directory those of the namespace and the job come with the first snapshot.
  const auto own = [&](const char* below) {
    return paths_in(w.ask(list_snapshots{(folder / below).string(), 2}), folder);
  };
  BOOST_TEST(own("flink/orders") == "");
  BOOST_TEST(own("mount/flink/orders").starts_with("unavailable: cannot list"));
}

BOOST_AUTO_TEST_CASE(what_is_not_mounted_cannot_be_listed) {
  world w;
  for (const auto* uri : {"gs://bucket/a", "s3:/bucket/a", "relative", ""}) {
    const auto meaning = refusal_in(w.ask(list_snapshots{uri}));
    BOOST_TEST(meaning.starts_with("unavailable"), meaning);
    BOOST_TEST(meaning.find("cannot be listed") != std::string::npos, meaning);
  }
}

BOOST_AUTO_TEST_CASE(hdfs_is_asked_where_its_address_is_known) {
  world w;
  BOOST_TEST(refusal_in(w.ask(list_snapshots{"hdfs://nn/a"})) ==
             "unavailable: cannot list hdfs://nn/a: its WebHDFS address is not known: start "
             "drey-operator with --webhdfs-address nn=http://HOST:9870");
}

BOOST_AUTO_TEST_CASE(a_file_in_place_of_the_store_is_no_store) {
  world w;
  const auto file = w.folder.write("store", "x");
  BOOST_TEST(refusal_in(w.ask(list_snapshots{file.string()})).starts_with("unavailable"));
}

BOOST_AUTO_TEST_CASE(a_jar_is_fetched_kept_and_released) {
  world w;
  serve_text(w, "/jars/count%20it.jar", "PK\x03\x04 rest");
  w.server.routes().Get("/jars/.*", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("PK\x03\x04 rest", "application/java-archive");
  });
  w.server.start();
  const auto answer = w.fetch("/jars/count%20it.jar?token=secret");
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<artifact_fetched>(answer.result),
                        refusal_in(answer));
  const auto& fetched = std::get<artifact_fetched>(answer.result);
  BOOST_TEST(fetched.bytes == 9);
  BOOST_TEST(fetched.artifact.ends_with("-count_20it.jar"), fetched.artifact);
  BOOST_TEST(std::filesystem::file_size(fetched.artifact) == 9U);
  w.ask(release_artifact{fetched.artifact});
  BOOST_TEST(!std::filesystem::exists(fetched.artifact));
}

BOOST_AUTO_TEST_CASE(what_is_not_a_jar_is_refused_and_removed) {
  world w;
  serve_text(w, "/page.jar", "<html>sign in</html>");
  serve_text(w, "/empty.jar", "");
  serve_text(w, "/short.jar", "P");
  serve_text(w, "/large.jar", "PK" + std::string(2000, 'x'));
  w.server.start();
  for (const auto* path : {"/page.jar", "/empty.jar", "/short.jar"}) {
    const auto meaning = refusal_in(w.fetch(path));
    BOOST_TEST(meaning.starts_with("invalid"), meaning);
    BOOST_TEST(meaning.find("not a jar") != std::string::npos, meaning);
  }
  const auto large = refusal_in(w.fetch("/large.jar"));
  BOOST_TEST(large.starts_with("invalid"), large);
  BOOST_TEST(large.find("larger than 1000 bytes") != std::string::npos, large);
  BOOST_TEST(refusal_in(w.fetch("/missing.jar")).starts_with("not found"));
  BOOST_TEST(w.files_left() == 0U);
}

BOOST_AUTO_TEST_CASE(redirects_are_followed_to_the_web_only_and_not_for_ever) {
  world w;
  serve_text(w, "/there.jar", "PK moved");
  const auto redirect = [&](const std::string& path, std::string to) {
    w.server.routes().Get(path, [to](const httplib::Request&, httplib::Response& response) {
      response.set_redirect(to);
    });
  };
  redirect("/moved.jar", "/there.jar");
  redirect("/file.jar", "file:///etc/passwd");
  redirect("/loop.jar", "/loop.jar");
  w.server.start();
  const auto moved = w.fetch("/moved.jar");
  BOOST_TEST(std::holds_alternative<artifact_fetched>(moved.result), refusal_in(moved));
  BOOST_TEST(refusal_in(w.fetch("/file.jar")).starts_with("unavailable"));
  BOOST_TEST(refusal_in(w.fetch("/loop.jar")).starts_with("unavailable"));
}

BOOST_AUTO_TEST_CASE(a_download_that_stalls_or_breaks_is_unavailable) {
  world w;
  socket_server half{[&](int connection) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nPK half");
  }};
  socket_server stalled{[&](int connection) {
    read_request(connection);
    send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nPK half");
    w.let_go.wait();
  }};
  for (const int port : {half.port(), stalled.port(), closed_port()}) {
    const auto address = "http://127.0.0.1:" + std::to_string(port) + "/a.jar";
    const auto meaning = refusal_in(w.ask(fetch_artifact{address}));
    BOOST_TEST(meaning.starts_with("unavailable: cannot fetch " + address), meaning);
  }
  BOOST_TEST(w.files_left() == 0U);
  w.let_go.open();
}

BOOST_AUTO_TEST_CASE(what_may_be_secret_in_an_address_is_not_told) {
  world w;
  const auto host = "127.0.0.1:" + std::to_string(closed_port());
  const auto meaning =
      refusal_in(w.ask(fetch_artifact{"http://user:word@" + host + "/a@b.jar?Signature=s#f"}));
  BOOST_TEST(meaning.starts_with("unavailable: cannot fetch http://" + host + "/a@b.jar: "),
             meaning);
  BOOST_TEST(meaning.find("word") == std::string::npos, meaning);
  const auto bare = refusal_in(w.ask(fetch_artifact{"ftp://user:word@" + host}));
  BOOST_TEST(bare.find("word") == std::string::npos, bare);
}

BOOST_AUTO_TEST_CASE(only_our_own_files_are_released) {
  world w;
  const auto foreign = w.folder.write("drey-artifact-foreign", "x");
  w.ask(release_artifact{foreign.string()});
  w.ask(release_artifact{"/no/such"});
  w.ask(release_artifact{""});
  BOOST_TEST(std::filesystem::exists(foreign));
}

BOOST_AUTO_TEST_CASE(what_an_earlier_process_left_is_removed) {
  const scratch_folder folder;
  const auto left = folder.write("drey-artifact-9-old.jar", "x");
  const auto other = folder.write("other", "x");
  small_system config;
  http_client client;
  caf::actor_system system{config};
  storage_gateway_options options;
  options.work_directory = folder.path();
  const auto gateway = spawn_storage_gateway(system, client, options);
  BOOST_TEST(!std::filesystem::exists(left));
  BOOST_TEST(std::filesystem::exists(other));
  client.stop();
}

BOOST_AUTO_TEST_SUITE_END()
