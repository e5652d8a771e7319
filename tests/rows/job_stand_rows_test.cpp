/// How a session job stands towards its cluster.
#include "actors/job_stand.hpp"
#include "tests/rows/job_pictures.hpp"

namespace drey::rows {

namespace {

using namespace job_pictures;

const restore_point chk9{"s3://c/chk-9", 9, "checkpoint"};
const stop_order by_force{stop_way::cancel, first, "", "", 3};

auto started() {
  return [](job_known& x) { x.recorded.change().job.start_time = "1"; };
}
/// What is remembered is in status, too.
auto written() {
  return [](job_known& x) { x.recorded.change().lineage = x.history; };
}

struct stand_row {
  const char* because;
  m machine;
  m::state now;
  job_stand then;
};

const m::reserving reserves{t1, chk9.path};
const m::cancelling sought{t1, s(100), 0, arrival::possible, last_state::sought};

const stand_row stand_rows[] = {
    {"it never ran", seeing(), reserves, job_stand::idle},
    {"it ran, and is to come back", seeing(sent({first}), started()), reserves, job_stand::stopped},
    {"it was stopped, and its last state is on record",
     seeing(recorded_stop_of(by_force), started(), newest_recorded(end_of(first, chk9)), written()),
     reserves, job_stand::stopped},
    {"its last state is not in status yet: its JobManager is needed",
     seeing(recorded_stop_of(by_force), started(), newest_recorded(end_of(first, chk9))), reserves,
     job_stand::moving},
    {"the record is of another execution",
     seeing(recorded_stop_of(by_force), started(), newest_recorded(end_of({"other"}, chk9)),
            written()),
     reserves, job_stand::moving},
    {"it begins anew: no state is needed",
     seeing(recorded_stop_of(by_force), started(), needs(job_need::restart),
            upgrades_by(upgrade_mode::stateless), newest_recorded(chk9)),
     reserves, job_stand::stopped},
    {"deleted, and nothing is to be saved", seeing(sent({first}), deleting()), sought,
     job_stand::idle},
    {"deleted, and its JobManager is needed for its last savepoint",
     seeing(sent({first}), deleting(), saved_first()), sought, job_stand::moving},
    {"that is settled", seeing(sent({first}), deleting(), saved_first()), m::cancelling{t1, s(100)},
     job_stand::idle},
};

}  // namespace

BOOST_AUTO_TEST_CASE(how_a_job_stands) {
  for (const auto& one : stand_rows)
    BOOST_TEST(name_of(stand_of(one.machine.known, one.now)) == name_of(one.then), one.because);
}

}  // namespace drey::rows
