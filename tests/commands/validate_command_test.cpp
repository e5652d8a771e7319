// `drey validate` and `drey crds` as a person sees them.
#include "sim/commands/validate_command.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "sim/commands/crds_command.hpp"

namespace drey::sim {
namespace {

const std::string manifests = std::string(DREY_SOURCE_DIR) + "/tests/protocol/manifests/";

struct printed {
  int verdict = -1;
  std::string out;
  std::string err;
};

printed validated(const std::vector<std::string>& files) {
  std::ostringstream out;
  std::ostringstream err;
  const int verdict = run_validate(files, out, err);
  return {verdict, out.str(), err.str()};
}

BOOST_AUTO_TEST_SUITE(validate_command)

BOOST_AUTO_TEST_CASE(good_files_are_0) {
  const auto x = validated({manifests + "good/session_cluster.yaml", manifests + "good/json.yaml"});
  BOOST_TEST(x.verdict == 0);
  BOOST_TEST(x.out == "4 resources: 0 errors, 0 warnings\n");
  BOOST_TEST(x.err.empty());
}

BOOST_AUTO_TEST_CASE(warnings_alone_are_0) {
  const auto file = manifests + "bad/unwritable_values.yaml";
  const auto x = validated({file});
  BOOST_TEST(x.verdict == 0);
  BOOST_TEST(
      x.out.starts_with(file + ":10: warning: spec.flinkConfiguration[env.java.opts.all]: "));
  BOOST_TEST(x.out.ends_with("1 resource: 0 errors, 2 warnings\n"));
}

BOOST_AUTO_TEST_CASE(an_error_is_2_and_names_file_line_and_field) {
  const auto file = manifests + "bad/duplicate_key.yaml";
  const auto x = validated({manifests + "good/json.yaml", file});
  BOOST_TEST(x.verdict == 2);
  BOOST_TEST(x.out ==
             file + ":10: the key 'image' was given before, in line 5. Keep one of the two\n" +
                 "1 resource: 1 error, 0 warnings\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_2) {
  for (const auto& file : {manifests + "nowhere.yaml", manifests + "good"}) {
    const auto x = validated({file});
    BOOST_TEST(x.verdict == 2);
    BOOST_TEST(x.err == file + ": cannot be read. Give the path of a YAML file\n");
  }
}

BOOST_AUTO_TEST_CASE(crds_print_as_one_stream) {
  std::ostringstream out;
  BOOST_TEST(run_crds(out) == 0);
  const auto text = out.str();
  for (const std::string name : {"flinkdeployments", "flinksessionjobs", "flinkstatesnapshots"})
    BOOST_TEST(text.find("  name: " + name + ".flink.apache.org\n") != text.npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey::sim
