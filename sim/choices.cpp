#include "sim/choices.hpp"

#include <bit>

namespace drey::sim {

choices::choices(std::uint64_t seed) {
  for (auto& word : state_) {  // splitmix64, as the authors of xoshiro256** advise for seeding
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t x = seed;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    word = x ^ (x >> 31);
  }
}

std::uint64_t choices::next() {  // xoshiro256**
  ++drawn_;
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::size_t choices::choose(std::string_view, std::string_view, std::size_t n) {
  return n <= 1 ? 0 : static_cast<std::size_t>(next() % n);
}

bool choices::happens(std::string_view kind, std::string_view site, std::uint32_t per_mille) {
  if (per_mille == 0 || choose(kind, site, 1000) >= per_mille) return false;
  if (kind == "fault") faults_struck_.insert(site);
  return true;
}

milliseconds choices::between(std::string_view kind, std::string_view site, milliseconds low,
                              milliseconds high) {
  if (high <= low) return low;
  return low + milliseconds{choose(kind, site, static_cast<std::size_t>((high - low).count()) + 1)};
}

milliseconds choices::around(std::string_view kind, std::string_view site, milliseconds mean) {
  constexpr std::size_t steps_per_mean = 8;
  milliseconds wait{0};
  for (int step = 0; step < 64; ++step) {
    wait += between(kind, site, milliseconds{0}, mean * 2 / steps_per_mean);
    if (choose(kind, site, steps_per_mean) == 0) break;
  }
  return wait;
}

}  // namespace drey::sim
