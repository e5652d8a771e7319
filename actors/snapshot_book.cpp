#include "actors/snapshot_book.hpp"

#include <algorithm>

#include "actors/pause.hpp"
#include "protocol/timestamp.hpp"

namespace drey {

namespace {

constexpr std::string_view job_kind = "FlinkSessionJob";
constexpr std::size_t name_chars_max = 253;
constexpr std::size_t label_chars_max = 63;

snapshot_trigger trigger_of(const object_meta& meta) {
  const auto label = meta.labels.find(std::string(trigger_type_label));
  if (label == meta.labels.end()) return snapshot_trigger::manual;
  if (label->second == "PERIODIC") return snapshot_trigger::periodic;
  return label->second == "UPGRADE" ? snapshot_trigger::upgrade : snapshot_trigger::manual;
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
std::string name_before(const std::string& suffix, const object_name& job,
                        const std::string& job_uid) {
  if (job.name.size() + suffix.size() <= name_chars_max) return job.name + suffix;
  const auto id = "-" + derived_id(job_uid, "snapshots", 0);
  auto name = job.name.substr(0, name_chars_max - suffix.size() - id.size());
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

void snapshot_book::made(const periodic_order& what, const object_ptr& one) {
  auto& last = last_[what.kind];
  last = std::max(last, what.due);
  if (!one) return;
  last = std::max(last, metadata_of(*one).creation_timestamp.value_or(what.due));
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

flink_state_snapshot periodic_snapshot(const object_name& job, const std::string& job_uid,
                                       const periodic_order& what, const snapshot_options& options,
                                       const string_map& labels) {
  const bool is_savepoint = what.kind == snapshot_kind::savepoint;
  flink_state_snapshot wanted;
  wanted.metadata.ns = job.ns;
  wanted.metadata.name = name_before(
      "-" + std::string(name_of(what.kind)) + "-periodic-" + std::to_string(what.due.count()), job,
      job_uid);
  wanted.metadata.labels = labels;
  const auto label = [&](std::string_view key, std::string_view value) {
    if (value.size() <= label_chars_max)
      wanted.metadata.labels[std::string(key)] = std::string(value);
  };
  label(trigger_type_label, "PERIODIC");
  label("snapshot.type", is_savepoint ? "SAVEPOINT" : "CHECKPOINT");
  label("job-reference.kind", job_kind);
  label("job-reference.name", job.name);
  auto spec = std::make_shared<flink_state_snapshot_spec>();
  spec->job_kind = std::string(job_kind);
  spec->job_name = job.name;
  spec->checkpoint = !is_savepoint;
  if (is_savepoint) {
    auto& savepoint = spec->savepoint.emplace();
    savepoint.format_type = options.format;
    savepoint.dispose_on_delete = options.files == disposal::with_resource;
  }
  wanted.spec = std::move(spec);
  return wanted;
}

}  // namespace drey
