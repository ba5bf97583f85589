// SPDX-License-Identifier: BSD-3-Clause
// The promises of the server table, over thousands of random lives of servers.

#include <algorithm>
#include <random>

#include "test/amd/servers/network.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

using test::Mood;
using test::Network;

constexpr int kServers = 4;

class Life {
 public:
  explicit Life(std::uint64_t seed)
      : random_(seed),
        net_({.client = "c",
              .seed = seed,
              .ping = {.interval = Seconds(below(4) ? below(40) : -1)},
              .keep = 24h}) {}

  void live(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      check_order();
      net_.loop.run_for(Milliseconds(below(3) ? below(300) : below(40000)));
    }
  }

  // No probe while another is under way, none too soon after another.
  void check_probes() {
    CHECK_FALSE(net_.prober.overlapped);
    for (auto& [name, times] : net_.prober.probes) {
      auto hasty = std::adjacent_find(
          times.begin(), times.end(),
          [](Instant a, Instant b) { return b - a < kMinPingTimeout; });
      CHECK(hasty == times.end());
    }
  }

  // Whatever happened: a server that answers is up soon after it is asked for,
  // by the probe under way or, if that was lost, the next.
  void check_recovery() {
    net_.loop.run_for(kMaxPingTimeout);
    for (int i = 0; i < kServers; ++i) {
      net_.prober.moods[name(i)] = Mood::Answers;
      net_.prober.round_trips[name(i)] = 1ms;
    }
    net_.loop.run_for(1ms);
    for (int i = 0; i < kServers; ++i) net_.access(name(i));
    net_.loop.run_for(kMaxPingTimeout + kMinProbeGap + 1ms);
    for (int i = 0; i < kServers; ++i) {
      CHECK(net_.state(name(i)) == ServerState::Up);
    }
  }

  // The same without anybody who asks, where servers are pinged.
  void check_lonely_recovery() {
    for (int i = 0; i < kServers; ++i) {
      net_.table.set_ping(net_.access(name(i)), {}, net_.loop.now());
      net_.prober.moods[name(i)] = below(2) ? Mood::Silent : Mood::Refuses;
    }
    net_.loop.run_for(Seconds(60 + below(600)));
    for (int i = 0; i < kServers; ++i) {
      REQUIRE(net_.state(name(i)) == ServerState::Down);
      net_.prober.moods[name(i)] = Mood::Answers;
    }
    net_.loop.run_for(kDefaultPingInterval + 1ms);
    for (int i = 0; i < kServers; ++i) {
      CHECK(net_.state(name(i)) == ServerState::Up);
    }
  }

 private:
  static std::string name(int server) { return "s" + std::to_string(server); }
  int below(int limit) {
    return static_cast<int>(random_() % static_cast<unsigned>(limit));
  }

  void step() {
    std::string server = name(below(kServers));
    Instant now = net_.loop.now();
    ServerId id = ServerId{static_cast<unsigned>(below(kServers + 2))};
    static constexpr int kErrors[] = {ETIMEDOUT, ECONNREFUSED, EACCES};
    switch (below(10)) {
      case 0:
      case 1:
        net_.prober.moods[server] = static_cast<Mood>(below(4));
        break;
      case 2:
        net_.prober.round_trips[server] = Milliseconds(below(3000));
        break;
      case 3:
        net_.table.on_used_success(
            id,
            below(2) ? std::optional<Duration>(Milliseconds(below(99)))
                     : std::nullopt,
            now);
        break;
      case 4:
        net_.table.on_used_failure(id, errno_error(kErrors[below(3)], "use"),
                                   now);
        break;
      case 5:
        net_.table.on_used_overdue(id, now);
        break;
      case 6:
        if (!below(4)) net_.table.on_network_change(now);
        break;
      case 7:
        net_.table.set_ping(id, {.interval = Seconds(below(60) - 5)}, now);
        break;
      default:
        net_.access(server);
        break;
    }
  }

  // Total: each once.  Stable: the same again.  By state.
  void check_order() {
    std::vector<ServerName> given;
    for (int i = 0; i < kServers; ++i) given.emplace_back(name(i));
    std::shuffle(given.begin(), given.end(), random_);
    auto rule = static_cast<ServerOrder>(below(3));
    Instant now = net_.loop.now();
    std::vector<ServerName> ordered = net_.table.order(given, rule, now);
    REQUIRE(ordered.size() == given.size());
    REQUIRE(net_.table.order(ordered, rule, now) == ordered);
    int last = -1;
    for (const ServerName& one : ordered) {
      ServerOutlook outlook = net_.table.outlook(one, rule, now);
      REQUIRE(outlook.rank >= last);
      REQUIRE(outlook.patience >= kMinPatience);
      REQUIRE(outlook.patience <= kMaxPatience);
      last = outlook.rank;
    }
  }

  std::mt19937_64 random_;
  Network net_;
};

}  // namespace

TEST_CASE("whatever servers do, they are asked in measure and used again",
          "[servers]") {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    Life life(seed);
    life.live(60);
    life.check_probes();
    life.check_recovery();
    life.check_lonely_recovery();
    life.check_probes();
  }
}

}  // namespace amd
