/// Rows of a job whose spec names what it is to begin with: that is looked at before anything is
/// stopped or started, and told where its Flink cannot read it.
#include "actors/job_start.hpp"

#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const std::string there = "s3://sp/other";

/// What was found there. `format`: none: nobody could look.
auto of_format(std::optional<std::int32_t> format) {
  return [=](job_known& x) { x.reference = {there, "", there, format}; };
}
auto not_found() {
  return [](job_known& x) { x.reference = {"", "there is no snapshot", there}; };
}

const auto rewound = needs(job_need::redeploy);
const auto named = starting_from(there);
const stop_order by_force{stop_way::cancel, first, "", "", 3};

const std::string of_another =
    "spec.job.initialSavepointPath: what lies at s3://sp/other is a snapshot of another Flink: its "
    "_metadata has the format 6, which Flink 2.1 and newer write, and Flink 1.20 reads 4 at most. "
    "Name a snapshot that it can read, or raise spec.flinkVersion and spec.image of its cluster";

const m::running works{t1, first, s(50)};
const auto runs = listed(first, "RUNNING");

const table<m> rewinding_rows{
    {"what a person names was not looked at yet: it runs on",
     seeing(sent({first}), runs, rewound, named), works, cluster_seen{}, works},
    {"its Flink can read it",
     seeing(sent({first}), runs, rewound, named, of_format(4)),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"nobody can look: Flink decides",
     seeing(sent({first}), runs, rewound, named, of_format({})),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
    {"a newer Flink wrote it: the job is not stopped, and a person is told",
     seeing(sent({first}), runs, rewound, named, of_format(6)),
     works,
     cluster_seen{},
     works,
     {note_change{{3, 0, of_another, 0}}, tell{"Warning", "UpgradeHeld", of_another}}},
    {"once",
     seeing(sent({first}), runs, rewound, named, of_format(6),
            change_failed({3, 0, of_another, 0})),
     works, cluster_seen{}, works},
    {"nothing lies there",
     seeing(sent({first}), runs, rewound, named, not_found()),
     works,
     cluster_seen{},
     works,
     {note_change{{3, 0, "there is no snapshot", 0}},
      tell{"Warning", "UpgradeHeld", "there is no snapshot"}}},
    {"another change does not begin there",
     seeing(sent({first}), runs, needs(job_need::restart), upgrades_by(upgrade_mode::stateless),
            named, of_format(6)),
     works,
     cluster_seen{},
     m::intending{t2, by_force},
     {release_slots{}, record_intent{t2}, set_deadline{t2, s(30)}}},
};

const table<m> beginning_rows{
    {"a job that never ran waits until it was looked at", seeing(named), m::waiting{t0}, job_seen{},
     m::waiting{t0}},
    {"a newer Flink wrote it", seeing(named, of_format(6)), m::waiting{t0}, job_seen{},
     m::waiting{t0}},
    {"its Flink can read it",
     seeing(named, of_format(6), flink_is(flink_version::v2_1)),
     m::waiting{t0},
     job_seen{},
     m::reserving{t1, there},
     {reserve_slots{t1}}},
};

std::string why(const m& machine) { return why_not_begun(machine.known); }

}  // namespace

BOOST_AUTO_TEST_SUITE(job_start_rows)

BOOST_AUTO_TEST_CASE(rewinding) { rewinding_rows.hold(); }
BOOST_AUTO_TEST_CASE(beginning) { beginning_rows.hold(); }

BOOST_AUTO_TEST_CASE(what_stands_against_a_snapshot) {
  BOOST_TEST(why(seeing(named)) == "", "it is being looked at");
  BOOST_TEST(why(seeing(named, of_format(6))) == of_another);
  BOOST_TEST(why(seeing(named, of_format(3))) == "");
  BOOST_TEST(why(seeing(named, of_format(0))) ==
             "spec.job.initialSavepointPath: what lies at s3://sp/other is no snapshot of Flink, "
             "or a broken one: its _metadata begins otherwise. Name another");
  BOOST_TEST(why(seeing(named, of_format(9))).find("has the format 9, and Flink 1.20 reads 4") !=
                 std::string::npos,
             "of a Flink that nobody knows yet");
  BOOST_TEST(why(seeing(named, not_found())) == "there is no snapshot");
  BOOST_TEST(why(seeing(starting_from("s3://sp/third"), not_found())) == "", "of another one");
  const auto referred = spec([](job_spec& x) { x.snapshot = snapshot_reference{}; });
  const auto by_reference = seeing(referred, [](job_known& x) {
    x.spec = [&] {
      auto copy = *x.spec;
      copy.job->snapshot->path = there;
      return std::make_shared<const flink_session_job_spec>(std::move(copy));
    }();
    x.reference = {there, "", there, 5};
  });
  BOOST_TEST(why(by_reference).starts_with("spec.job.flinkStateSnapshotReference: what lies at"));
}

/// As the released jars have it.
BOOST_AUTO_TEST_CASE(which_release_reads_which_format) {
  using v = flink_version;
  const auto reads = [](v version, std::int32_t format) {
    return may_begin(seeing(named, of_format(format), flink_is(version)).known);
  };
  const std::map<v, std::int32_t> newest{{v::v1_12, 3}, {v::v1_15, 3}, {v::v1_16, 4}, {v::v1_20, 4},
                                         {v::v2_0, 5},  {v::v2_1, 6},  {v::v2_3, 6}};
  for (const auto& [version, format] : newest) {
    BOOST_TEST(reads(version, format), name_of(version));
    BOOST_TEST(reads(version, 2), name_of(version));
    BOOST_TEST(!reads(version, format + 1), name_of(version));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
