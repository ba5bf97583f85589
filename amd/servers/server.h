// SPDX-License-Identifier: BSD-3-Clause
// What is known of one server, over one NFS version and transport.
//
// Plain data, changed by ServerTable only, and the pure rules about it.

#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/base/error.h"
#include "amd/rpc/rtt.h"
#include "amd/servers/prober.h"
#include "amd/servers/server_outlook.h"

namespace amd {

// `Down` is what was last seen, never a verdict: it orders servers, and no
// server is ever removed from a choice.  Only pings make a server Down: a use
// that fails may be about its MOUNT service, or one path.
//
// event                           from      to       effect
// added                           -         Unknown  probe soon, if pinged
// answer, successful use          any       Up       next ping: interval
// no answer in time               Up        Suspect  probe at once
// no answer, retries left         Unknown   Unknown  probe at once
// no answer, retries left         Suspect   Suspect  probe at once
// no answer, no retries left      not Down  Down     probe with back-off
// no answer                       Down      Down     the next is later
// probe refused                   not Down  Down     probe with back-off
// probe refused                   Down      Down     the next is later
// use overdue or failed           Up        Suspect  probe soon
// use overdue or failed           others    same     probe soon
// access                          not Up    same     probe soon
// network change                  any       same     probe soon, back-off anew
// "soon": at once, but at least kMinProbeGap after the last probe began.
enum class ServerState { Unknown, Up, Suspect, Down };

// "unknown", "up", "suspect", "down".
const char* name_of(ServerState state);

inline constexpr Milliseconds kMinProbeGap{1000};
inline constexpr Milliseconds kMinPingTimeout{500};
inline constexpr Milliseconds kMaxPingTimeout{5000};
inline constexpr Seconds kDefaultPingInterval{30};
inline constexpr Milliseconds kMinPatience{20};
inline constexpr Milliseconds kUnknownPatience{500};
inline constexpr Milliseconds kMaxPatience{1000};
// A server that went away this often in this time is ranked lower.
inline constexpr size_t kFlapCount = 4;
inline constexpr Seconds kFlapWindow{300};
inline constexpr size_t kMaxHistory = 16;

// amd's `ping=` and the parameters of a server.
struct PingSettings {
  Seconds interval{0};      // 0: kDefaultPingInterval; below 0: no pings
  int retries = 3;          // unanswered pings that make it Down
  Milliseconds timeout{0};  // of the first of them; 0: from round trips
};

struct ServerChange {
  Instant at{};
  ServerState from{};
  ServerState to{};
  std::string reason;
};

struct Server {
  ServerId id{};
  ServerKey key;
  std::string address;
  ServerState state = ServerState::Unknown;
  Instant since{};
  PingSettings ping;
  std::optional<Instant> last_answer;
  rpc::RttEstimator round_trip;
  std::optional<int> speed;  // level of its round trip; see next_speed()
  int failures = 0;          // pings without an answer, in a row
  bool is_missed = false;    // a ping or a use failed since the last answer
  int backoff = 0;           // probes since it is Down, or since a new hope
  std::optional<Instant> last_probe;      // when the last began
  std::optional<Instant> probe_deadline;  // set: a probe is under way
  std::optional<Instant> next_probe;      // never set together with the former
  bool is_wanted = false;  // another was asked for while one was under way
  Instant last_access{};
  int uses = 0;
  std::vector<Instant> falls;  // when it ceased to be Up; the last kFlapCount
  std::deque<ServerChange> history;  // the last kMaxHistory, oldest first
};

bool is_pinged(const Server& server);
// kDefaultPingInterval for one that is not pinged.
Seconds ping_interval(const Server& server);

// When the next answer is overdue: doubled with each failure.
Duration ping_timeout(const Server& server);

// How long after the start of the last probe a Down server is asked again:
// 1, 2, 4 ... s, at most 0.8 of the interval, plus up to a quarter (`random`:
// [0, 1)); never less than kMinProbeGap.
Duration next_probe_delay(int backoff, Seconds interval, double random);

// How long an access waits for it before it asks another server as well.
Duration patience(const Server& server);

bool is_flapping(const Server& server, Instant now);

// The level of a round trip: its logarithm to base 2, kept at `old` until it
// differs clearly, so that servers of about one speed do not swap places.
int next_speed(std::optional<int> old, Duration smoothed);

// True when a failed use says that the server is silent, refuses or lies; false
// when it is about a path, a right or this host.
bool speaks_against_server(const Error& error);

}  // namespace amd
