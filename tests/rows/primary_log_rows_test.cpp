/// Rows of a primary's log: what its status and finalizers are written with, when, and what an
/// intent's owner is told. The base is a session job at revision 10 without a state.
#include "actors/primary_log.hpp"

#include <boost/test/unit_test.hpp>

namespace drey::rows {

namespace {

constexpr milliseconds now{100'000};
constexpr ticket t1{1}, t2{2};

object_ptr job(int revision, std::string state, std::int64_t generation = 1) {
  flink_session_job one;
  one.metadata.ns = "ns";
  one.metadata.name = "orders";
  one.metadata.uid = "uid";
  one.metadata.generation = generation;
  one.metadata.resource_version = std::to_string(revision);
  one.status.job.state = std::move(state);
  return std::make_shared<object>(std::move(one));
}

object_ptr with_finalizers(const object_ptr& live, std::vector<std::string> all) {
  auto copy = std::make_shared<object>(*live);
  metadata_of(*copy).finalizers = std::move(all);
  return copy;
}
object_ptr going(const object_ptr& live) {
  auto copy = std::make_shared<object>(*live);
  metadata_of(*copy).deletion_timestamp = now;
  return copy;
}
finalizer_wish adding(ticket request) { return {request, finalizer_change::add, "ours"}; }
finalizer_wish removing(ticket request) { return {request, finalizer_change::remove, "ours"}; }

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : " ") + one;
  return text;
}

std::string text_of(const log_actions& all) {
  std::string text;
  for (const auto& action : all) {
    if (!text.empty()) text += ", ";
    if (const auto* x = std::get_if<log_write>(&action))
      text += "write " + std::get<flink_session_job>(*x->wanted).status.job.state + " from " +
              metadata_of(*x->wanted).resource_version;
    else if (const auto* f = std::get_if<log_write_finalizers>(&action))
      text +=
          "finalizers [" + joined(f->wanted) + "] from " + metadata_of(*f->base).resource_version;
    else if (std::holds_alternative<log_read>(action))
      text += "read";
    else if (const auto* g = std::get_if<log_finalizer_report>(&action))
      text += "finalizer #" + std::to_string(g->request.number) +
              (g->outcome == log_outcome::durable ? " durable" : " superseded");
    else if (const auto* w = std::get_if<log_wait>(&action))
      text += "wait " + std::to_string(w->wait.count()) + "ms";
    else if (const auto* r = std::get_if<log_report>(&action))
      text += "#" + std::to_string(r->request.number) +
              (r->outcome == log_outcome::durable ? " durable" : " superseded");
  }
  return text;
}

kube_answer is(object_ptr live) { return {std::move(live)}; }
kube_answer refused(refusal_reason why) { return {refusal{why, "no", {}}}; }

primary_log fresh() {
  primary_log log;
  log.seen(job(10, ""));
  return log;
}

/// A log whose intent #1, RUNNING, is under way.
primary_log writing() {
  auto log = fresh();
  log.want(job(10, "RUNNING"), t1, now);
  return log;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(primary_log_rows)

BOOST_AUTO_TEST_CASE(want) {
  primary_log nothing_seen;
  BOOST_TEST(text_of(nothing_seen.want(job(10, "RUNNING"), {}, now)) == "");

  auto quiet = fresh();
  BOOST_TEST(text_of(quiet.want(job(10, ""), {}, now)) == "",
             "nothing changed: nothing is written");
  BOOST_TEST(text_of(quiet.want(job(10, ""), t1, now)) == "#1 durable", "it says so already");

  auto first = fresh();
  BOOST_TEST(text_of(first.want(job(10, "RUNNING"), {}, now)) == "write RUNNING from 10");
  BOOST_TEST(text_of(first.want(job(10, "FAILED"), {}, now)) == "", "one write at a time");
  BOOST_TEST(
      text_of(first.written(is(job(11, "RUNNING")), now + milliseconds{100})) == "wait 900ms",
      "what is no intent is written once a second at most");
  BOOST_TEST(text_of(first.want(job(11, "FAILED"), {}, now + milliseconds{200})) == "");
  BOOST_TEST(text_of(first.want(job(11, "FINISHED"), t1, now + milliseconds{300})) ==
                 "write FINISHED from 11",
             "an intent waits for nobody");
}

BOOST_AUTO_TEST_CASE(one_copy_is_kept) {
  auto log = fresh();
  const auto wanted = job(10, "");
  log.want(wanted, {}, now);
  BOOST_TEST(wanted.use_count() == 1, "it says what the base says");

  auto sent = fresh();
  const auto actions = sent.want(job(10, "RUNNING"), {}, now);
  const auto& write = std::get<log_write>(actions.front()).wanted;
  BOOST_TEST(write.use_count() == 2, "until its outcome is known");
  sent.written(is(job(11, "RUNNING")), now);
  BOOST_TEST(write.use_count() == 1);

  auto lost = writing();
  lost.written(refused(refusal_reason::unknown_outcome), now);
  BOOST_TEST(text_of(lost.read(is(job(11, "RUNNING")), now)) == "#1 durable",
             "it knows its own write until it has been read");
}

BOOST_AUTO_TEST_CASE(seen) {
  auto log = fresh();
  log.seen(job(9, "FAILED"));
  BOOST_TEST(metadata_of(*log.base()).resource_version == "10", "an older copy says nothing");
  log.seen(job(12, "FAILED"));
  BOOST_TEST(metadata_of(*log.base()).resource_version == "12");
  BOOST_TEST(is_fresher(*job(100, ""), *job(99, "")), "revisions are numbers, not texts");
  BOOST_TEST(same_status(*job(1, "RUNNING"), *job(2, "RUNNING")));
  BOOST_TEST(!same_status(*job(1, "RUNNING"), *job(1, "FAILED")));
}

BOOST_AUTO_TEST_CASE(written) {
  auto done = writing();
  BOOST_TEST(text_of(done.written(is(job(11, "RUNNING")), now)) == "#1 durable");

  auto more = writing();
  more.want(job(10, "FAILED"), t2, now);
  BOOST_TEST(
      text_of(more.written(is(job(11, "RUNNING")), now)) == "#1 durable, write FAILED from 11",
      "an intent that came meanwhile is written next");

  for (const auto reason :
       {refusal_reason::conflict, refusal_reason::unknown_outcome, refusal_reason::malformed})
    BOOST_TEST(text_of(writing().written(refused(reason), now)) == "read",
               "unknown is resolved by reading");

  auto gone = writing();
  BOOST_TEST(text_of(gone.written(refused(refusal_reason::not_found), now)) == "read");
  BOOST_TEST(text_of(gone.read(refused(refusal_reason::not_found), now)) == "wait 250ms",
             "whoever stands between may have said so");
  BOOST_TEST(text_of(gone.waited(now)) == "read");
  BOOST_TEST(text_of(gone.waited(now)) == "", "another wait that is over");
  BOOST_TEST(text_of(gone.read(refused(refusal_reason::not_found), now)) == "#1 superseded",
             "the resource is gone");
  auto there = writing();
  there.written(refused(refusal_reason::not_found), now);
  there.read(refused(refusal_reason::not_found), now);
  there.waited(now);
  BOOST_TEST(text_of(there.read(is(job(10, "")), now)) == "write RUNNING from 10");

  auto down = writing();
  BOOST_TEST(text_of(down.written(refused(refusal_reason::unavailable), now)) == "wait 250ms");
  BOOST_TEST(text_of(down.waited(now)) == "write RUNNING from 10");
  BOOST_TEST(text_of(down.written(refused(refusal_reason::unavailable), now)) == "wait 500ms",
             "ever later");
  down.waited(now);
  BOOST_TEST(text_of(down.written(is(job(11, "RUNNING")), now)) == "#1 durable",
             "the intent is not forgotten meanwhile");
}

BOOST_AUTO_TEST_CASE(read) {
  const auto lost = [] {
    auto log = writing();
    log.written(refused(refusal_reason::unknown_outcome), now);
    return log;
  };
  BOOST_TEST(text_of(lost().read(is(job(11, "RUNNING")), now)) == "#1 durable",
             "our own write is recognised");
  BOOST_TEST(text_of(lost().read(is(job(10, "")), now)) == "write RUNNING from 10",
             "it never arrived: written again");
  BOOST_TEST(text_of(lost().read(is(job(11, "")), now)) == "write RUNNING from 11",
             "somebody touched what is not ours to decide from: written from there");
  BOOST_TEST(text_of(lost().read(is(job(11, "FAILED")), now)) == "#1 superseded",
             "somebody else wrote the status: decided again");
  BOOST_TEST(text_of(lost().read(is(job(11, "", 2)), now)) == "#1 superseded",
             "the spec changed: decided again");
  BOOST_TEST(text_of(lost().read(refused(refusal_reason::not_found), now)) == "wait 250ms");
  auto unreadable = lost();
  BOOST_TEST(text_of(unreadable.read(refused(refusal_reason::unavailable), now)) == "wait 250ms");
}

BOOST_AUTO_TEST_CASE(waited) {
  auto idle = fresh();
  BOOST_TEST(text_of(idle.waited(now)) == "", "nobody waits");

  auto later = fresh();
  later.want(job(10, "RUNNING"), {}, now);
  later.want(job(10, "FAILED"), {}, now);
  BOOST_TEST(text_of(later.written(is(job(11, "RUNNING")), now)) == "wait 1000ms");
  BOOST_TEST(text_of(later.waited(now + milliseconds{1'000})) == "write FAILED from 11");

  auto vain = fresh();
  vain.want(job(10, "RUNNING"), {}, now);
  vain.want(job(10, "FAILED"), {}, now);
  vain.written(is(job(11, "RUNNING")), now);
  vain.want(job(11, "RUNNING"), {}, now);
  BOOST_TEST(text_of(vain.waited(now + milliseconds{1'000})) == "", "it was taken back meanwhile");
}

BOOST_AUTO_TEST_CASE(finalizer_added) {
  auto log = fresh();
  log.seen(with_finalizers(job(11, ""), {"theirs"}));
  BOOST_TEST(text_of(log.want(adding(t1), now)) == "finalizers [theirs ours] from 11",
             "those of others stay");
  BOOST_TEST(text_of(log.want(job(11, "RUNNING"), t2, now)) == "", "one write at a time");
  const auto there = with_finalizers(job(12, ""), {"theirs", "ours"});
  BOOST_TEST(text_of(log.written(is(there), now)) == "finalizer #1 durable, write RUNNING from 12",
             "what is written next is computed from what was written");
  BOOST_TEST(text_of(log.want(adding(t2), now)) == "", "the status is under way");
  BOOST_TEST(text_of(log.written(is(with_finalizers(job(13, "RUNNING"), {"ours"})), now)) ==
                 "#2 durable, finalizer #2 durable",
             "it is there already");
}

BOOST_AUTO_TEST_CASE(finalizer_waits_for_a_status_that_is_under_way) {
  auto log = writing();
  BOOST_TEST(text_of(log.want(adding(t2), now)) == "");
  BOOST_TEST(text_of(log.written(is(job(11, "RUNNING")), now)) ==
             "#1 durable, finalizers [ours] from 11");
}

BOOST_AUTO_TEST_CASE(finalizer_removed) {
  auto log = fresh();
  log.seen(with_finalizers(going(job(11, "")), {"ours", "theirs"}));
  BOOST_TEST(text_of(log.want(removing(t1), now)) == "finalizers [theirs] from 11");
  log.want(job(11, "RUNNING"), t2, now);
  BOOST_TEST(text_of(log.written(is(with_finalizers(going(job(12, "")), {"theirs"})), now)) ==
             "finalizer #1 durable, #2 superseded");
  BOOST_TEST(text_of(log.waited(now)) == "", "what is not ours any more is not written to");

  auto gone = fresh();
  gone.seen(with_finalizers(going(job(11, "")), {"ours"}));
  gone.want(removing(t1), now);
  gone.written(refused(refusal_reason::not_found), now);
  gone.read(refused(refusal_reason::not_found), now);
  gone.waited(now);
  BOOST_TEST(text_of(gone.read(refused(refusal_reason::not_found), now)) == "finalizer #1 durable");
}

BOOST_AUTO_TEST_CASE(finalizer_refused) {
  auto log = fresh();
  log.want(adding(t1), now);
  BOOST_TEST(text_of(log.written(refused(refusal_reason::forbidden), now)) == "wait 250ms");
  BOOST_TEST(text_of(log.waited(now)) == "finalizers [ours] from 10", "until it is granted");

  BOOST_TEST(text_of(log.written(refused(refusal_reason::conflict), now)) == "read");
  BOOST_TEST(text_of(log.read(is(with_finalizers(job(12, ""), {"theirs"})), now)) ==
                 "finalizers [theirs ours] from 12",
             "computed anew from what somebody else wrote");
  log.written(refused(refusal_reason::unknown_outcome), now);
  BOOST_TEST(
      text_of(log.read(is(with_finalizers(job(13, ""), {"ours"})), now)) == "finalizer #1 durable",
      "only the answer was lost");

  auto late = fresh();
  late.want(adding(t1), now);
  late.written(refused(refusal_reason::conflict), now);
  BOOST_TEST(text_of(late.read(is(going(job(12, ""))), now)) == "finalizer #1 superseded",
             "nobody may add one to what is being deleted");
  auto vanished = fresh();
  vanished.want(adding(t1), now);
  BOOST_TEST(text_of(vanished.written(refused(refusal_reason::not_found), now)) == "read");
  vanished.read(refused(refusal_reason::not_found), now);
  vanished.waited(now);
  BOOST_TEST(text_of(vanished.read(refused(refusal_reason::not_found), now)) ==
             "finalizer #1 superseded");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace drey::rows
