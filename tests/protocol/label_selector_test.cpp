// Label selectors, as the API server reads them.
#include "protocol/label_selector.hpp"

#include <boost/test/unit_test.hpp>

namespace drey {

BOOST_AUTO_TEST_SUITE(label_selector_suite)

BOOST_AUTO_TEST_CASE(selectors_are_read_as_the_server_reads_them) {
  const string_map labels{{"a", "1"}, {"b", ""}, {"example.com/team", "x"}};
  const auto matches = [&](std::string_view text) {
    const auto parsed = label_selector::parse(text);
    BOOST_TEST_REQUIRE(parsed.has_value(), text << ": " << selector_problem(text));
    return parsed->matches(labels);
  };
  for (const auto* text :
       {"", "a", "a=1", "a==1", " a = 1 , b", "!c", "a!=2", "c!=1", "b=", "a in (1,2)", "a in(1)",
        "a notin (2, 3),b", "c notin (1)", "example.com/team=x", "b in (,x)"})
    BOOST_TEST(matches(text), text);
  for (const auto* text : {"c", "!a", "a=2", "a!=1", "a=1,c", "b=x", "a in (2,3)", "a notin (1)",
                           "c in (1)", "example.com/team!=x", "a in (1),c"})
    BOOST_TEST(!matches(text), text);
}

BOOST_AUTO_TEST_CASE(what_is_none_is_refused_with_the_reason) {
  for (const auto* text : {"=1", "!", "a=1,,b", "a=(x)", "a=b=c", "a in (b", "a in b", "a=1 b=2",
                           "a=1,", "/a", "a b", "-a", "a=é", "a>1"}) {
    BOOST_TEST(!label_selector::parse(text).has_value(), text);
    BOOST_TEST(selector_problem(text) != "", text);
  }
  BOOST_TEST(selector_problem("team=a b") == "a comma is missing before 'b'");
  BOOST_TEST(selector_problem("-team=a") == "'-team' is not the key of a label");
  BOOST_TEST(selector_problem("team=a,") == "nothing follows the last comma");
  BOOST_TEST(selector_problem("team in (a") == "the values of 'team' do not end with ')'");
  BOOST_TEST(selector_problem("team=a") == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey
