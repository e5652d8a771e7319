/// The standard scenario, people's changes of mind, changed and shrinking clusters, changed jobs,
/// full machines and troubles of pods under heavy faults: every rule holds in every run, and the
/// runs reach everything that the charts and the fault models declare.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "tests/worlds/declared.hpp"
#include "tests/worlds/many_runs.hpp"

namespace drey::sim {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

constexpr std::size_t shown_max = 10;

}  // namespace

BOOST_AUTO_TEST_SUITE(heavy_seeds)

BOOST_AUTO_TEST_CASE(every_verdict_holds_under_heavy_faults) {
  const auto& all = heavy_runs();
  for (std::size_t i = 0; i < heavy_shares.size(); ++i)
    BOOST_TEST_MESSAGE(all.done[i] << " seeds of " << heavy_shares[i].path);
  std::string first;
  for (std::size_t i = 0; i < all.failed.size() && i < shown_max; ++i) first += all.failed[i];
  BOOST_CHECK_MESSAGE(all.failed.empty(), all.failed.size() << " seeds failed; the first:\n"
                                                            << first);
  BOOST_TEST(all.done.front() > 0U);
  if (is_sanitized) return;  // many times slower
  for (std::size_t i = 0; i < heavy_shares.size(); ++i)
    BOOST_TEST(all.done[i] >= heavy_shares[i].seeds);
}

namespace {

/// One machine serves both nonces of a job, and is told apart by name.
std::string of_its_machine(const std::string& transition) {
  return transition.starts_with("asked_checkpoint:")
             ? "savepoint" + transition.substr(transition.find(':'))
             : transition;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_declared_transition_and_fault_is_reached_or_excused) {
  if (is_sanitized) return;  // too few seeds to judge
  const auto& reached = heavy_runs().reached;
  auto declared = declared_transitions();
  declared.merge(declared_faults());
  std::set<std::string> seen;
  for (const auto& one : reached.transitions) seen.insert(of_its_machine(one));
  for (const auto& one : reached.faults) seen.insert(fault_line(one));
  const auto excused = excuses();
  for (const auto& one : declared)
    BOOST_CHECK_MESSAGE(seen.contains(one) || excused.contains(one),
                        "not reached, and not in tests/worlds/not_reached.txt: " << one);
  for (const auto& [one, why] : excused) {
    BOOST_CHECK_MESSAGE(!seen.contains(one) || why.starts_with("seldom"),
                        "reached, so take it out of tests/worlds/not_reached.txt: " << one);
    BOOST_CHECK_MESSAGE(declared.contains(one), "tests/worlds/not_reached.txt names \""
                                                    << one << "\", which nothing declares");
    BOOST_CHECK_MESSAGE(!why.empty(), "tests/worlds/not_reached.txt gives no reason: " << one);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::sim
