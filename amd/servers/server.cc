// SPDX-License-Identifier: BSD-3-Clause

#include "amd/servers/server.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

namespace amd {

std::string to_text(const ServerKey& key) {
  return fmt::format("{} (nfs{}/{})", key.name.str(), key.version,
                     rpc::name_of(key.protocol));
}

const char* name_of(ServerState state) {
  switch (state) {
    case ServerState::Unknown:
      return "unknown";
    case ServerState::Up:
      return "up";
    case ServerState::Suspect:
      return "suspect";
    case ServerState::Down:
      return "down";
  }
  return "?";
}

bool is_pinged(const Server& server) {
  return server.ping.interval >= Seconds(0);
}

Seconds ping_interval(const Server& server) {
  return server.ping.interval > Seconds(0) ? server.ping.interval
                                           : kDefaultPingInterval;
}

Duration ping_timeout(const Server& server) {
  Duration first = server.ping.timeout > Milliseconds(0)
                       ? Duration(server.ping.timeout)
                       : server.round_trip.timeout();
  first = std::max<Duration>(first, kMinPingTimeout);
  Duration limit = std::max<Duration>(first, kMaxPingTimeout);
  return std::min(first * (1 << std::clamp(server.failures, 0, 8)), limit);
}

Duration next_probe_delay(int backoff, Seconds interval, double random) {
  using Real = std::chrono::duration<double>;
  Real grown = Seconds(1) * std::exp2(std::clamp(backoff, 0, 20));
  Real delay = std::min<Real>(grown, interval * 0.8) * (1 + random / 4);
  return std::max<Duration>(std::chrono::duration_cast<Duration>(delay),
                            kMinProbeGap);
}

Duration patience(const Server& server) {
  std::optional<Duration> smoothed = server.round_trip.smoothed();
  if (!smoothed) return kUnknownPatience;
  // A MOUNT call is several round trips, and its daemon slower than a ping.
  return std::clamp<Duration>(*smoothed * 10, kMinPatience, kMaxPatience);
}

bool is_flapping(const Server& server, Instant now) {
  return server.falls.size() == kFlapCount &&
         now - server.falls.front() < kFlapWindow;
}

int next_speed(std::optional<int> old, Duration smoothed) {
  double us = std::chrono::duration<double, std::micro>(smoothed).count();
  // Below 128 us it is the scheduler that is measured.
  double level = std::log2(std::max(us, 128.0));
  if (old && std::abs(level - *old) <= 0.75) return *old;
  return static_cast<int>(std::lround(level));
}

bool speaks_against_server(const Error& error) {
  if (error.code == Errc::ServerDown || error.code == Errc::Protocol)
    return true;
  if (error.code.category() != std::generic_category()) return false;
  switch (error.code.value()) {
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETDOWN:
    case ENETUNREACH:
    case EPIPE:
    case ETIMEDOUT:
      return true;
    default:
      return false;
  }
}

}  // namespace amd
