#include "actors/leader_vigil.hpp"

#include "actors/planted_bugs.hpp"

namespace drey {

bool leader_vigil::is_due(const std::string& pod_uid, milliseconds wait, milliseconds now) {
  if (pod_uid_ != pod_uid) {
    end();
    pod_uid_ = pod_uid;
  }
  return !was_read_ || now - read_at_ >= wait;
}

void leader_vigil::read(std::string_view version, milliseconds now, bool may_lapse) {
  const bool same = version == version_ || is_planted(planted_bug::unread_lock);
  if (was_read_)
    lock_ = !same ? leader_lock::renewed : may_lapse ? leader_lock::lapsed : leader_lock::unknown;
  version_ = version;
  read_at_ = now;
  was_read_ = true;
}

}  // namespace drey
