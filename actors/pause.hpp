/// The pause: a person's word that nothing is to be changed for a resource, and the gate through
/// which every change of it goes (protocol/decisions/0010-pause.md).
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/kubernetes.hpp"

namespace drey {

/// On a resource of ours, "true": it is paused. Any other value, or none: it is not.
inline constexpr std::string_view paused_key = "drey.io/paused";
/// The condition that tells of it; it is there only while the pause lasts.
inline constexpr std::string_view paused_condition = "Paused";

/// Whether the resource itself says so.
bool is_paused(const object_meta& meta);

/// What the operator was started with.
enum class fleet { works, is_paused };
struct pause_settings {
  drey::fleet fleet = drey::fleet::works;
  std::vector<std::string> namespaces;
};

/// Why a resource is paused, in a sentence for people; empty: it is not.
std::string why_paused(const object_meta& meta, const pause_settings& settings);

/// What a status says of a pause that is over.
void forget_pause(std::vector<condition>& all);

/// Of one actor. Closed for good: who goes on after the pause is a new actor, which looks anew.
class pause_gate {
public:
  void close() { closed_ = true; }
  bool is_closed() const { return closed_; }

private:
  std::atomic<bool> closed_{false};
};

}  // namespace drey
