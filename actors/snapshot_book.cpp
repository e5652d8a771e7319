#include "actors/snapshot_book.hpp"

#include <algorithm>

#include "actors/pause.hpp"
#include "actors/snapshot_status.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

constexpr std::size_t name_chars_max = 253;
constexpr std::size_t label_chars_max = 63;

constexpr std::string_view label_of(snapshot_trigger x) {
  constexpr std::string_view labels[] = {"MANUAL", "PERIODIC", "UPGRADE"};
  return labels[static_cast<std::size_t>(x)];
}

snapshot_trigger trigger_of(const object_meta& meta) {
  const auto label = meta.labels.find(std::string(trigger_type_label));
  for (const auto one : {snapshot_trigger::periodic, snapshot_trigger::upgrade})
    if (label != meta.labels.end() && label->second == label_of(one)) return one;
  return snapshot_trigger::manual;
}

snapshot_stand stand_of(const flink_state_snapshot& x) {
  const auto& status = x.status;
  if (status.state == "COMPLETED") return snapshot_stand::completed;
  if (status.state == "FAILED" || status.state == "ABANDONED") return snapshot_stand::over;
  const auto stalled = std::ranges::find(status.conditions, "Stalled", &condition::type);
  if (is_paused(x.metadata) || (stalled != status.conditions.end() && stalled->status == "True"))
    return snapshot_stand::dormant;
  const bool failed = status.state != "IN_PROGRESS" && status.failures > 0;
  return failed ? snapshot_stand::retrying : snapshot_stand::taking;
}

scheduled_snapshot entry_of(const flink_state_snapshot& x) {
  scheduled_snapshot one;
  one.name = x.metadata.name;
  one.uid = x.metadata.uid;
  one.kind = x.spec->savepoint ? snapshot_kind::savepoint : snapshot_kind::checkpoint;
  one.trigger = trigger_of(x.metadata);
  one.stand = stand_of(x);
  one.created = x.metadata.creation_timestamp.value_or(milliseconds{0});
  if (one.stand == snapshot_stand::completed)
    one.completed = parse_timestamp(x.status.result_timestamp).value_or(milliseconds{0});
  return one;
}

const std::string& uid_of(const object_ptr& x) { return metadata_of(*x).uid; }

/// The job's name before `suffix`; what of it has no room gives way to what tells jobs apart.
std::string name_before(const std::string& suffix, const std::string& job,
                        const std::string& job_uid) {
  if (job.size() + suffix.size() <= name_chars_max) return job + suffix;
  const auto id = "-" + derived_id(job_uid, "snapshots", 0);
  auto name = job.substr(0, name_chars_max - suffix.size() - id.size());
  while (name.ends_with('.') || name.ends_with('-')) name.pop_back();
  return name + id + suffix;
}

}  // namespace

void snapshot_book::told(std::vector<object_ptr> all) {
  std::erase_if(made_, [&](const object_ptr& one) {
    return std::ranges::find(all, uid_of(one), uid_of) != all.end();
  });
  std::erase_if(let_go_, [&](const std::string& uid) {
    return std::ranges::find(all, uid, uid_of) == all.end();
  });
  told_ = std::move(all);
}

void snapshot_book::made(const periodic_order& what, const object_ptr& one, milliseconds wall) {
  auto& last = last_[what.kind];
  const auto created = one ? metadata_of(*one).creation_timestamp.value_or(wall) : wall;
  last = std::max({last, what.due, created});
  if (!one) return;
  if (told_ && std::ranges::find(*told_, uid_of(one), uid_of) == told_->end()) made_.push_back(one);
}

void snapshot_book::let_go(const std::string& uid) { let_go_.insert(uid); }

void snapshot_book::kept(const std::string& uid, milliseconds until_wall) {
  kept_[uid] = until_wall;
}

