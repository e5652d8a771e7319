// How an S3 store is reached: options before a Secret's files before the environment; addresses.
#include "runtime/s3_settings.hpp"

#include <boost/test/unit_test.hpp>

#include "runtime/s3_answer.hpp"
#include "runtime/s3_request.hpp"
#include "tests/gateways/s3_store.hpp"
#include "tests/gateways/test_servers.hpp"

using namespace drey;
using namespace drey::testing;

namespace {

std::string told(const s3_settings& settings) {
  const auto access = s3_access_of(settings);
  if (const auto* missing = std::get_if<std::string>(&access)) return "! " + *missing;
  const auto& x = std::get<s3_access>(access);
  return x.endpoint + " " + x.signer.region + " " + x.signer.access_key + " " +
         x.signer.secret_key + " " + x.signer.session_token;
}

std::string url_of(const s3_access& access, const std::string& bucket, const std::string& key,
                   const std::map<std::string, std::string>& query = {}) {
  const auto call = s3_call(access, bucket, key, query);
  return call.endpoint->base_url + call.request.path;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(s3_settings_suite)

BOOST_AUTO_TEST_CASE(options_before_files_before_the_environment) {
  auto settings = settings_with({{"AWS_ACCESS_KEY_ID", "key"}, {"AWS_SECRET_ACCESS_KEY", "s"}});
  BOOST_TEST(told(settings) == " us-east-1 key s ");
  settings = settings_with({{"AWS_ACCESS_KEY_ID", "key"},
                            {"AWS_SECRET_ACCESS_KEY", "s"},
                            {"AWS_SESSION_TOKEN", "t"},
                            {"AWS_DEFAULT_REGION", "eu-west-1"},
                            {"AWS_ENDPOINT_URL", "https://all:1/"},
                            {"AWS_ENDPOINT_URL_S3", "https://store:9000"}});
  BOOST_TEST(told(settings) == "https://store:9000 eu-west-1 key s t");
  const scratch_folder folder;
  settings.folder = folder.path();
  BOOST_TEST(told(settings) == "https://store:9000 eu-west-1 key s t", "an empty folder");
  folder.write("AWS_ACCESS_KEY_ID", "mounted\n");
  folder.write("AWS_SECRET_ACCESS_KEY", " m \n");
  folder.write("AWS_REGION", "eu-west-2");
  BOOST_TEST(told(settings) == "https://store:9000 eu-west-2 mounted m t");
  settings.region = "eu-west-3";
  settings.endpoint = "http://named:1";
  BOOST_TEST(told(settings) == "http://named:1 eu-west-3 mounted m t");
  folder.write("AWS_ACCESS_KEY_ID", "rotated");
  BOOST_TEST(told(settings).find(" rotated m ") != std::string::npos, "it is read again");
}

BOOST_AUTO_TEST_CASE(a_secret_is_read_whole) {
  // As kubelet mounts it: the files are links through "..data", which is swapped.
  const scratch_folder folder;
  folder.write("..1/AWS_ACCESS_KEY_ID", "one");
  folder.write("..1/AWS_SECRET_ACCESS_KEY", "first");
  std::filesystem::create_directory_symlink("..1", folder.path() / "..data");
  s3_settings settings;
  settings.folder = folder.path();
  BOOST_TEST(told(settings) == " us-east-1 one first ");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_without_secrets) {
  const auto wrong = [](const char* name, const std::string& value, const char* words) {
    auto variables = variables_for("https://store");
    variables[name] = value;
    const auto answer = told(settings_with(variables));
    BOOST_TEST(answer.starts_with("! "), answer);
    BOOST_TEST(answer.find(words) != std::string::npos, answer);
    BOOST_TEST((value.size() < 9 || answer.find(value) == std::string::npos), answer);
  };
  wrong("AWS_ACCESS_KEY_ID", "", "no credentials");
  wrong("AWS_SECRET_ACCESS_KEY", "two words", "characters");
  wrong("AWS_SESSION_TOKEN", "a\r\nX-Evil: 1", "characters");
  wrong("AWS_REGION", "eu:s3", "the region");
  for (const auto* endpoint : {"store:9000", "https://", "https://user:word@store",
                               "https://store/path", "https://store?a", "https://a b"})
    wrong("AWS_ENDPOINT_URL", endpoint, "the endpoint");
  auto settings = settings_with(variables_for("https://store"));
  settings.authorities = "/no/such.pem";
  BOOST_TEST(told(settings).find("/no/such.pem cannot be read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(where_the_bucket_stands) {
  s3_access access;
  access.signer.region = "eu-central-1";
  BOOST_TEST(url_of(access, "my-bucket", "a b/c+ü.jar") ==
             "https://my-bucket.s3.eu-central-1.amazonaws.com/a%20b/c%2B%C3%BC.jar");
  BOOST_TEST(url_of(access, "my-bucket", "", {{"prefix", "a/"}, {"list-type", "2"}}) ==
             "https://my-bucket.s3.eu-central-1.amazonaws.com/?list-type=2&prefix=a%2F");
  BOOST_TEST(url_of(access, "My.Bucket", "k") ==
             "https://s3.eu-central-1.amazonaws.com/My.Bucket/k");
  access.signer.region = "cn-north-1";
  BOOST_TEST(url_of(access, "bucket", "k") == "https://bucket.s3.cn-north-1.amazonaws.com.cn/k");
  access.endpoint = "http://minio:9000";
  BOOST_TEST(url_of(access, "bucket", "k") == "http://minio:9000/bucket/k");
  BOOST_TEST(url_of(access, "bucket", "", {{"list-type", "2"}}) ==
             "http://minio:9000/bucket?list-type=2");
  access.addressing = s3_addressing::virtual_host;
  BOOST_TEST(url_of(access, "bucket", "k") == "http://bucket.minio:9000/k");
}

BOOST_AUTO_TEST_CASE(times_of_a_store) {
  BOOST_TEST(epoch_of_s3_time("1970-01-01T00:00:00Z") == 0);
  BOOST_TEST(epoch_of_s3_time("2026-11-26T17:34:39.5Z") == 1'795'714'479'500);
  BOOST_TEST(epoch_of_s3_time("2024-02-29T23:59:60.123456Z") == 1'709'251'200'123);
  for (const auto* none :
       {"", "2026-11-26", "2026-11-26T17:34:39", "2026-13-26T17:34:39Z", "2026-02-30T17:34:39Z",
        "2026-11-26T24:34:39Z", "2026-11-26T17:34:39.Z", "2026-11-26 17:34:39Z",
        "2026-11-26T17:34:39.x5Z", "Thu, 26 Nov 2026 17:34:39 GMT"})
    BOOST_TEST(epoch_of_s3_time(none) == -1, none);
}

BOOST_AUTO_TEST_SUITE_END()
