// YAML as kubectl reads it, and files that want to hurt.
#include "protocol/yaml_tree.hpp"

#include <boost/test/unit_test.hpp>

#include "protocol/limits.hpp"

namespace drey {
namespace {

/// All documents as JSON, one a line, then the errors.
std::string read(std::string_view text) {
  field_errors errors;
  const auto tree = yaml_tree::parse(text, errors);
  std::string out;
  for (const auto document : tree.documents()) out += tree.json_of(document) + "\n";
  for (const auto& one : errors) out += std::to_string(one.line) + ": " + text_of_error(one) + "\n";
  return out;
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

BOOST_AUTO_TEST_SUITE(yaml)

BOOST_AUTO_TEST_CASE(plain_scalars_mean_what_kubectl_takes_them_for) {
  BOOST_TEST(read("[true, False, yes, NO, on, Off, y, N]") ==
             "[true,false,true,false,true,false,true,false]\n");
  BOOST_TEST(read("[~, null, NULL, , '']") == "[null,null,null,null,\"\"]\n");
  BOOST_TEST(read("[7, -7, +7, 007, 0o17, 0x1F, 0b101, 1_000, 08, 18446744073709551615]") ==
             "[7,-7,7,7,15,31,5,1000,8,18446744073709551615]\n");
  BOOST_TEST(read("[1.5, .5, 5., 1e3, -1.5E-3, 99999999999999999999]") ==
             "[1.5,0.5,5,1000,-0.0015,1e+20]\n");
  BOOST_TEST(read("[1.20.3, v1_20, 10s, 2026-07-20, 1:30, 0x, -, ., truE, nULL, 1e999]") ==
             R"(["1.20.3","v1_20","10s","2026-07-20","1:30","0x","-",".","truE","nULL","1e999"])"
             "\n");
}

BOOST_AUTO_TEST_CASE(quotes_and_the_string_tag_make_text) {
  BOOST_TEST(read(R"(["yes", '7', !!str 7, !!int 7, "a\tb\u0001", |-
  x])")
                 .starts_with("1:"));  // a block scalar has no place in a flow list
  BOOST_TEST(read(R"(["yes", '7', !!str 7, !!int 7, "a\tb"])") ==
             "[\"yes\",\"7\",\"7\",7,\"a\\tb\"]\n");
  BOOST_TEST(read("a: |\n  1\n  2\nb: >-\n  x\n  y\n") == "{\"a\":\"1\\n2\\n\",\"b\":\"x y\"}\n");
}

BOOST_AUTO_TEST_CASE(keys_are_strings) {
  BOOST_TEST(read("{1: a, yes: b, 1.5: c, \"q\\\"\": d}") ==
             "{\"1\":\"a\",\"true\":\"b\",\"1.5\":\"c\",\"q\\\"\":\"d\"}\n");
  BOOST_TEST(read("{~: a}") == "1: a key is empty. Give the field a name\n");
  BOOST_TEST(read("? [a]\n: b\n") == "1: a key is not a scalar. Write the key as a string\n");
}

BOOST_AUTO_TEST_CASE(aliases_and_merge_keys_are_followed) {
  BOOST_TEST(read("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\n") ==
             R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"q":3,"p":1}})"
             "\n");
  BOOST_TEST(read("a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}\n") ==
             R"({"a":{"p":1},"b":{"p":2,"q":2},"c":{"p":1,"q":2}})"
             "\n");
  BOOST_TEST(read("&k name: v\nother: *k\n") == R"({"name":"v","other":"name"})"
                                                "\n");
  BOOST_TEST(read("a: &k 7\n*k : v\n") == R"({"a":7,"7":"v"})"
                                          "\n");
  BOOST_TEST(read("a: *nobody\n").starts_with("1: is not valid YAML"));
}

BOOST_AUTO_TEST_CASE(documents_before_an_error_are_kept) {
  BOOST_TEST(
      read("a: 1\n---\nb: 2\n---\nc: [\n") ==
      "{\"a\":1}\n{\"b\":2}\n6: is not valid YAML: end of sequence flow not found. Correct the "
      "text\n");
}

BOOST_AUTO_TEST_CASE(documents_are_marked) {
  BOOST_TEST(read("\xef\xbb\xbf"
                  "é: 1\n...\n# c\n---\nb: 2\n") == "{\"é\":1}\n{\"b\":2}\n");
  BOOST_TEST(read("é: 1\n...\nb: 2\n") == "{\"é\":1}\n{\"b\":2}\n");
  BOOST_TEST(read("- é\nb: c\n") ==
             "[\"é\"]\n2: does not belong to what stands above it. Correct the indentation, or "
             "begin a new document with ---\n");
  BOOST_TEST(read("a: \x01\n") == "1: holds a control character. Remove it\n");
}

