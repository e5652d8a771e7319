/// The autoscaler's `excluded.periods`: when it shall not scale.
#pragma once

#include <string_view>

namespace drey {

/// True for a daily period ("09:00:00-17:00:00"; seconds and milliseconds may be missing), a Quartz
/// cron expression of 6 or 7 fields, or one of each joined by "&&".
bool is_excluded_period(std::string_view text);

}  // namespace drey
