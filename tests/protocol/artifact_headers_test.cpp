// The headers with which a jar is asked for, as Flink reads maps.
#include "protocol/artifact_headers.hpp"

#include <boost/test/unit_test.hpp>

using namespace drey;

namespace {

std::string told(const std::variant<string_map, std::string>& read) {
  if (const auto* wrong = std::get_if<std::string>(&read)) return "wrong: " + *wrong;
  std::string text;
  for (const auto& [name, value] : std::get<string_map>(read)) text += name + "=" + value + ";";
  return text;
}

std::string read_as(const std::string& text) {
  return told(artifact_headers_in({{std::string(artifact_header_key), text}}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(artifact_headers_suite)

BOOST_AUTO_TEST_CASE(maps_of_flink) {
  BOOST_TEST(told(artifact_headers_in({})) == "");
  BOOST_TEST(read_as("") == "");
  BOOST_TEST(read_as("X-A:1,X-B:2") == "X-A=1;X-B=2;");
  BOOST_TEST(read_as("X-A: 'Bearer a:b,c' , X-B:\"it''s\"") == "X-A=Bearer a:b,c;X-B=it''s;");
  BOOST_TEST(read_as("X-A:'it''s'") == "X-A=it's;");
  BOOST_TEST(read_as("'X-A:''a,b''',X-B:2") == "X-A=a,b;X-B=2;");
  BOOST_TEST(read_as("X-A:it's") == "X-A=it's;");
  BOOST_TEST(read_as("X-A:") == "X-A=;");
}

BOOST_AUTO_TEST_CASE(one_key_for_each) {
  const auto key = std::string(artifact_header_key);
  BOOST_TEST(told(artifact_headers_in({{key + ".Authorization", "Bearer a:b"}, {"x", "y"}})) ==
             "Authorization=Bearer a:b;");
}

BOOST_AUTO_TEST_CASE(a_jobs_settings_stand_over_its_clusters) {
  const auto key = std::string(artifact_header_key);
  BOOST_TEST(told(artifact_headers_of({{key, "X-A:1"}}, {{key, "X-A:0,X-B:0"}})) == "X-A=1;");
  BOOST_TEST(told(artifact_headers_of({}, {{key, "X-A:0"}})) == "X-A=0;");
  BOOST_TEST(told(artifact_headers_of({{key + ".X-A", "1"}}, {{key + ".X-B", "0"}})) ==
             "X-A=1;X-B=0;");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_without_the_value) {
  for (const auto* text : {"hush", "X-A:hush:hush", "X-A:'hush", "X A:hush", ":hush", "X-A:hu\nsh",
                           "X-A:hush,,X-B:hush"}) {
    const auto said = read_as(text);
    BOOST_TEST(said.starts_with("wrong: "), text << " is " << said);
    BOOST_TEST(said.find("hush") == std::string::npos, said);
  }
}

BOOST_AUTO_TEST_SUITE_END()
