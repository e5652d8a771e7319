#include "actors/snapshot_removal_machine.hpp"

namespace drey {

namespace {

using m = snapshot_removal_machine;
template <class... Next>
using to = m::to<Next...>;

to<m::gathering> gather(const m& machine, ticket last, std::int32_t looks) {
  const auto request = after(last);
  return {m::gathering{request, looks},
          {gather_claims{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::releasing> release(const m& machine, ticket last) {
  const auto request = after(last);
  return {m::releasing{request},
          {remove_finalizer{request}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::releasing> finish(const m& machine, ticket last, const std::string& left_behind) {
  auto out = release(machine, last);
  out.commands.insert(out.commands.begin(), forget_files{left_behind});
  return out;
}

to<m::held> hold(const m& machine, ticket last, std::int32_t looks, const std::string& why) {
  const auto request = after(last);
  const auto wait = backoff(looks + 1, machine.policy.look_first, machine.policy.look_most);
  return {m::held{request, looks + 1}, {note_held{why}, set_deadline{request, wait}}};
}

/// Nobody needs the files, and nobody disposes of them.
to<m::held, m::releasing> trouble(const m& machine, ticket last, std::int32_t looks,
                                  const std::string& why) {
  if (machine.known.now.wall - machine.known.deleted_at >= machine.policy.patience)
    return finish(machine, last, why);
  return hold(machine, last, looks, why);
}

std::string text_of_claims(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : "; ") + one;
  return text;
}

to<m::verifying> verify(const m& machine, ticket last, std::int32_t looks, const std::string& why) {
  const auto request = after(last);
  return {
      m::verifying{request, looks, why},
      {list_files{request, machine.known.path}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::confirming> look(const m& machine, ticket last, std::int32_t looks, const std::string& id,
                       milliseconds since) {
  const auto request = after(last);
  return {m::confirming{request, looks, id, since},
          {look_at_disposal{request, id}, set_deadline{request, machine.policy.answer_wait}}};
}

to<m::confirming> look_later(const m& machine, const m::confirming& now) {
  const auto request = after(now.request);
  return {m::confirming{request, now.looks, now.id, now.since},
          {set_deadline{request, machine.policy.poll}}};
}

const std::string unreadable = "who may restore from it cannot be read: ";
constexpr const char* unanswered = "the JobManager did not say what became of the disposal";

}  // namespace

auto snapshot_removal_machine::on(const present& now, const picture_changed&) const
    -> to<present, claiming, gathering, releasing, gone> {
  if (!known.deleting) {
    if (known.finalizer) return {now};
    const auto request = after(now.last);
    return {claiming{request}, {add_finalizer{request}, set_deadline{request, policy.answer_wait}}};
  }
  if (!known.finalizer) return {gone{}, {}};
  if (known.taking == taking::under_way) return {now};
  if (known.path.empty()) return release(*this, now.last);
  return gather(*this, now.last, 0);
}

auto snapshot_removal_machine::on(const claiming& now, const finalizers_written& learned) const
    -> to<claiming, present> {
  if (learned.request != now.request) return {now};
  return {present{now.request}, {}};
}
auto snapshot_removal_machine::on(const claiming& now, const call_refused& learned) const
    -> to<claiming, present> {
  if (learned.request != now.request) return {now};
  return {present{now.request}, {}};
}
auto snapshot_removal_machine::on(const claiming& now, const deadline_passed& learned) const
    -> to<claiming, present> {
  if (learned.timer != now.request) return {now};
  return {present{now.request}, {}};
}

auto snapshot_removal_machine::on(const gathering& now, const claims_gathered& learned) const
    -> to<gathering, held, condemning, releasing> {
  if (learned.request != now.request) return {now};
  if (known.path.empty()) return release(*this, now.request);
  if (!known.claims.empty())
    return hold(*this, now.request, now.looks, text_of_claims(known.claims));
  if (known.disposer.empty())
    return trouble(*this, now.request, now.looks,
                   "no Flink cluster of this namespace runs that could dispose of the files at " +
                       known.path + "; spec.savepoint.disposeOnDelete: false leaves them there");
  const auto request = after(now.request);
  return to<condemning>{condemning{request, now.looks},
                        {note_disposal{known.path}, record_intent{request}}};
}
auto snapshot_removal_machine::on(const gathering& now, const call_refused& learned) const
    -> to<gathering, held, releasing> {
  if (learned.request != now.request) return {now};
  return trouble(*this, now.request, now.looks, unreadable + learned.message);
}
auto snapshot_removal_machine::on(const gathering& now, const deadline_passed& learned) const
    -> to<gathering, held, releasing> {
  if (learned.timer != now.request) return {now};
  return trouble(*this, now.request, now.looks, unreadable + "the API server does not answer");
}

/// A person may have decided that the files stay.
auto snapshot_removal_machine::on(const held& now, const picture_changed&) const
    -> to<held, releasing> {
  if (!known.path.empty()) return {now};
  return release(*this, now.request);
}
auto snapshot_removal_machine::on(const held& now, const deadline_passed& learned) const
    -> to<held, gathering> {
  if (learned.timer != now.request) return {now};
  return gather(*this, now.request, now.looks);
}

auto snapshot_removal_machine::on(const condemning& now, const status_written& learned) const
    -> to<condemning, checking> {
  if (learned.request != now.request) return {now};
  const auto request = after(now.request);
  return {checking{request, now.looks},
          {gather_claims{request}, set_deadline{request, policy.answer_wait}}};
}
auto snapshot_removal_machine::on(const condemning& now, const status_superseded& learned) const
    -> to<condemning, gathering> {
  if (learned.request != now.request) return {now};
  return gather(*this, now.request, now.looks);
}

auto snapshot_removal_machine::on(const checking& now, const claims_gathered& learned) const
    -> to<checking, held, disposing> {
  if (learned.request != now.request) return {now};
  const bool kept = known.path.empty() || known.disposer.empty();
  if (kept) return hold(*this, now.request, now.looks, "it is looked at again");
  if (!known.claims.empty())
    return hold(*this, now.request, now.looks, text_of_claims(known.claims));
  const auto request = after(now.request);
  return to<disposing>{
      disposing{request, now.looks},
      {ask_disposal{request, known.path}, set_deadline{request, policy.answer_wait}}};
}
auto snapshot_removal_machine::on(const checking& now, const call_refused& learned) const
    -> to<checking, held, releasing> {
  if (learned.request != now.request) return {now};
  return trouble(*this, now.request, now.looks, unreadable + learned.message);
}
auto snapshot_removal_machine::on(const checking& now, const deadline_passed& learned) const
    -> to<checking, held, releasing> {
  if (learned.timer != now.request) return {now};
  return trouble(*this, now.request, now.looks, unreadable + "the API server does not answer");
}

auto snapshot_removal_machine::on(const disposing& now, const disposal_begun& learned) const
    -> to<disposing, confirming> {
  if (learned.request != now.request) return {now};
  return look(*this, now.request, now.looks, learned.id, known.now.monotonic);
}
auto snapshot_removal_machine::on(const disposing& now, const call_refused& learned) const
    -> to<disposing, verifying> {
  if (learned.request != now.request) return {now};
  return verify(*this, now.request, now.looks,
                "cluster " + known.disposer + " does not dispose of it: " + learned.message);
}
auto snapshot_removal_machine::on(const disposing& now, const deadline_passed& learned) const
    -> to<disposing, verifying> {
  if (learned.timer != now.request) return {now};
  return verify(*this, now.request, now.looks, unanswered);
}

auto snapshot_removal_machine::on(const confirming& now, const disposal_told& learned) const
    -> to<confirming, verifying, releasing> {
  if (learned.request != now.request) return {now};
  switch (learned.state) {
    case disposal_state::done:
      return finish(*this, now.request, "");
    case disposal_state::absent:
      if (known.same_store) return finish(*this, now.request, "");
      return verify(*this, now.request, now.looks, learned.why);
    case disposal_state::failed:
      return verify(*this, now.request, now.looks, learned.why);
    case disposal_state::in_progress:
      break;
  }
  return look_later(*this, now);
}
auto snapshot_removal_machine::on(const confirming& now, const call_refused& learned) const
    -> to<confirming, verifying> {
  if (learned.request != now.request) return {now};
  if (learned.reason == refusal_reason::not_found)
    return verify(*this, now.request, now.looks, unanswered);
  return look_later(*this, now);
}
auto snapshot_removal_machine::on(const confirming& now, const deadline_passed& learned) const
    -> to<confirming, verifying> {
  if (learned.timer != now.request) return {now};
  if (known.now.monotonic - now.since >= policy.confirm_patience)
    return verify(*this, now.request, now.looks, unanswered);
  return look(*this, now.request, now.looks, now.id, now.since);
}

auto snapshot_removal_machine::on(const verifying& now, const files_listed& learned) const
    -> to<verifying, held, releasing> {
  if (learned.request != now.request) return {now};
  if (learned.found == files::gone) return finish(*this, now.request, "");
  return trouble(*this, now.request, now.looks, now.why);
}
auto snapshot_removal_machine::on(const verifying& now, const call_refused& learned) const
    -> to<verifying, held, releasing> {
  if (learned.request != now.request) return {now};
  return trouble(*this, now.request, now.looks, now.why);
}
auto snapshot_removal_machine::on(const verifying& now, const deadline_passed& learned) const
    -> to<verifying, held, releasing> {
  if (learned.timer != now.request) return {now};
  return trouble(*this, now.request, now.looks, now.why);
}

auto snapshot_removal_machine::on(const releasing& now, const finalizers_written& learned) const
    -> to<releasing, gone> {
  if (learned.request != now.request) return {now};
  return {gone{}, {}};
}
auto snapshot_removal_machine::on(const releasing& now, const call_refused& learned) const
    -> to<releasing, present> {
  if (learned.request != now.request) return {now};
  return {present{now.request}, {}};
}
auto snapshot_removal_machine::on(const releasing& now, const deadline_passed& learned) const
    -> to<releasing, present> {
  if (learned.timer != now.request) return {now};
  return {present{now.request}, {}};
}

static_assert(state_machine::complete<snapshot_removal_machine>());
static_assert(state_machine::connected<snapshot_removal_machine>());
static_assert(state_machine::bounded<snapshot_removal_machine, deadline_passed>());
template state_machine::step_result<snapshot_removal_machine> state_machine::step(
    const snapshot_removal_machine&, const snapshot_removal_machine::state&,
    const snapshot_removal_machine::fact&);

}  // namespace drey
