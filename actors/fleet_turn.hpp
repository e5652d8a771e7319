/// A cluster's side of the fleet's brake (decision 0034): what it told the root, and what it was
/// answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "actors/messages.hpp"

namespace drey {

class fleet_turn {
public:
  /// For the root; none: it knows.
  std::optional<disruption_told> news(const std::string& uid, disruption what) {
    if (what == told_) return std::nullopt;
    if (told_ == disruption::none) ++asked_;
    if (what == disruption::none) now_ = {};  // the next turn is asked for anew
    told_ = what;
    return disruption_told{uid, what, asked_};
  }
  /// An answer to what is not asked any more gives nothing.
  void take(const turn_told& answer) {
    if (answer.asked == asked_ && told_ != disruption::none) now_ = answer.now;
  }
  const turn& now() const { return now_; }

private:
  disruption told_ = disruption::none;
  std::uint64_t asked_ = 0;  ///< how often it began to ask
  turn now_;
};

}  // namespace drey
