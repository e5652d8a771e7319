/// Rows of who is an operator beside drey, by what the writers of a status say.
#include "actors/rivals.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

constexpr milliseconds s(std::int64_t seconds) { return milliseconds{seconds * 1'000}; }
constexpr const char* apache = "fabric8-kubernetes-client";

object cluster(std::vector<status_writer> writers) {
  flink_deployment one;
  one.metadata.ns = "flink";
  one.metadata.name = "session";
  one.metadata.uid = "u";
  one.metadata.status_writers = std::move(writers);
  return one;
}
object snapshot(std::vector<status_writer> writers) {
  flink_state_snapshot one;
  one.metadata.ns = "flink";
  one.metadata.uid = "s";
  one.metadata.status_writers = std::move(writers);
  return one;
}

/// Both clocks alike.
moment at(std::int64_t seconds) { return {s(seconds), s(seconds)}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(rivals_rows)

BOOST_AUTO_TEST_CASE(what_was_there_before_this_process) {
  const auto first = [](const object& live, std::int64_t now) {
    return rival_book{}.seen(live, at(now));
  };
  BOOST_TEST(first(cluster({}), 1'000) == "");
  BOOST_TEST(first(cluster({{"drey", s(900)}}), 1'000) == "");
  BOOST_TEST(first(cluster({{apache, s(990)}}), 1'000) == apache);
  BOOST_TEST(first(cluster({{apache, s(990)}, {"drey", s(980)}}), 1'000) == apache);
  BOOST_TEST(first(cluster({{apache, s(980)}, {"drey", s(990)}}), 1'000) == "", "drey took over");
  BOOST_TEST(first(cluster({{apache, s(100)}, {"drey", s(90)}}), 1'000) == "", "it left long ago");
  BOOST_TEST(first(cluster({{apache, s(100)}}), 1'000) == apache,
             "never drey's: an operator at rest writes nothing for hours");
  BOOST_TEST(first(snapshot({{apache, s(100)}}), 1'000) == "",
             "nor is a snapshot that is done written again");
  BOOST_TEST(first(cluster({{"kubectl-edit", s(990)}}), 1'000) == "");
}

BOOST_AUTO_TEST_CASE(what_is_written_before_our_eyes) {
  rival_book book;
  BOOST_TEST(book.seen(cluster({{"drey", s(900)}}), at(1'000)) == "");
  BOOST_TEST(book.seen(cluster({{"drey", s(900)}, {apache, s(1'001)}}), at(1'002)) == apache);
  BOOST_TEST(book.seen(cluster({{"drey", s(900)}, {apache, s(1'001)}}), at(1'003)) == "",
             "seen again");
  BOOST_TEST(book.seen(cluster({{"drey", s(1'005)}, {apache, s(1'001)}}), at(1'006)) == "");
  BOOST_TEST(book.seen(cluster({{"drey", s(1'005)}, {apache, s(1'002)}}), at(1'007)) == apache);
  BOOST_TEST(book.seen(cluster({{"drey", s(900)}, {apache, s(1'001)}}), at(1'008)) == "",
             "an old copy");
}

BOOST_AUTO_TEST_CASE(who_behaves_as_operators_do) {
  for (const std::string name : {"fabric8-kubernetes-client", "flink-kubernetes-operator",
                                 "java-operator-sdk", "FlinkDeploymentController"}) {
    rival_book book;
    book.seen(cluster({{"drey", s(900)}}), at(1'000));
    BOOST_TEST(book.seen(cluster({{"drey", s(900)}, {name, s(1'001)}}), at(1'001)) == name);
  }
  // A person edits, and thinks again; a script that goes on is an operator by its deeds.
  rival_book book;
  book.seen(cluster({{"drey", s(900)}}), at(1'000));
  const auto written = [&](std::int64_t second) {
    return book.seen(cluster({{"drey", s(900)}, {"kubectl-edit", s(second)}}), at(second));
  };
  BOOST_TEST(written(1'001) == "");
  BOOST_TEST(written(1'100) == "");
  BOOST_TEST(written(1'800) == "", "the first is forgotten");
  BOOST_TEST(written(1'810) == "");
  BOOST_TEST(written(1'820) == "kubectl-edit");
  BOOST_TEST(written(1'830) == "kubectl-edit");
}

BOOST_AUTO_TEST_CASE(a_process_before_this_one_yielded) {
  auto live = cluster({{apache, s(100)}, {"drey", s(101)}});
  std::get<flink_deployment>(live).status.conditions.push_back(yielding_to(apache, 1));
  BOOST_TEST(is_told_to_yield(live));
  rival_book book;
  BOOST_TEST(book.seen(live, at(110)) == "another operator");
  BOOST_TEST(book.seen(live, at(111)) == "");
  auto& all = std::get<flink_deployment>(live).status.conditions;
  forget_yield(all);
  BOOST_TEST(all.empty());
  BOOST_TEST(!is_told_to_yield(live));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
