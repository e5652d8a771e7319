/// What the writers of a status say: whether an operator beside drey is at work on a resource. Pure
/// (protocol/decisions/0027-yielding.md).
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/kube_call.hpp"

namespace drey {

/// The condition that tells of it; it is there only while drey observes because of it.
inline constexpr std::string_view yielding_condition = "Yielding";

/// Somebody else's name stands among those who own a part of the status.
bool has_foreign_writer(const object_meta& meta);

/// What is remembered of the writes of others.
class rival_book {
public:
  /// The manager that this copy shows to be an operator at work; empty: none. A name that operators
  /// have is one at its first write, any other at its third within ten minutes.
  std::string seen(const object& live, moment now);
  void forget(const std::string& uid) { newest_.erase(uid); }

private:
  bool is_operator(const std::string& ns, const std::string& manager, milliseconds now);

  /// UID → manager → the newest write of it that is known.
  std::map<std::string, std::map<std::string, milliseconds>> newest_;
  /// Namespace and manager of no known kind → when its writes were seen.
  std::map<std::pair<std::string, std::string>, std::deque<milliseconds>> unknown_;
};

/// The condition of a resource that is left to `manager`.
condition yielding_to(const std::string& manager, std::int64_t generation);
/// The same for an Event and the log.
std::string text_of_yielding(const std::string& manager);
bool is_told_to_yield(const object& primary);

/// What a status says of a yield that is over.
void forget_yield(std::vector<condition>& all);

}  // namespace drey
