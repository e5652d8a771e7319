/// The last restarts of a resource, as its status tells them (`status.restarts`): since when, why,
/// from what, and for how long not all of it ran. Of each part at most one is open at a time.
///
/// Pure. What status held when an actor began is where it goes on, so an operator that dies in the
/// middle of a restart leaves one line and not two.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/flink_resources.hpp"
#include "protocol/time.hpp"

namespace drey {

class restart_ledger {
public:
  restart_ledger() = default;
  explicit restart_ledger(std::vector<restart_record> recorded) : all_(std::move(recorded)) {}

  const std::vector<restart_record>& all() const { return all_; }
  /// The restart of this part that lasts; null: none does.
  const restart_record* open(std::string_view what) const;

  /// `wall`: since when.
  void begin(std::string_view what, std::string why, milliseconds wall);
  /// These do nothing when no restart of that part lasts.
  void explain(std::string_view what, std::string why);
  void comes_from(std::string_view what, std::string from);
  void end(std::string_view what, milliseconds wall);
  /// It was none.
  void forget(std::string_view what);

private:
  using place = std::vector<restart_record>::const_iterator;
  place find_open(std::string_view what) const;
  restart_record* lasting(std::string_view what);

  std::vector<restart_record> all_;
};

}  // namespace drey
