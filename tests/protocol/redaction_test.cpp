// What is shown of values that people wrote, and what is not.
#include "protocol/redaction.hpp"

#include <boost/test/unit_test.hpp>

namespace drey {
namespace {

BOOST_AUTO_TEST_SUITE(redaction)

BOOST_AUTO_TEST_CASE(what_looks_secret_is_hidden) {
  const std::string some = R"("abc")";
  for (const std::string name :
       {"s3.secret-key", "s3.access-key", "security.ssl.internal.key-password", "DB_PASSWORD",
        "fs.azure.account.key.x", "apiToken", "security.kerberos.login.keytab", "basic-auth",
        "sasl.jaas.config", "metrics.reporter.x.http-headers",
        "spec.podTemplate.env[Secret].value"})
    BOOST_TEST(shown_value(name, some) == "(hidden)", name);
  for (const std::string value :
       {R"("-Dpassword=x")", R"("https://me:word@example.com/a")", R"("sig&Signature=9")",
        R"(["--token","x"])", R"({"a":{"clientSecret":"x"}})"})
    BOOST_TEST(shown_value("args", value) == "(hidden)", value);
}

BOOST_AUTO_TEST_CASE(what_does_not_is_shown) {
  BOOST_TEST(shown_value("spec.image", R"("registry.example.com/key-auth/flink:1.20")") ==
             "registry.example.com/key-auth/flink:1.20");
  BOOST_TEST(shown_value("a", R"("https://example.com/a@b")") == "https://example.com/a@b");
  BOOST_TEST(shown_value("a", "7") == "7");
  BOOST_TEST(shown_value("a", "true") == "true");
  BOOST_TEST(shown_value("a", "") == "none");
  BOOST_TEST(shown_value("a", R"("")") == R"("")");
}

BOOST_AUTO_TEST_CASE(a_cause_is_shown_unless_it_may_hold_a_secret) {
  BOOST_TEST(shown_cause("java.lang.ArithmeticException: / by zero") ==
             "java.lang.ArithmeticException: / by zero");
  BOOST_TEST(shown_cause("java.io.IOException: 403 of https://me:word@example.com/a") ==
             "java.io.IOException (not shown in full: it looks like a secret)");
}

BOOST_AUTO_TEST_CASE(a_program_does_not_tell_what_it_was_given) {
  const auto secrets = secrets_given({"--rate", "20", "--password", "hunter2", "--api-key=abcdef",
                                      "--db", "jdbc://me:word@db/x", "-t", "1", "--secret", "no"},
                                     {{"s3.secret-key", "zyx"}, {"parallelism.default", "2"}});
  BOOST_TEST(
      shown_cause("java.io.IOException: no login with hunter2, abcdef and zyx at 20", secrets) ==
      "java.io.IOException: no login with (hidden), (hidden) and (hidden) at 20");
  BOOST_TEST(shown_cause("a.B: jdbc://me:word@db/x is away", secrets) == "a.B: (hidden) is away");
  BOOST_TEST(shown_cause("a.B: no token", secrets) ==
             "a.B (not shown in full: it looks like a secret)");
  BOOST_TEST(shown_cause("a.B: no", secrets) == "a.B: no", "so short a word hides nothing");
}

BOOST_AUTO_TEST_CASE(one_short_line) {
  BOOST_TEST(shown_value("a", R"(["b"])") == "(a list)");
  BOOST_TEST(shown_value("a", R"({"b":1})") == "(an object)");
  BOOST_TEST(shown_value("a", R"("one\ntwo\nthree")") == "(3 lines)");
  BOOST_TEST(shown_value("a", "\"" + std::string(80, 'x') + "\"") == std::string(80, 'x'));
  BOOST_TEST(shown_value("a", "\"" + std::string(81, 'x') + "\"") == std::string(80, 'x') + "…");
  BOOST_TEST(shown_value("a", "\"" + std::string(79, 'x') + "éé\"") == std::string(79, 'x') + "…");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
