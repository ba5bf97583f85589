// SPDX-License-Identifier: BSD-3-Clause

#include "amd/servers/rank.h"

#include <algorithm>
#include <cstdint>

namespace amd {
namespace {

constexpr int kDetailBits = 24;
constexpr int kUnmeasured = 63;  // after every measured speed

// FNV-1a, 64 bits.
uint64_t hash(uint64_t seed, std::string_view text) {
  for (unsigned char byte : text) seed = (seed ^ byte) * 0x100000001b3u;
  return seed;
}

// The finaliser of splitmix64: FNV alone leaves the high bits of names that
// differ in their last letter nearly equal.
uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

int state_rank(const Server& server, Instant now) {
  switch (server.state) {
    case ServerState::Up:
      return is_flapping(server, now) ? 1 : 0;
    case ServerState::Suspect:
      return 2;
    case ServerState::Unknown:
      return 3;
    case ServerState::Down:
      return 4;
  }
  return 4;
}

int detail(const Server& server, ServerOrder order, std::string_view client) {
  switch (order) {
    case ServerOrder::Map:
      return 0;
    case ServerOrder::Fastest:
      return std::clamp(server.speed.value_or(kUnmeasured), 0, kUnmeasured);
    case ServerOrder::Spread:
      return spread_rank(client, server.key.name.str());
  }
  return 0;
}

}  // namespace

int spread_rank(std::string_view client, std::string_view server) {
  uint64_t both = hash(hash(0xcbf29ce484222325u, client), {"\0", 1});
  return static_cast<int>(mix(hash(both, server)) >> (64 - kDetailBits));
}

int rank_of(const Server& server, ServerOrder order, std::string_view client,
            Instant now) {
  return (state_rank(server, now) << kDetailBits) |
         detail(server, order, client);
}

}  // namespace amd
