/// The clocks of this machine. The only place where drey asks what time it is.
#pragma once

#include "protocol/wire.hpp"

namespace drey {

class real_clock final : public clock_source {
public:
  /// Long waits end on the half second: what hundreds of clusters do at rest is done in two spells
  /// of work a second instead of hundreds (decision 0036).
  static constexpr milliseconds long_wait{5'000};
  static constexpr milliseconds spell{500};

  moment now() const override {
    using std::chrono::duration_cast;
    return {duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()),
            duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())};
  }

  milliseconds together(milliseconds wait) const override {
    return wait < long_wait ? wait : until_spell(now().monotonic + wait) + wait;
  }

private:
  static milliseconds until_spell(milliseconds end) { return (spell - end % spell) % spell; }
};

}  // namespace drey
