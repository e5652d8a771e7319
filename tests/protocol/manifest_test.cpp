// The corpus of manifests: what Apache accepts has no findings, and beside every bad manifest
// stands what is found in it (`DREY_REWRITE=1` writes these files anew, to be read before they are
// kept).
#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "protocol/limits.hpp"
#include "protocol/manifest_check.hpp"
#include "protocol/primary_codec.hpp"

namespace drey {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

std::vector<fs::path> yaml_files(const std::string& folder) {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(fs::path(DREY_SOURCE_DIR) / folder))
    if (entry.path().extension() == ".yaml") all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<fs::path> corpus(const std::string& folder) {
  return yaml_files("tests/protocol/manifests/" + folder);
}

findings check(std::string_view text) {
  const std::vector<manifest> files{read_manifest(text)};
  return check_manifests(files, offline_validation()).at(0);
}

std::string lines_of(const findings& all) {
  std::string out;
  for (const auto& one : all) out += std::to_string(one.line) + ": " + text_of_finding(one) + "\n";
  return out;
}

BOOST_AUTO_TEST_SUITE(manifests)

BOOST_AUTO_TEST_CASE(good_manifests_have_no_findings) {
  const auto files = corpus("good");
  BOOST_TEST(files.size() >= 10);
  for (const auto& file : files)
    for (const auto& one : check(text_of(file)))
      BOOST_TEST((one.level == severity::note), file.filename().string()
                                                    << ": " << text_of_finding(one));
}

BOOST_AUTO_TEST_CASE(the_examples_have_no_findings) {
  for (const auto& file : yaml_files("configs/examples"))
    for (const auto& one : check(text_of(file)))
      BOOST_TEST((one.level == severity::note), file.filename().string()
                                                    << ": " << text_of_finding(one));
}

BOOST_AUTO_TEST_CASE(good_manifests_survive_a_round_trip) {
  for (const auto& file : corpus("good"))
    for (const auto& resource : read_manifest(text_of(file)).resources) {
      const auto once = encode_primary(resource.value);
      const auto back = decode_primary(kind_of(resource.value), once);
      BOOST_REQUIRE(std::holds_alternative<object>(back));
      BOOST_TEST(encode_primary(std::get<object>(back)) == once, file.filename().string());
    }
}

BOOST_AUTO_TEST_CASE(bad_manifests_tell_what_is_wrong) {
  const auto files = corpus("bad");
  BOOST_TEST(files.size() >= 35);
  for (const auto& file : files) {
    auto expected = file;
    expected.replace_extension(".expected");
    const auto found = lines_of(check(text_of(file)));
    BOOST_TEST(!found.empty(), file.filename().string());
    if (std::getenv("DREY_REWRITE")) std::ofstream(expected) << found;
    BOOST_TEST(found == text_of(expected), file.filename().string() << " finds\n" << found);
  }
}

BOOST_AUTO_TEST_CASE(every_finding_has_a_line_and_a_remedy) {
  for (const auto& file : corpus("bad"))
    for (const auto& one : check(text_of(file))) {
      BOOST_TEST(one.line > 0, file.filename().string() << ": " << text_of_finding(one));
      BOOST_TEST(!one.remedy.empty(), file.filename().string() << ": " << text_of_finding(one));
    }
}

BOOST_AUTO_TEST_CASE(a_file_has_bounds) {
  const std::string head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n";
  std::string large = head;
  while (large.size() < (5u << 20))
    large += "  k" + std::to_string(large.size()) + ": " + std::string(200, 'x') + "\n";
  BOOST_TEST(lines_of(check(large)) ==
             "0: is larger than 4194304 bytes. Split it into several files\n");
  large.resize(limits::manifest_bytes_max - 300);
  large.resize(large.rfind('\n') + 1);
  BOOST_TEST(lines_of(check(large)) ==
             "2: note: kind: ConfigMap is passed over. Kubernetes itself checks it\n");
  BOOST_TEST(lines_of(check("a: \xff\xfe")) == "0: is not UTF-8. Save the file as UTF-8\n");
  std::string many;
  for (int i = 0; i < 5'000; ++i) many += "---\ntext\n";
  BOOST_TEST(check(many).size() == 1'001);
}

BOOST_AUTO_TEST_CASE(mutilated_manifests_are_judged_and_never_more) {
  std::vector<std::string> texts;
  for (const auto& folder : {"good", "bad"})
    for (const auto& file : corpus(folder)) texts.push_back(text_of(file));
  const std::string pieces = "\n \t:-[]{}#&*!|>'\"%@`,?.0x~\x80\xc3<";
  BOOST_TEST(rc::check([&] {
    auto text = *rc::gen::elementOf(texts);
    const auto hits = *rc::gen::inRange(1, 8);
    for (int i = 0; i < hits && !text.empty(); ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto piece = *rc::gen::elementOf(pieces);
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          text[at] = piece;
          break;
        case 1:
          text.insert(at, 1, piece);
          break;
        default:
          text.erase(at, *rc::gen::inRange<std::size_t>(1, 20));
      }
    }
    for (const auto& one : check(text)) RC_ASSERT(!one.problem.empty());
  }));
}

BOOST_AUTO_TEST_CASE(a_large_resource_is_read_quickly_and_whole) {
  std::string text =
      "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: {name: a}\nspec:\n"
      "  flinkConfiguration:\n";
  constexpr int keys = 50'000;
  for (int i = 0; i < keys; ++i)
    text += "    key." + std::to_string(i) + ": \"\\u0001\\u0002 value\"\n";
  const auto file = read_manifest(text);
  BOOST_REQUIRE(file.resources.size() == 1);
  BOOST_TEST(file.found.empty());
  const auto& cluster = std::get<flink_deployment>(file.resources.front().value);
  BOOST_TEST(cluster.spec->flink_configuration.size() == keys);
}

BOOST_AUTO_TEST_CASE(jobs_are_judged_with_a_cluster_of_another_file) {
  const std::vector<manifest> files{
      read_manifest("apiVersion: flink.apache.org/v1beta1\nkind: FlinkSessionJob\n"
                    "metadata: {name: j, namespace: default}\n"
                    "spec: {deploymentName: c, job: {jarURI: 'https://a.b/c.jar'}}\n"),
      read_manifest(
          "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\n"
          "metadata: {name: c}\n"
          "spec: {flinkVersion: v1_20, serviceAccount: f,\n"
          "  jobManager: {resource: {memory: 1g}}, taskManager: {resource: {memory: 1g}}}\n")};
  const auto found = check_manifests(files, offline_validation());
  BOOST_TEST(lines_of(found.at(0)) ==
             "4: spec.job.parallelism: must be at least 1, is 0. Say how many parallel instances "
             "the job shall have\n");
  BOOST_TEST(lines_of(found.at(1)).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace drey
