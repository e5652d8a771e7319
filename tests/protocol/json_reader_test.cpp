// Reading JSON objects field by field: types, ranges, absence, errors with their paths, bounds.
#include "protocol/json_reader.hpp"

#include <boost/test/unit_test.hpp>

namespace drey {
namespace {

struct everything {
  std::string text = "default";
  std::int32_t narrow = -1;
  std::int64_t wide = -1;
  double number = -1;
  bool flag = false;
  string_map map;
  std::vector<std::string> list;
  std::optional<std::int64_t> maybe;
  json_text raw;
  milliseconds time{0};
  std::string inner;
  std::vector<std::string> names;
  json_text rest;
};

everything read(std::string_view text, field_errors& errors) {
  everything out;
  read_json_object(text, errors, [&](json_reader& json) {
    json.read("text", out.text);
    json.read("narrow", out.narrow);
    json.read("wide", out.wide);
    json.read("number", out.number);
    json.read("flag", out.flag);
    json.read("map", out.map);
    json.read("list", out.list);
    json.read("maybe", out.maybe);
    json.read("time", out.time);
    json.text("raw", out.raw);
    json.object("object", [&](json_reader& inner) { inner.read("name", out.inner); });
    json.each("items", [&](json_reader& item) { item.read("name", out.names.emplace_back()); });
    out.rest = json.rest();
  });
  return out;
}

std::string problems_of(std::string_view text) {
  field_errors errors;
  read(text, errors);
  std::string all;
  for (const auto& one : errors) all += text_of_error(one) + "\n";
  return all;
}

BOOST_AUTO_TEST_SUITE(json_reading)

BOOST_AUTO_TEST_CASE(every_type_is_read) {
  field_errors errors;
  const auto x = read(R"({"text":"a","narrow":2147483647,"wide":-9223372036854775808,"number":2,
    "flag":true,"map":{"b":"2","a":"1","none":null},"list":["x","y"],"maybe":7,
    "time":"1970-01-01T00:00:01.5Z","raw":{"a" : [1, 2]},"object":{"name":"n"},
    "items":[{"name":"i"},{"name":"j"}]})",
                      errors);
  BOOST_TEST(errors.empty());
  BOOST_TEST(x.text == "a");
  BOOST_TEST(x.narrow == 2147483647);
  BOOST_TEST(x.wide == std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(x.number == 2.0);
  BOOST_TEST(x.flag);
  BOOST_TEST((x.map == string_map{{"a", "1"}, {"b", "2"}}));
  BOOST_TEST(x.list == (std::vector<std::string>{"x", "y"}));
  BOOST_TEST((x.maybe == 7));
  BOOST_TEST(x.time.count() == 1500);
  BOOST_TEST(x.raw == R"({"a":[1,2]})");
  BOOST_TEST(x.inner == "n");
  BOOST_TEST(x.names == (std::vector<std::string>{"i", "j"}));
  BOOST_TEST(x.rest.empty());
}

BOOST_AUTO_TEST_CASE(absent_and_null_leave_the_default) {
  field_errors errors;
  const auto x =
      read(R"({"text":null,"narrow":null,"object":null,"items":null,"raw":null})", errors);
  BOOST_TEST(errors.empty());
  BOOST_TEST(x.text == "default");
  BOOST_TEST(x.narrow == -1);
  BOOST_TEST(!x.maybe);
  BOOST_TEST(x.raw.empty());
}

BOOST_AUTO_TEST_CASE(whole_numbers_may_be_written_with_a_point) {
  field_errors errors;
  BOOST_TEST(read(R"({"wide":1e3,"narrow":2.0})", errors).wide == 1000);
  BOOST_TEST(errors.empty());
}

BOOST_AUTO_TEST_CASE(what_nobody_asked_for_is_kept) {
  field_errors errors;
  const auto x = read(R"({"zeta":[1, {"a":null}],"text":"t","al\"pha":"\u00e9\n"})", errors);
  BOOST_TEST(errors.empty());
  BOOST_TEST(x.rest == R"({"zeta":[1,{"a":null}],"al\"pha":"é\n"})");
}

BOOST_AUTO_TEST_CASE(a_wrong_type_names_its_field_and_what_to_do) {
  BOOST_TEST(problems_of(R"({"text":1})") ==
             "text: must be a string, is a number. Put the value in quotes\n");
  BOOST_TEST(problems_of(R"({"narrow":"1","flag":"true","number":"1"})") ==
             "narrow: must be an integer, is a string. Write a number without quotes\n"
             "number: must be a number, is a string. Write a number without quotes\n"
             "flag: must be true or false, is a string. Write true or false without quotes\n");
  BOOST_TEST(problems_of(R"({"list":["a",2,{}],"map":{"k":[1]}})") ==
             "map[k]: must be a string, is a list. Put the value in quotes\n"
             "list[1]: must be a string, is a number. Put the value in quotes\n"
             "list[2]: must be a string, is an object. Put the value in quotes\n");
  BOOST_TEST(problems_of(R"({"object":[],"items":[{"name":"a"},7]})") ==
             "object: must be an object, is a list. Write its fields below it\n"
             "items[1]: must be an object, is a number. Write its fields below it\n");
  BOOST_TEST(problems_of(R"({"object":{"name":true}})") ==
             "object.name: must be a string, is true or false. Put the value in quotes\n");
}

BOOST_AUTO_TEST_CASE(numbers_keep_to_their_range) {
  BOOST_TEST(problems_of(R"({"narrow":2147483648})") ==
             "narrow: is out of range. Write a whole number from -2147483648 to 2147483647\n");
  BOOST_TEST(problems_of(R"({"narrow":1.5})") ==
             "narrow: must be an integer, has a fraction. Write a whole number\n");
  BOOST_TEST(!problems_of(R"({"wide":18446744073709551615})").empty());
  BOOST_TEST(!problems_of(R"({"wide":1e300})").empty());
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_object_is_one_error_of_the_document) {
  for (const std::string_view text : {"", "  ", "[]", "7", "{", "{\"a\":}", "{\"a\":NaN}", "nul",
                                      "{\"a\":\"\xff\"}", "{\"a\":Infinity}", "{} {}"}) {
    field_errors errors;
    BOOST_TEST(!read_json_object(text, errors, [](json_reader&) { BOOST_ERROR("was used"); }),
               "text: " << text);
    BOOST_REQUIRE(errors.size() == 1);
    BOOST_TEST(errors.front().path.empty());
    BOOST_TEST(!errors.front().remedy.empty());
  }
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_bounded) {
  const auto nested = [](int depth) {
    std::string text = "{\"raw\":";
    for (int i = 1; i < depth; ++i) text += "[";
    for (int i = 1; i < depth; ++i) text += "]";
    return text + "}";
  };
  field_errors errors;
  read(nested(limits::document_depth_max - 1), errors);
  BOOST_TEST(errors.empty());
  BOOST_TEST(problems_of(nested(1'000'000)) == "is nested deeper than 64 levels. Flatten it\n");
  const std::string large = "{\"a\":\"" + std::string(5 << 20, 'x') + "\"}";
  BOOST_TEST(problems_of(large).starts_with("is too large"));
  errors.clear();
  BOOST_TEST(read_json_object(
      large, errors, [](json_reader&) {}, 6 << 20));
}

BOOST_AUTO_TEST_CASE(a_flood_of_errors_is_cut) {
  std::string text = "{\"list\":[1";
  for (int i = 0; i < 10'000; ++i) text += ",1";
  field_errors errors;
  read(text + "]}", errors);
  BOOST_TEST(errors.size() == field_errors_max);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
