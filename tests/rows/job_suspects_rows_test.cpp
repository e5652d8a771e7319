/// Rows of which jobs are suspected of killing TaskManagers, and of what is told of it.
#include "actors/job_suspects.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

constexpr milliseconds second{1'000};
constexpr milliseconds minute{60'000};

/// A cluster whose tasks and containers are as the rows say; looked at every second.
class cluster_seen_often {
public:
  explicit cluster_seen_often(std::map<std::string, int> tasks) : tasks_(std::move(tasks)) {
    for (const auto* one : {"tm-0", "tm-1"}) ends_[one] = {one, one, std::nullopt, ""};
    pass(second);
  }

  /// The container ends, and these jobs lose their tasks 15 s later, for 5 s.
  void ends(const std::string& pod, const std::vector<std::string>& fallen) {
    ends_[pod].at = now_;
    ends_[pod].how = "OOMKilled, exit code 137";
    pass(15 * second);
    fall(fallen);
  }
  void fall(const std::vector<std::string>& fallen) {
    auto before = tasks_;
    for (const auto& one : fallen) tasks_[one] = 0;
    pass(5 * second);
    tasks_ = std::move(before);
    pass(5 * second);
  }
  void pass(milliseconds length) {
    for (const auto until = now_ + length; now_ < until; now_ += second) look();
  }
  void another_job_manager() { incarnation_ += "+"; }
  void set_state(const std::string& job, const std::string& state) { states_[job] = state; }

  std::string suspected() const {
    if (!suspects.told()) return "not known yet";
    std::string text;
    for (const auto& [job, why] : *suspects.told()) text += (text.empty() ? "" : ", ") + job;
    return text;
  }
  std::string why(const std::string& job) const { return suspects.told()->at(job); }

  job_suspects suspects;

private:
  void look() {
    suspects_sight seen;
    seen.now = {now_, now_};
    seen.incarnation = incarnation_;
    for (const auto& [uid, one] : ends_) seen.ends.push_back(one);
    for (const auto& [name, count] : tasks_) {
      const auto state = states_.contains(name) ? states_.at(name) : std::string("RUNNING");
      seen.jobs.push_back({{"id-of-" + name}, name, name, state, count});
    }
    suspects.look(seen);
  }

  milliseconds now_{second};
  std::string incarnation_ = "jm";
  std::map<std::string, int> tasks_;
  std::map<std::string, std::string> states_;
  std::map<std::string, container_end> ends_;
};

condition suspected_before() {
  return {std::string(suspected_condition), "True", "TaskManagersEnd", "of before", {}, 1};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_suspects_rows)

BOOST_AUTO_TEST_CASE(three_containers_with_the_same_job_are_evidence) {
  cluster_seen_often all{{{"bad", 4}, {"good", 2}}};
  all.ends("tm-0", {"bad"});
  all.ends("tm-1", {"bad"});
  BOOST_TEST(all.suspected() == "not known yet");
  all.ends("tm-0", {"bad"});
  BOOST_TEST(all.suspected() == "bad");
  BOOST_TEST(
      all.why("bad") ==
      "its tasks fell with 3 containers of TaskManagers that ended within 10 min: tm-0 at "
      "1970-01-01T00:00:02Z (OOMKilled, exit code 137), tm-1 at 1970-01-01T00:00:27Z (OOMKilled, "
      "exit code 137), tm-0 at 1970-01-01T00:00:52Z (OOMKilled, exit code 137). No other job fell "
      "with them. It may be what ends them, by its memory, its native code or System.exit. "
      "Nothing is stopped for that: suspend it (spec.job.state), or give it a cluster of its own, "
      "to see whether they live then");
}

BOOST_AUTO_TEST_CASE(in_a_longer_time_they_are_none) {
  cluster_seen_often all{{{"bad", 4}}};
  for (int i = 0; i < 4; ++i) {
    all.ends("tm-0", {"bad"});
    all.pass(6 * minute);
  }
  BOOST_TEST(all.suspected().empty());
}

BOOST_AUTO_TEST_CASE(who_was_there_each_time_excuses_those_who_were_not) {
  cluster_seen_often all{{{"bad", 4}, {"beside", 2}}};
  for (int i = 0; i < 3; ++i) all.ends("tm-0", {"bad", "beside"});
  BOOST_TEST(all.suspected() == "bad, beside", "nobody can tell which of the two it is");
  BOOST_TEST(all.why("bad").find("Others fell with some of them, too: beside (3)") !=
             std::string::npos);
  all.ends("tm-1", {"bad"});
  BOOST_TEST(all.suspected() == "bad");
  BOOST_TEST(all.why("bad").find("beside (3)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_that_kill_apart_are_both_suspected) {
  cluster_seen_often all{{{"one", 4}, {"other", 4}}};
  for (int i = 0; i < 3; ++i) {
    all.ends("tm-0", {"one"});
    all.ends("tm-1", {"other"});
  }
  BOOST_TEST(all.suspected() == "one, other");
}

BOOST_AUTO_TEST_CASE(a_job_that_fails_more_often_by_itself_is_none) {
  cluster_seen_often all{{{"failing", 4}}};
  for (int i = 0; i < 3; ++i) {
    all.ends("tm-0", {"failing"});
    all.pass(minute);
    all.fall({"failing"});
    all.fall({"failing"});
  }
  all.pass(10 * minute);
  BOOST_TEST(all.suspected().empty());
}

BOOST_AUTO_TEST_CASE(containers_that_end_under_nobody_are_no_evidence) {
  cluster_seen_often all{{{"good", 4}}};
  for (int i = 0; i < 5; ++i) all.ends("tm-0", {});
  all.pass(10 * minute);
  BOOST_TEST(all.suspected().empty());
}

BOOST_AUTO_TEST_CASE(a_job_that_is_stopped_does_not_fall) {
  cluster_seen_often all{{{"stopped", 4}}};
  all.set_state("stopped", "CANCELLING");
  for (int i = 0; i < 3; ++i) all.ends("tm-0", {"stopped"});
  all.pass(10 * minute);
  BOOST_TEST(all.suspected().empty());
}

BOOST_AUTO_TEST_CASE(jobs_that_fall_with_their_job_manager_do_not_count) {
  cluster_seen_often all{{{"good", 4}}};
  for (int i = 0; i < 3; ++i) {
    all.ends("tm-0", {});
    all.another_job_manager();
    all.fall({"good"});
  }
  all.pass(10 * minute);
  BOOST_TEST(all.suspected().empty());
}

BOOST_AUTO_TEST_CASE(it_is_over_when_no_container_ended_for_ten_minutes) {
  cluster_seen_often all{{{"bad", 4}}};
  for (int i = 0; i < 3; ++i) all.ends("tm-0", {"bad"});
  BOOST_TEST(all.suspected() == "bad");
  all.pass(9 * minute);
  BOOST_TEST(all.suspected() == "bad");
  all.pass(minute);
  BOOST_TEST(all.suspected().empty());
}

BOOST_AUTO_TEST_CASE(jobs_are_looked_at_often_as_long_as_they_may_fall_with_one) {
  cluster_seen_often all{{{"bad", 4}}};
  BOOST_TEST(!all.suspects.is_alert(2 * second));
  all.ends("tm-0", {"bad"});
  BOOST_TEST(all.suspects.is_alert(minute));
  BOOST_TEST(!all.suspects.is_alert(2 * minute));
}

// ── what its status says ────────────────────────────────────────────────────────────────────────

BOOST_AUTO_TEST_CASE(the_condition_is_there_as_long_as_its_cluster_says_so) {
  job_known known;
  known.uid = "bad";
  std::vector<condition> all;
  known.cluster.suspected = std::make_shared<const suspicions>(suspicions{{"bad", "why"}});
  BOOST_TEST(tell_of_suspicion(known, all));
  BOOST_TEST(all.size() == 1U);
  BOOST_TEST(all.front().message == "why");
  BOOST_TEST(!tell_of_suspicion(known, all), "it is told already");
  known.cluster.suspected = std::make_shared<const suspicions>();
  BOOST_TEST(!tell_of_suspicion(known, all));
  BOOST_TEST(all.empty());
}

BOOST_AUTO_TEST_CASE(a_new_operator_keeps_it_until_it_has_looked_for_long_enough) {
  job_known known;
  std::vector<condition> all{suspected_before()};
  BOOST_TEST(!tell_of_suspicion(known, all));
  BOOST_TEST(all.size() == 1U);
  known.cluster.phase = cluster_phase::missing;
  BOOST_TEST(!tell_of_suspicion(known, all));
  BOOST_TEST(all.empty(), "its cluster is gone, and its TaskManagers with it");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
