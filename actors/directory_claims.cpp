#include "actors/directory_claims.hpp"

#include <array>
#include <set>

#include "actors/planted_bugs.hpp"
#include "protocol/configuration.hpp"

namespace drey {

namespace {

/// The same place in whatever spelling.
std::string place_of(std::string directory) {
  while (directory.ends_with('/')) directory.pop_back();
  for (const std::string_view alias : {"s3a://", "s3p://"})
    if (directory.starts_with(alias)) return "s3://" + directory.substr(alias.size());
  return directory;
}

}  // namespace

named_directories directories_named(const flink_session_job_spec& spec) {
  constexpr std::array<std::string_view, 4> keys{"execution.checkpointing.dir",
                                                 "execution.checkpointing.savepoint-dir",
                                                 "state.checkpoints.dir", "state.savepoints.dir"};
  named_directories all;
  for (const auto key : keys)
    if (auto named = value_of(spec.flink_configuration, key); named && !named->empty())
      all.emplace_back("spec.flinkConfiguration." + std::string(key), *std::move(named));
  return all;
}

directory_claims::rank directory_claims::rank_of(const directory_claim& claim) {
  return {!claim.carried_out, claim.created, claim.uid};
}

std::vector<std::string> directory_claims::note(const directory_claim& claim) {
  const auto before = by_uid_.find(claim.uid);
  if (before == by_uid_.end() && claim.directories.empty()) return {};
  if (before != by_uid_.end() && before->second.directories == claim.directories &&
      before->second.carried_out == claim.carried_out)
    return {};
  auto concerned = forget(claim.uid);
  if (!claim.directories.empty()) by_uid_.emplace(claim.uid, claim);
  std::set<std::string> all(concerned.begin(), concerned.end());
  all.insert(claim.uid);
  for (const auto& [field, directory] : claim.directories) {
    auto& here = by_directory_[place_of(directory)];
    here.emplace(rank_of(claim), claim.job);
    for (const auto& [whose, job] : here) all.insert(std::get<std::string>(whose));
  }
  return {all.begin(), all.end()};
}

std::vector<std::string> directory_claims::forget(const std::string& uid) {
  const auto found = by_uid_.find(uid);
  if (found == by_uid_.end()) return {};
  std::set<std::string> concerned;
  for (const auto& [field, directory] : found->second.directories) {
    const auto here = by_directory_.find(place_of(directory));
    if (here == by_directory_.end()) continue;  // named twice by the same job
    here->second.erase(rank_of(found->second));
    for (const auto& [whose, job] : here->second) concerned.insert(std::get<std::string>(whose));
    if (here->second.empty()) by_directory_.erase(here);
  }
  by_uid_.erase(found);
  return {concerned.begin(), concerned.end()};
}

std::string directory_claims::problem_of(const std::string& uid) const {
  const auto found = by_uid_.find(uid);
  if (found == by_uid_.end() || is_planted(planted_bug::shared_directory)) return {};
  for (const auto& [field, directory] : found->second.directories) {
    const auto& [whose, first] = *by_directory_.at(place_of(directory)).begin();
    if (std::get<std::string>(whose) == uid) continue;
    return field + ": " + directory + " is also that of FlinkSessionJob " + first.ns + "/" +
           first.name +
           ", which was there before. Name a directory of its own, or leave the setting out: " +
           "below the cluster's every job has its own";
  }
  return {};
}

}  // namespace drey
