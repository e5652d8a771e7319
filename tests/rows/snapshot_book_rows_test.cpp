/// What a job makes of the FlinkStateSnapshots that name it, and the resource of a periodic one.
#include "actors/snapshot_book.hpp"
#include "actors/snapshot_status.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "actors/pause.hpp"

namespace drey::rows {

namespace {

constexpr milliseconds now{100'000};
const std::string job_uid = "job-uid";
const job_reference orders{object_kind::flink_session_job, {"flink", "orders"}};

template <class... Changes>
object_ptr a_snapshot(const std::string& name, Changes... changes) {
  flink_state_snapshot x;
  x.metadata.name = name;
  x.metadata.uid = name + "-uid";
  x.metadata.labels[std::string(trigger_type_label)] = "PERIODIC";
  x.metadata.creation_timestamp = milliseconds{50'000};
  auto spec = std::make_shared<flink_state_snapshot_spec>();
  spec->savepoint.emplace();
  x.spec = std::move(spec);
  (changes(x), ...);
  return std::make_shared<object>(std::move(x));
}

auto in_state(std::string state) {
  return [=](flink_state_snapshot& x) { x.status.state = state; };
}
auto failed(std::int32_t times) {
  return [=](flink_state_snapshot& x) { x.status.failures = times; };
}
auto labelled(std::string trigger) {
  return [=](flink_state_snapshot& x) {
    x.metadata.labels[std::string(trigger_type_label)] = trigger;
  };
}

scheduled_snapshot entry_of(const object_ptr& one) {
  snapshot_book book;
  book.told({one});
  return book.all(job_uid, now)->at(0);
}

bool is_in(const snapshot_book& book, const std::string& name, milliseconds at = now) {
  const auto all = book.all(job_uid, at);
  return std::ranges::find(*all, name, &scheduled_snapshot::name) != all->end();
}

snapshot_fate fate_of(const snapshot_book& book, milliseconds at = now) {
  return book.all(job_uid, at)->at(0).fate;
}

const periodic_order nightly{snapshot_kind::savepoint, milliseconds{60'000}};

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_book_rows)

BOOST_AUTO_TEST_CASE(how_a_snapshot_stands) {
  using enum snapshot_stand;
  BOOST_CHECK(entry_of(a_snapshot("a")).stand == taking);
  BOOST_CHECK(entry_of(a_snapshot("a", in_state("TRIGGER_PENDING"))).stand == taking);
  BOOST_CHECK(entry_of(a_snapshot("a", in_state("IN_PROGRESS"), failed(2))).stand == taking);
  BOOST_CHECK(entry_of(a_snapshot("a", in_state("TRIGGER_PENDING"), failed(1))).stand == retrying);
  BOOST_CHECK(entry_of(a_snapshot("a", in_state("FAILED"))).stand == over);
  BOOST_CHECK(entry_of(a_snapshot("a", in_state("ABANDONED"))).stand == over);
  BOOST_CHECK(entry_of(a_snapshot("a", [](flink_state_snapshot& x) {
                x.metadata.annotations[std::string(paused_key)] = "true";
              })).stand == dormant);
  BOOST_CHECK(entry_of(a_snapshot("a", [](flink_state_snapshot& x) {
                x.status.conditions.push_back({"Stalled", "True", "Invalid", "", {}, 0});
              })).stand == dormant);
  const auto complete = entry_of(a_snapshot("a", [](flink_state_snapshot& x) {
    x.status.state = "COMPLETED";
    x.status.result_timestamp = "1970-01-01T00:00:55.500Z";
  }));
  BOOST_CHECK(complete.stand == completed);
  BOOST_TEST(complete.completed.count() == 55'500);
  BOOST_TEST(complete.created.count() == 50'000);
}

BOOST_AUTO_TEST_CASE(who_asked_for_it_is_in_its_label) {
  BOOST_CHECK(entry_of(a_snapshot("a")).trigger == snapshot_trigger::periodic);
  BOOST_CHECK(entry_of(a_snapshot("a", labelled("UPGRADE"))).trigger == snapshot_trigger::upgrade);
  BOOST_CHECK(entry_of(a_snapshot("a", labelled("MANUAL"))).trigger == snapshot_trigger::manual);
  BOOST_CHECK(entry_of(a_snapshot("a", [](flink_state_snapshot& x) {
                x.metadata.labels.clear();
              })).trigger == snapshot_trigger::manual);
}

BOOST_AUTO_TEST_CASE(nothing_is_known_before_it_was_told) {
  snapshot_book book;
  BOOST_TEST(!book.all(job_uid, now));
  book.told({});
  BOOST_TEST(book.all(job_uid, now)->empty());
}

BOOST_AUTO_TEST_CASE(those_of_a_namesake_that_is_gone_are_not_its_own) {
  const auto taken_of = [](std::string uid) {
    return a_snapshot("a", [=](flink_state_snapshot& x) {
      x.status.origin = snapshot_origin{uid, "", "", 0};
    });
  };
  snapshot_book book;
  book.told({taken_of("another-uid")});
  BOOST_TEST(!is_in(book, "a"));
  book.told({taken_of(job_uid)});
  BOOST_TEST(is_in(book, "a"));
}

BOOST_AUTO_TEST_CASE(what_was_made_counts_before_it_is_told_of) {
  snapshot_book book;
  book.told({});
  book.made(nightly, a_snapshot("a"), now);
  BOOST_TEST(is_in(book, "a"));
  book.told({a_snapshot("a")});
  book.told({});  // somebody took it away: when it was made is still known
  BOOST_TEST(!is_in(book, "a"));
  BOOST_TEST(book.last(snapshot_kind::savepoint).count() == 60'000);
  BOOST_TEST(book.last(snapshot_kind::checkpoint).count() == 0);
  // It was there before: nobody knows since when.
  book.made({snapshot_kind::checkpoint, milliseconds{70'000}}, nullptr, milliseconds{250'000});
  BOOST_TEST(book.last(snapshot_kind::checkpoint).count() == 250'000);
}

BOOST_AUTO_TEST_CASE(what_was_let_go_goes_before_it_is_told_of) {
  snapshot_book book;
  book.told({a_snapshot("a")});
  BOOST_CHECK(fate_of(book) == snapshot_fate::stays);
  book.let_go("a-uid");
  BOOST_CHECK(fate_of(book) == snapshot_fate::goes);
  book.told(
      {a_snapshot("a", [](flink_state_snapshot& x) { x.metadata.deletion_timestamp = now; })});
  BOOST_CHECK(fate_of(book) == snapshot_fate::goes);
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_kept_for_a_while) {
  snapshot_book book;
  book.told({a_snapshot("a")});
  book.kept("a-uid", now + milliseconds{1});
  BOOST_CHECK(fate_of(book) == snapshot_fate::kept);
  BOOST_CHECK(fate_of(book, now + milliseconds{1}) == snapshot_fate::stays);
}

BOOST_AUTO_TEST_CASE(the_resource_is_as_apache_makes_it) {
  snapshot_options options;
  options.format = "NATIVE";
  const auto x = periodic_snapshot(orders, job_uid, nightly, options, {{"team", "a"}});
  BOOST_TEST(x.metadata.ns == "flink");
  BOOST_TEST(x.metadata.name == "orders-savepoint-periodic-60000");
  const string_map labels{{"job-reference.kind", "FlinkSessionJob"},
                          {"job-reference.name", "orders"},
                          {"snapshot.trigger-type", "PERIODIC"},
                          {"snapshot.type", "SAVEPOINT"},
                          {"team", "a"}};
  BOOST_CHECK(x.metadata.labels == labels);
  BOOST_TEST(x.metadata.owners.empty());
  BOOST_TEST(x.spec->job_kind.value() == "FlinkSessionJob");
  BOOST_TEST(x.spec->job_name.value() == "orders");
  BOOST_TEST(x.spec->savepoint->format_type == "NATIVE");
  BOOST_TEST(!x.spec->savepoint->dispose_on_delete);
  BOOST_TEST(!x.spec->checkpoint);
  options.files = disposal::with_resource;
  BOOST_TEST(
      periodic_snapshot(orders, job_uid, nightly, options, {}).spec->savepoint->dispose_on_delete);
  const auto checkpoint =
      periodic_snapshot(orders, job_uid, {snapshot_kind::checkpoint, milliseconds{7}}, options, {});
  BOOST_TEST(checkpoint.metadata.name == "orders-checkpoint-periodic-7");
  BOOST_TEST((checkpoint.spec->checkpoint && !checkpoint.spec->savepoint));
}

BOOST_AUTO_TEST_CASE(that_of_an_application_names_its_cluster) {
  const auto x = resource_of({object_kind::flink_deployment, {"flink", "billing"}},
                             {"billing-1", snapshot_kind::savepoint}, {}, {});
  BOOST_TEST(x.spec->job_kind.value() == "FlinkDeployment");
  BOOST_TEST(x.metadata.labels.at("job-reference.kind") == "FlinkDeployment");
  BOOST_TEST(x.metadata.labels.at("job-reference.name") == "billing");
}

BOOST_AUTO_TEST_CASE(what_a_job_was_stopped_with_says_where_it_belongs) {
  const snapshot_origin origin{job_uid, std::string(32, '1'), "session", 5};
  const auto x = resource_of(orders,
                             {"orders-savepoint-upgrade-1", snapshot_kind::savepoint,
                              snapshot_trigger::upgrade, "s3://sp/1", origin},
                             {}, {});
  BOOST_TEST(x.metadata.name == "orders-savepoint-upgrade-1");
  BOOST_TEST(x.metadata.labels.at("snapshot.trigger-type") == "UPGRADE");
  BOOST_TEST(x.spec->savepoint->already_exists);
  BOOST_TEST(x.spec->savepoint->path == "s3://sp/1");
  BOOST_CHECK(origin_named_by(x.metadata) == origin);
  auto written = x.metadata;
  for (const auto* text : {"", "a b c", "a b c 5 d", "a b c five"}) {
    written.annotations[std::string(origin_key)] = text;
    BOOST_CHECK(!origin_named_by(written));
  }
  BOOST_CHECK(!origin_named_by({}));
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_by_a_nonce_is_taken_by_its_resource) {
  const auto name =
      name_of_made("orders", job_uid, snapshot_kind::checkpoint, snapshot_trigger::manual, now);
  BOOST_TEST(name == "orders-checkpoint-manual-" + std::to_string(now.count()));
  const auto x =
      resource_of(orders, {name, snapshot_kind::checkpoint, snapshot_trigger::manual}, {}, {});
  BOOST_TEST(x.metadata.labels.at("snapshot.trigger-type") == "MANUAL");
  BOOST_TEST((x.spec->checkpoint && !x.spec->savepoint));
  BOOST_TEST(x.metadata.annotations.empty());
}

BOOST_AUTO_TEST_CASE(a_name_that_is_too_long_is_cut_and_still_tells_jobs_apart) {
  const job_reference longest{object_kind::flink_session_job, {"flink", std::string(253, 'a')}};
  const auto one = periodic_snapshot(longest, "uid-1", nightly, {}, {});
  const auto two = periodic_snapshot(longest, "uid-2", nightly, {}, {});
  BOOST_TEST(one.metadata.name.size() == 253U);
  BOOST_TEST(one.metadata.name.ends_with("-savepoint-periodic-60000"));
  BOOST_TEST(one.metadata.name != two.metadata.name);
  BOOST_TEST(!one.metadata.labels.contains("job-reference.name"));
  BOOST_TEST(one.spec->job_name.value() == longest.name.name);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
