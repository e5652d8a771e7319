#include "protocol/ids.hpp"

namespace drey {

namespace {

constexpr std::uint64_t fnv_prime = 0x100000001b3;

std::uint64_t mixed(std::uint64_t lane, std::string_view text) {
  for (const char c : text) lane = (lane ^ static_cast<unsigned char>(c)) * fnv_prime;
  return (lane ^ 0xff) * fnv_prime;  // ends a part: ("ab","c") is not ("a","bc")
}

/// Finalizer of splitmix64: FNV's low bits alone are too regular to be told apart at a glance.
std::uint64_t scattered(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

std::string derived_id(std::string_view uid, std::string_view purpose, std::uint64_t attempt) {
  const auto number = std::to_string(attempt);
  std::string text;
  for (std::uint64_t lane : {0xcbf29ce484222325ULL, 0x84222325cbf29ce4ULL}) {
    for (const auto part : {uid, purpose, std::string_view{number}}) lane = mixed(lane, part);
    lane = scattered(lane);
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(lane >> shift) & 0xf];
  }
  return text;
}

}  // namespace drey