BOOST_AUTO_TEST_CASE(every_field_knows_its_line) {
  field_errors errors;
  const auto tree = yaml_tree::parse(
      "spec:\n  job:\n    args:\n    - a\n    - b\n  conf:\n    x.y: 1\n    x:\n      z: 2\n",
      errors);
  const auto root = tree.documents().at(0);
  BOOST_TEST(tree.line_of(root, "") == 1);
  BOOST_TEST(tree.line_of(root, "spec.job.args[1]") == 5);
  BOOST_TEST(tree.line_of(root, "spec.job.args[9]") == 3);
  BOOST_TEST(tree.line_of(root, "spec.job.missing.deeper") == 2);
  BOOST_TEST(tree.line_of(root, "spec.conf[x.y]") == 7);
  BOOST_TEST(tree.line_of(root, "spec.conf[x.z]") == 9);
  BOOST_TEST(tree.line_of(root, "nothing") == 1);
}

BOOST_AUTO_TEST_CASE(duplicate_keys_are_refused) {
  BOOST_TEST(read("a: 1\nb: 2\n'a': 3\n") ==
             "3: the key 'a' was given before, in line 1. Keep one of the two\n");
}

BOOST_AUTO_TEST_CASE(numbers_that_json_lacks_are_refused) {
  for (const std::string_view text : {".nan", ".NaN", ".inf", "-.Inf", "+.INF"})
    BOOST_TEST(read(text) == "1: '" + std::string(text) +
                                 "' is not a number that JSON can hold. Put it in quotes\n");
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_never_closed_is_refused) {
  for (const std::string_view text : {"a: \"b\nc: d\n", "a: 'b''\nc: d\n", "a: \"b\\\"\n"})
    BOOST_TEST(read(text) == "1: a quoted text is not closed. Close its quotes\n");
  BOOST_TEST(read("a: \"b\"") == "{\"a\":\"b\"}\n");
  BOOST_TEST(read("a: 'it''s'") == "{\"a\":\"it's\"}\n");
}

BOOST_AUTO_TEST_CASE(depth_is_bounded_in_every_style) {
  const auto block = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    return text;
  };
  BOOST_TEST(read(block(limits::document_depth_max)).starts_with("{\"a\":"));
  const std::string refused = "is nested deeper than 64 levels";
  BOOST_TEST(read(block(limits::document_depth_max + 1)).find(refused) != std::string::npos);
  BOOST_TEST(read(repeated("- ", 100'000)).find(refused) != std::string::npos);
  BOOST_TEST(!read(repeated("[", 1'000'000)).starts_with("["));
  BOOST_TEST(!read(repeated("{a: ", 300'000)).starts_with("{"));
}

BOOST_AUTO_TEST_CASE(bombs_end_early) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const auto name = "a" + std::to_string(i);
    const auto before = "*a" + std::to_string(i - 1);
    bomb += name + ": &" + name + " [" + before + repeated(", " + before, 9) + "]\n";
  }
  BOOST_TEST(read(bomb).find("has more than 200000 values") != std::string::npos);
  const auto large =
      "a: &a \"" + std::string(1 << 20, 'x') + "\"\nb: [*a" + repeated(", *a", 50'000) + "]\n";
  BOOST_TEST(read(large).find("is larger than 4194304 bytes") != std::string::npos);
  const auto merged = "a: &a {p: 1}\nb:\n  <<: [*a" + repeated(", *a", 190'000) + "]\n";
  BOOST_TEST(read(merged).find("has more than 200000 values") != std::string::npos);
  BOOST_TEST(read("a: &a [*a]\n") ==
             "1: an alias stands inside its own anchor. Write the value out\n");
}

BOOST_AUTO_TEST_CASE(rubbish_is_an_error_and_never_more) {
  for (const std::string& text :
       {repeated(": ", 100'000), repeated("? ", 100'000), repeated("*a ", 100'000),
        repeated("&a ", 100'000), repeated("\"", 100'001), repeated("[],", 300'000),
        std::string("\0\0\0", 3), std::string("a: \"\\q\""),
        std::string("%TAG ! !\n%TAG ! !\n--- a"),
        std::string("!<") + std::string(100'000, 'a') + "> x", std::string("a: b: c"),
        std::string("\ta: b"), std::string("a: [1, 2"), std::string("- a\nb: c\n")})
    BOOST_TEST(read(text).find(": ") != std::string::npos, text.substr(0, 20));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
