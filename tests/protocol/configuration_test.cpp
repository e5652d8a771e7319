// The few values of Flink's configuration that drey understands, and flattening.
#include "protocol/configuration.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/field_decoder.hpp"

namespace drey {
namespace {

configuration flat(std::string_view json) {
  configuration out;
  field_errors errors;
  read_json_object(json, errors, [&](json_reader& reader) {
    const field_path root;
    if (const auto value = reader.member("c")) read_configuration(*value, {root, errors}, out);
  });
  BOOST_TEST(errors.empty());
  return out;
}

BOOST_AUTO_TEST_SUITE(configurations)

BOOST_AUTO_TEST_CASE(durations_as_flink_reads_them) {
  const auto ms = [](std::string_view text) { return parse_duration(text).value().count(); };
  BOOST_TEST(ms("10 s") == 10'000);
  BOOST_TEST(ms("500ms") == 500);
  BOOST_TEST(ms("500") == 500);
  BOOST_TEST(ms(" 1 MIN ") == 60'000);
  BOOST_TEST(ms("2h") == 7'200'000);
  BOOST_TEST(ms("3 days") == 259'200'000);
  BOOST_TEST(ms("5 secs") == 5'000);
  BOOST_TEST(ms("1500 micros") == 1);
  BOOST_TEST(ms("2500000ns") == 2);
  BOOST_TEST(ms("7 \xc2\xb5s") == 0);
  for (const std::string_view text : {"", "s", "-5 s", "+5 s", "5 fortnights", "1.5 s",
                                      "99999999999999999999 s", "9223372036854775807 d", "5 s s"})
    BOOST_TEST(!parse_duration(text), text);
}

BOOST_AUTO_TEST_CASE(sizes_as_flink_reads_them) {
  BOOST_TEST(parse_memory("1024m").value() == 1LL << 30);
  BOOST_TEST(parse_memory("2 GB").value() == 2LL << 30);
  BOOST_TEST(parse_memory("512").value() == 512);
  BOOST_TEST(parse_memory("1 tebibytes").value() == 1LL << 40);
  for (const std::string_view text : {"", "g", "2Gi", "1.5g", "-1g", "9999999999999999 t"})
    BOOST_TEST(!parse_memory(text), text);
}

BOOST_AUTO_TEST_CASE(quantities_as_kubernetes_reads_them) {
  BOOST_TEST(parse_quantity_milli("500m").value() == 500);
  BOOST_TEST(parse_quantity_milli("1.5").value() == 1'500);
  BOOST_TEST(parse_quantity_milli("2Gi").value() == (2LL << 30) * 1000);
  BOOST_TEST(parse_quantity_milli("1e3").value() == 1'000'000);
  BOOST_TEST(parse_quantity_milli("1E-3").value() == 1);
  BOOST_TEST(parse_quantity_milli("10E").value() == std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(parse_quantity_milli("-1").value() == -1'000);
  BOOST_TEST(parse_quantity_milli(".5").value() == 500);
  BOOST_TEST(parse_quantity_milli("100u").value() == 1);  // rounded up
  for (const std::string_view text :
       {"", "-", ".", "1 Gi", "2gi", "1e", "1e99", "two", "1..2", "0x1"})
    BOOST_TEST(!parse_quantity_milli(text), text);
}

BOOST_AUTO_TEST_CASE(memory_of_a_spec_is_a_flink_size_first) {
  BOOST_TEST(parse_spec_memory("2G").value() == 2LL << 30);
  BOOST_TEST(parse_spec_memory("2Gi").value() == 2LL << 30);
  BOOST_TEST(parse_spec_memory("2 gib").value() == 2LL << 30);
  BOOST_TEST(parse_spec_memory("2.5G").value() == 2'500'000'000);
  BOOST_TEST(parse_spec_memory("1e9").value() == 1'000'000'000);
  BOOST_TEST(!parse_spec_memory("much"));
  BOOST_TEST(!parse_spec_memory(""));
}

BOOST_AUTO_TEST_CASE(the_new_spelling_wins_over_the_old_one) {
  const configuration both{{"new", "1"}, {"old", "2"}};
  BOOST_TEST(value_of(both, "new", "old").value() == "1");
  BOOST_TEST(value_of({{"old", "2"}}, "new", "old").value() == "2");
  BOOST_TEST(!value_of(both, "neither"));
}

BOOST_AUTO_TEST_CASE(nested_configuration_becomes_flat) {
  const configuration expected{{"a.b", "1"},   {"a.c.d", "true"}, {"list", "x;2;0.5"},
                               {"n", "0.25"},  {"big", "1e+21"},  {"s", "text"},
                               {"whole", "3"}, {"odd", "[1];{}"}, {"dotted.key.x", "y"}};
  BOOST_TEST((flat(R"({"c":{"a":{"b":1,"c":{"d":true}},"list":["x",2,0.5],"n":0.25,"big":1e21,
    "s":"text","whole":3.0,"none":null,"empty":{},"no":[],"odd":[[1],{}],
    "dotted.key":{"x":"y"}}})") == expected));
}

BOOST_AUTO_TEST_CASE(a_long_name_over_many_leaves_is_bounded) {
  std::string text = "{\"c\":{\"" + std::string(1'000'000, 'k') + "\":{\"x\":1";
  for (int i = 0; i < 50'000; ++i) text += ",\"" + std::to_string(i) + "\":1";
  configuration out;
  field_errors errors;
  read_json_object(text + "}}}", errors, [&](json_reader& reader) {
    const field_path root;
    if (const auto value = reader.member("c"))
      BOOST_TEST(!read_configuration(*value, {root, errors}, out));
  });
  BOOST_REQUIRE(errors.size() == 1);
  BOOST_TEST(errors.front().problem == "is larger than 4194304 bytes once it is flat");
  BOOST_TEST(out.empty());
}

BOOST_AUTO_TEST_CASE(of_two_spellings_of_one_key_the_later_wins) {
  BOOST_TEST(flat(R"({"c":{"a":{"b":1},"a.b":2}})").at("a.b") == "2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
