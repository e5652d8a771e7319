/// The clocks of this machine. The only place where drey asks what time it is.
#pragma once

#include "protocol/wire.hpp"

namespace drey {

class real_clock final : public clock_source {
public:
  moment now() const override {
    using std::chrono::duration_cast;
    return {duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()),
            duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())};
  }
};

}  // namespace drey
