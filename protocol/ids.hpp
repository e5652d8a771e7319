/// The names of things, as types: a namespace is not a job id.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "protocol/described.hpp"

namespace drey {

/// Names one request or one wait. The answer carries it back, so that lateness is data.
struct ticket {
  std::uint32_t number = 0;
  static constexpr auto names = fields("number");
  auto operator<=>(const ticket&) const = default;
};

constexpr ticket after(ticket last) { return {last.number + 1}; }

/// Namespace and name of a Kubernetes object; the kind is known from context.
struct object_name {
  std::string ns;
  std::string name;
  static constexpr auto names = fields("ns", "name");
  auto operator<=>(const object_name&) const = default;
};

/// "namespace/name", for logs and messages.
inline std::string text_of_name(const object_name& x) { return x.ns + "/" + x.name; }

/// A Flink JobID: 32 lower-case hexadecimal digits. Empty: none.
struct job_id {
  std::string hex;
  static constexpr auto names = fields("hex");
  explicit operator bool() const { return !hex.empty(); }
  auto operator<=>(const job_id&) const = default;
};

/// 128 bits derived from its parts, as 32 hexadecimal digits: the same parts give the same id in
/// every process, so that an id can be decided before a call without a source of randomness.
/// FNV-1a in two lanes; unique over (resource UID, purpose, attempt), not secret.
std::string derived_id(std::string_view uid, std::string_view purpose, std::uint64_t attempt);

/// The decided id of a job's `attempt`-th submission.
inline job_id submission_id(std::string_view uid, std::uint64_t attempt) {
  return {derived_id(uid, "submit", attempt)};
}

}  // namespace drey
