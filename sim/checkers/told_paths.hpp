/// A FlinkStateSnapshot of a checkpoint that is COMPLETED says where that lies, when Flink told the
/// operator (rule 1). Judged by what the process was told: once it knows that the checkpoint is
/// complete it asks at once where, so the first answer counts. Where a call went wrong meanwhile,
/// that answer may have been another actor's, and nothing is concluded.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sim/world/fabric.hpp"

namespace drey::sim {

class told_paths {
public:
  void answered(const settled& call, milliseconds now);
  /// What is wrong with a call that leaves; empty: nothing.
  std::string complaint(const arrival& call) const;

private:
  enum class answer { none, path, no_path, doubtful };
  struct quest {
    job_id job;
    std::int64_t checkpoint = 0;
    milliseconds since{0};
    answer told = answer::none;
  };
  static void checkpoints_told(quest& about, const flink_answer& told, milliseconds now);

  std::map<std::pair<std::uint32_t, std::string>, quest> quests_;  ///< by process and trigger id
};

}  // namespace drey::sim