std::optional<std::vector<scheduled_snapshot>> snapshot_book::all(const std::string& job_uid,
                                                                  milliseconds wall) const {
  if (!told_) return std::nullopt;
  std::vector<scheduled_snapshot> entries;
  const auto add = [&](const object_ptr& live) {
    const auto& x = std::get<flink_state_snapshot>(*live);
    const auto& origin = x.status.origin;
    if (!x.spec || (origin && !origin->job_uid.empty() && origin->job_uid != job_uid)) return;
    auto& one = entries.emplace_back(entry_of(x));
    const auto keeper = kept_.find(one.uid);
    if (x.metadata.deletion_timestamp || let_go_.contains(one.uid))
      one.fate = snapshot_fate::goes;
    else if (is_paused(x.metadata) || (keeper != kept_.end() && wall < keeper->second))
      one.fate = snapshot_fate::kept;
  };
  for (const auto& one : *told_) add(one);
  for (const auto& one : made_) add(one);
  return entries;
}

object_ptr snapshot_book::find(const std::string& uid) const {
  if (!told_) return nullptr;
  const auto found = std::ranges::find(*told_, uid, uid_of);
  return found == told_->end() ? nullptr : *found;
}

milliseconds snapshot_book::last(snapshot_kind kind) const {
  const auto found = last_.find(kind);
  return found == last_.end() ? milliseconds{0} : found->second;
}

std::string made_for(const object_meta& snapshot) {
  const auto found = snapshot.annotations.find(std::string(made_for_key));
  return found == snapshot.annotations.end() ? std::string{} : found->second;
}

std::string name_of_made(const std::string& job, const std::string& job_uid, snapshot_kind kind,
                         snapshot_trigger trigger, milliseconds at) {
  const auto suffix = "-" + std::string(name_of(kind)) + "-" + std::string(name_of(trigger)) + "-" +
                      std::to_string(at.count());
  return name_before(suffix, job, job_uid);
}

flink_state_snapshot resource_of(const job_reference& job, const snapshot_to_make& what,
                                 const snapshot_options& options, const string_map& labels) {
  const bool is_savepoint = what.kind == snapshot_kind::savepoint;
  flink_state_snapshot wanted;
  wanted.metadata.ns = job.name.ns;
  wanted.metadata.name = what.name;
  wanted.metadata.labels = labels;
  if (what.origin)
    wanted.metadata.annotations[std::string(origin_key)] = text_of_origin(*what.origin);
  if (!what.job_uid.empty()) wanted.metadata.annotations[std::string(made_for_key)] = what.job_uid;
  const auto label = [&](std::string_view key, std::string_view value) {
    if (value.size() <= label_chars_max)
      wanted.metadata.labels[std::string(key)] = std::string(value);
  };
  label(trigger_type_label, label_of(what.trigger));
  label("snapshot.type", is_savepoint ? "SAVEPOINT" : "CHECKPOINT");
  label("job-reference.kind", name_of(job.kind));
  label("job-reference.name", job.name.name);
  auto spec = std::make_shared<flink_state_snapshot_spec>();
  spec->job_kind = std::string(name_of(job.kind));
  spec->job_name = job.name.name;
  spec->checkpoint = !is_savepoint;
  if (is_savepoint) {
    auto& savepoint = spec->savepoint.emplace();
    savepoint.format_type = options.format;
    savepoint.dispose_on_delete = options.files == disposal::with_resource;
    savepoint.path = what.path;
    savepoint.already_exists = !what.path.empty();
  }
  wanted.spec = std::move(spec);
  return wanted;
}

flink_state_snapshot periodic_snapshot(const job_reference& job, const std::string& job_uid,
                                       const periodic_order& what, const snapshot_options& options,
                                       const string_map& labels) {
  constexpr auto trigger = snapshot_trigger::periodic;
  return resource_of(job,
                     {name_of_made(job.name.name, job_uid, what.kind, trigger, what.due),
                      what.kind,
                      trigger,
                      {},
                      {},
                      job_uid},
                     options, labels);
}

}  // namespace drey
