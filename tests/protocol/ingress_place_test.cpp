// Where ingress templates lead to.
#include "protocol/ingress_place.hpp"

#include <boost/test/unit_test.hpp>

using namespace drey;

namespace {

std::string shown(std::string_view url) {
  const auto place = ingress_place_of(url, "orders", "team-a");
  return place ? place->host + " " + place->path : "not a URL";
}

}  // namespace

BOOST_AUTO_TEST_CASE(ingress_places) {
  BOOST_TEST(shown("{{name}}.{{namespace}}.example.com") == "orders.team-a.example.com ");
  BOOST_TEST(shown("{{Name}}.{{NAMESPACE}}.example.com/") == "orders.team-a.example.com /");
  BOOST_TEST(shown("https://flink.example.com:8443/{{name}}?a=b#c") == "flink.example.com /orders");
  BOOST_TEST(shown("HTTP://flink.example.com") == "flink.example.com ");
  BOOST_TEST(shown("/{{namespace}}/{{name}}(/|$)(.*)") == " /team-a/orders(/|$)(.*)");
  BOOST_TEST(shown("me@flink.example.com/x") == "flink.example.com /x");
  BOOST_TEST(shown("[::1]:80/x") == "[::1] /x");
  BOOST_TEST(shown("*.example.com") == "*.example.com ");
  BOOST_TEST(shown("flink.example.com:") == "flink.example.com ");
  BOOST_TEST(shown("flink.example.com:http/x") == "not a URL");
  BOOST_TEST(shown("flink.example.com:80:80") == "flink.example.com:80 ");
  BOOST_TEST(shown("") == " ");
}
