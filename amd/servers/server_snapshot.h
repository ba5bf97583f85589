// SPDX-License-Identifier: BSD-3-Clause
// What amq and the metrics show of the server table: copies, read-only.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "amd/servers/server.h"

namespace amd {

// Durations are ages where nothing else is said.
struct ServerSnapshot {
  struct Change {
    Duration ago{};
    ServerState from{};
    ServerState to{};
    std::string reason;
  };
  ServerId id{};
  ServerKey key;
  std::string address;  // empty: not known
  ServerState state{};
  Duration since{};
  std::optional<Duration> last_answer;
  std::optional<Duration> round_trip;  // smoothed; not an age
  int failures = 0;                    // unanswered pings in a row
  bool is_flapping = false;            // ranked lower for a while
  int uses = 0;
  std::optional<Seconds> ping_interval;   // none: no pings
  std::optional<Duration> next_probe_in;  // none: none planned or under way
  std::vector<Change> history;            // oldest first
};

}  // namespace amd
