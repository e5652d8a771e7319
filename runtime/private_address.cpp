#include "runtime/private_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace drey {

namespace {

using ipv4 = std::uint32_t;
using ipv6 = std::array<std::uint8_t, 16>;

struct block {
  ipv4 first;
  int bits;
};

constexpr ipv4 of(ipv4 a, ipv4 b, ipv4 c, ipv4 d) { return a << 24 | b << 16 | c << 8 | d; }

/// IANA's registry of special addresses, without those that are reachable from everywhere.
constexpr auto private_blocks = std::to_array<block>({
    {of(0, 0, 0, 0), 8},
    {of(10, 0, 0, 0), 8},
    {of(100, 64, 0, 0), 10},
    {of(127, 0, 0, 0), 8},
    {of(169, 254, 0, 0), 16},
    {of(172, 16, 0, 0), 12},
    {of(192, 0, 0, 0), 24},
    {of(192, 168, 0, 0), 16},
    {of(198, 18, 0, 0), 15},
    {of(224, 0, 0, 0), 4},
    {of(240, 0, 0, 0), 4},
});

bool is_private(ipv4 address) {
  return std::ranges::any_of(private_blocks, [&](const block& one) {
    return (address ^ one.first) >> (32 - one.bits) == 0;
  });
}

/// The IPv4 address in its last bytes.
ipv4 embedded(const ipv6& x) { return of(x[12], x[13], x[14], x[15]); }

bool begins_with(const ipv6& x, std::initializer_list<std::uint8_t> bytes) {
  return std::equal(bytes.begin(), bytes.end(), x.begin());
}

bool is_private(const ipv6& x) {
  const bool zeros = std::all_of(x.begin(), x.begin() + 10, [](auto byte) { return byte == 0; });
  if (zeros && x[10] == 0xff && x[11] == 0xff) return is_private(embedded(x));
  if (zeros) return true;  // ::, ::1 and the forms of IPv4 that nobody uses any more
  // The network's own translators of IPv4 (RFC 6052, RFC 8215).
  if (begins_with(x, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}))
    return is_private(embedded(x));
  if (begins_with(x, {0x00, 0x64, 0xff, 0x9b, 0, 1})) return true;
  const bool unique_local = (x[0] & 0xfe) == 0xfc;
  const bool link_or_site_local = x[0] == 0xfe && (x[1] & 0x80) != 0;
  return unique_local || link_or_site_local || x[0] == 0xff;
}

}  // namespace

bool is_private_address(const std::string& text) {
  const auto plain = text.substr(0, text.find('%'));
  in_addr four{};
  if (inet_pton(AF_INET, plain.c_str(), &four) == 1) return is_private(ntohl(four.s_addr));
  in6_addr six{};
  if (inet_pton(AF_INET6, plain.c_str(), &six) != 1) return true;
  ipv6 bytes{};
  std::memcpy(bytes.data(), six.s6_addr, bytes.size());
  return is_private(bytes);
}

}  // namespace drey
