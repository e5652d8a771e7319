// What each Flink can do, and its configuration file.
#include "protocol/flink_versions.hpp"

#include <yaml-cpp/yaml.h>

#include <boost/test/unit_test.hpp>

#include "protocol/spec_fields.hpp"

namespace drey {
namespace {

using v = flink_version;

rendered_configuration rendered(const configuration& config, flink_version version) {
  auto result = render_configuration(config, version);
  BOOST_REQUIRE(std::holds_alternative<rendered_configuration>(result));
  return std::get<rendered_configuration>(std::move(result));
}

BOOST_AUTO_TEST_SUITE(versions_of_flink)

BOOST_AUTO_TEST_CASE(every_version_has_its_row) {
  for (const auto version : values_of(std::type_identity<flink_version>{})) {
    const auto& row = capabilities_of(version);
    auto number = "v" + std::string(row.number);
    std::replace(number.begin(), number.end(), '.', '_');
    BOOST_TEST(name_of(version) == number);
    BOOST_TEST((row.format == configuration_format::yaml) == (version >= v::v2_0));
  }
}

BOOST_AUTO_TEST_CASE(the_steps_between_versions) {
  BOOST_TEST(capabilities_of(v::v1_15).snapshot_format == 3);
  BOOST_TEST(capabilities_of(v::v1_16).snapshot_format == 4);
  BOOST_TEST(capabilities_of(v::v1_20).snapshot_format == 4);
  BOOST_TEST(capabilities_of(v::v2_0).snapshot_format == 5);
  BOOST_TEST(capabilities_of(v::v2_1).snapshot_format == 6);
  BOOST_TEST(!capabilities_of(v::v1_12).trigger_id);
  BOOST_TEST(!capabilities_of(v::v1_14).trigger_id);
  BOOST_TEST(capabilities_of(v::v1_15).trigger_id);
  BOOST_TEST(capabilities_of(v::v1_14).claim_field == "");
  BOOST_TEST(capabilities_of(v::v1_19).claim_field == "restoreMode");
  BOOST_TEST(capabilities_of(v::v1_20).claim_field == "claimMode");
  BOOST_TEST(!capabilities_of(v::v1_16).run_configuration);
  BOOST_TEST(capabilities_of(v::v1_17).run_configuration);
  BOOST_TEST(capabilities_of(v::v1_17).checkpoint_trigger);
  BOOST_TEST(!capabilities_of(v::v1_17).rescale);
  BOOST_TEST(capabilities_of(v::v1_16).high_availability_key == "high-availability");
  BOOST_TEST(capabilities_of(v::v1_17).high_availability_key == "high-availability.type");
  BOOST_TEST(capabilities_of(v::v1_19).checkpoint_dir_key == "state.checkpoints.dir");
  BOOST_TEST(capabilities_of(v::v1_20).checkpoint_dir_key == "execution.checkpointing.dir");
  BOOST_TEST(capabilities_of(v::v1_20).graph_key_prefix == "jobGraph-");
  BOOST_TEST(capabilities_of(v::v2_0).graph_key_prefix == "executionPlan-");
}

BOOST_AUTO_TEST_CASE(both_spellings_of_a_setting_are_read) {
  BOOST_TEST(checkpoint_dir_of({{"state.checkpoints.dir", "s3://a"}}).value() == "s3://a");
  BOOST_TEST(savepoint_dir_of({{"execution.checkpointing.savepoint-dir", "s3://b"}}).value() ==
             "s3://b");
  BOOST_TEST(is_highly_available({{"high-availability", "kubernetes"}}));
  BOOST_TEST(is_highly_available({{"high-availability.type", "ZOOKEEPER"}}));
  BOOST_TEST(!is_highly_available({{"high-availability.type", "NONE"}}));
  BOOST_TEST(!is_highly_available({}));
}

BOOST_AUTO_TEST_CASE(a_setting_is_spelled_as_its_version_knows_it) {
  const configuration newest{{"high-availability.type", "Kubernetes"},
                             {"execution.checkpointing.dir", "s3://a"},
                             {"execution.checkpointing.interval", "1 s"},
                             {"restart-strategy.type", "none"}};
  BOOST_TEST((spelled_for(v::v1_20, newest) == newest));
  BOOST_TEST(
      (spelled_for(v::v1_16, newest) == configuration{{"high-availability", "Kubernetes"},
                                                      {"state.checkpoints.dir", "s3://a"},
                                                      {"execution.checkpointing.interval", "1 s"},
                                                      {"restart-strategy", "none"}}));
  BOOST_TEST(spelled_for(v::v1_15, newest).at("high-availability") ==
             "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory");
  BOOST_TEST(spelled_for(v::v1_12, {{"high-availability", "zookeeper"}}).at("high-availability") ==
             "zookeeper");
}

BOOST_AUTO_TEST_CASE(what_an_old_key_says_stays) {
  const auto both = spelled_for(v::v1_12, {{"execution.checkpointing.savepoint-dir", "s3://new"},
                                           {"state.savepoints.dir", "s3://old"}});
  BOOST_TEST((both == configuration{{"state.savepoints.dir", "s3://old"}}));
}

BOOST_AUTO_TEST_CASE(before_two_a_line_per_key) {
  const auto file =
      rendered({{"b.key", "2: #x"}, {"a", "1"}, {"empty", ""}, {"c", "x\ny"}}, v::v1_20);
  BOOST_TEST(file.file_name == "flink-conf.yaml");
  BOOST_TEST(file.content == "a: 1\nb.key: 2: #x\nc: x y\n");
  BOOST_REQUIRE(file.warnings.size() == 2);
  BOOST_TEST(file.warnings[0].path == "b.key");
  BOOST_TEST(file.warnings[1].path == "c");
}

BOOST_AUTO_TEST_CASE(a_key_cannot_smuggle_in_another) {
  const auto file = rendered({{"a\nb", "1"}, {"c#d", "1"}, {"e: f", "1"}}, v::v1_12);
  BOOST_TEST(file.content == "");
  BOOST_TEST(file.warnings.size() == 3);
}

BOOST_AUTO_TEST_CASE(from_two_on_it_is_yaml_that_reads_back) {
  const configuration config{{"a.number", "0123"},
                             {"b.yes", "yes"},
                             {"c.text", "x: #y\n\"z\"\\ \x01 é"},
                             {"$internal.flink.version", "v2_0"},
                             {"odd key: x", "- a"},
                             {"null", ""}};
  const auto file = rendered(config, v::v2_0);
  BOOST_TEST(file.file_name == "config.yaml");
  BOOST_TEST(file.warnings.empty());
  configuration back;
  for (const auto& pair : YAML::Load(file.content)) {
    BOOST_TEST(pair.second.Tag() == "!");  // quoted: Flink keeps the text as it is
    back[pair.first.as<std::string>()] = pair.second.as<std::string>();
  }
  BOOST_TEST((back == config));
}

BOOST_AUTO_TEST_CASE(from_two_on_a_key_may_not_contain_another) {
  const auto result =
      render_configuration({{"a.b", "1"}, {"a.b.c", "2"}, {"a.bc", "3"}, {"a", "4"}}, v::v2_3);
  BOOST_REQUIRE(std::holds_alternative<field_errors>(result));
  std::string all;
  for (const auto& one : std::get<field_errors>(result)) all += one.path + " ";
  BOOST_TEST(all == "a.b a.b.c a.b.c a.bc ");
  BOOST_TEST(std::holds_alternative<rendered_configuration>(
      render_configuration({{"a.b", "1"}, {"a.b.c", "2"}}, v::v1_20)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
