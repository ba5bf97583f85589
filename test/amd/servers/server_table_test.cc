// SPDX-License-Identifier: BSD-3-Clause

#include "amd/servers/server_table.h"

#include "test/amd/servers/network.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

using test::Mood;
using test::Network;

Error failure(int code) {
  return errno_error(code, "mount");
}

}  // namespace

TEST_CASE("a server that is asked for is pinged at once, then every 30 s",
          "[servers]") {
  Network net;

  net.settle("server1");
  CHECK(net.state("server1") == ServerState::Up);
  CHECK(net.prober.count("server1") == 1);
  ServerId id = net.access("server1");
  net.table.begin_use(id, net.loop.now());
  net.loop.run_for(1h);

  // 27 to 30 s each.
  CHECK(net.prober.count("server1") >= 120);
  CHECK(net.prober.count("server1") <= 135);
  CHECK(net.lines ==
        std::vector<std::string>{
            "server server1 (nfs3/tcp): unknown -> up: answered in 1 ms"});
  CHECK(net.news.empty());  // a first answer is no return
}

TEST_CASE("a server that falls silent is suspect, then down after its retries",
          "[servers]") {
  Network net;
  net.settle("server1");
  net.prober.moods["server1"] = Mood::Silent;

  net.loop.run_for(29999ms + 500ms);
  CHECK(net.state("server1") == ServerState::Suspect);
  net.loop.run_for(3s);
  CHECK(net.state("server1") == ServerState::Down);

  std::vector<ServerSnapshot::Change> history = net.shown("server1").history;
  REQUIRE(history.size() == 3);
  CHECK(history[1].reason == "no answer within 500 ms");
  CHECK(history[2].reason == "no answer within 2.0 s");
  CHECK(history[2].from == ServerState::Suspect);
  CHECK(net.news == std::vector<std::string>{"-server1"});
}

TEST_CASE("a server that refuses or talks garbage is down at once",
          "[servers]") {
  for (Mood mood : {Mood::Refuses, Mood::Garbage}) {
    Network net;
    net.settle("server1", mood);
    CHECK(net.state("server1") == ServerState::Down);
  }
}

TEST_CASE("one good answer makes a server up from any state", "[servers]") {
  auto [mood, seconds] =
      GENERATE(std::pair(Mood::Answers, 5), std::pair(Mood::Refuses, 5),
               std::pair(Mood::Silent, 1), std::pair(Mood::Silent, 9));
  bool is_use = GENERATE(false, true);
  Network net;
  ServerId id = net.settle("server1", mood);
  net.loop.run_for(Seconds(seconds));

  if (is_use)
    net.table.on_used_success(id, std::nullopt, net.loop.now());
  else
    net.table.on_answer(id, 3ms, net.loop.now());

  CHECK(net.state("server1") == ServerState::Up);
  CHECK(net.shown("server1").failures == 0);
}

TEST_CASE("a server that comes back is up within one probe, unasked",
          "[servers]") {
  Network net;
  net.settle("server1", Mood::Refuses);
  net.loop.run_for(5min);
  net.prober.moods["server1"] = Mood::Answers;
  size_t probes = net.prober.count("server1");

  net.loop.run_for(30s + 1ms);

  CHECK(net.state("server1") == ServerState::Up);
  CHECK(net.prober.count("server1") == probes + 1);
  CHECK(net.news == std::vector<std::string>{"-server1", "+server1"});
}

TEST_CASE("an access probes a server that is down, at most once a second",
          "[servers]") {
  Network net;
  net.settle("server1", Mood::Refuses);
  net.loop.run_for(2min);
  size_t before = net.prober.count("server1");

  for (int i = 0; i < 1000; ++i) {
    net.access("server1");
    net.loop.run_for(10ms);
  }
  CHECK(net.prober.count("server1") - before <= 11);
  CHECK(net.prober.count("server1") - before >= 9);

  net.prober.moods["server1"] = Mood::Answers;
  net.access("server1");
  net.loop.run_for(1001ms);
  CHECK(net.state("server1") == ServerState::Up);
}

TEST_CASE("an access during a probe that gets lost has one of its own",
          "[servers]") {
  Network net;
  net.settle("server1", Mood::Silent);
  while (net.prober.running() == 0 || net.loop.now() < Instant(1h + 2min))
    net.loop.run_for(500ms);
  net.loop.run_for(1ms);
  net.prober.moods["server1"] = Mood::Answers;

  net.access("server1");
  net.loop.run_for(kMaxPingTimeout + 1ms);

  CHECK(net.state("server1") == ServerState::Up);
}

TEST_CASE("the quirk of am-utils: a server over TCP only is up", "[servers]") {
  Network net;
  ServerKey udp = Network::key("server1");
  udp.protocol = rpc::IpProtocol::Udp;
  ServerId over_udp = net.table.on_access(udp, net.loop.now());
  net.prober.moods["server1"] = Mood::Silent;
  net.loop.run_for(1min);
  REQUIRE(net.table.state_of(udp) == ServerState::Down);

  net.settle("server1");
  net.table.on_used_failure(over_udp, failure(ETIMEDOUT), net.loop.now());

  CHECK(net.state("server1") == ServerState::Up);
  ServerOutlook outlook = net.table.outlook(ServerName("server1"),
                                            ServerOrder::Map, net.loop.now());
  CHECK_FALSE(outlook.is_down);
  CHECK(outlook.patience == 20ms);
}

TEST_CASE("the quirk of am-utils: a server stays down under steady accesses",
          "[servers]") {
  for (Seconds interval : {0s, -1s}) {
    Network net({.client = "c", .ping = {.interval = interval}});
    net.settle("server1", Mood::Silent);
    for (int i = 0; i < 20; ++i) {
      net.access("server1");
      net.loop.run_for(20s);
    }
    REQUIRE(net.state("server1") == ServerState::Down);

    net.prober.moods["server1"] = Mood::Answers;
    net.access("server1");
    net.loop.run_for(1001ms);

    CHECK(net.state("server1") == ServerState::Up);
  }
}

TEST_CASE("without pings a server is asked only when it is wanted",
          "[servers]") {
  Network net({.client = "c", .ping = {.interval = -1s}, .keep = 24h});
  net.settle("server1");
  REQUIRE(net.prober.count("server1") == 1);

  SECTION("while up it is never pinged") {
    net.loop.run_for(1h);
    CHECK(net.prober.count("server1") == 1);
  }
  SECTION("while down it is probed as long as somebody asks") {
    ServerId id = net.access("server1");
    net.prober.moods["server1"] = Mood::Refuses;
    net.table.on_used_failure(id, failure(ECONNREFUSED), net.loop.now());
    net.loop.run_for(2min);
    CHECK(net.state("server1") == ServerState::Down);
    size_t probes = net.prober.count("server1");
    CHECK(probes >= 4);
    net.loop.run_for(1h);
    CHECK(net.prober.count("server1") == probes);
    CHECK_FALSE(net.shown("server1").next_probe_in);
  }
  SECTION("pings can be switched on") {
    net.table.set_ping(net.access("server1"), {.interval = 10s},
                       net.loop.now());
    net.loop.run_for(65s);
    CHECK(net.prober.count("server1") >= 7);
  }
}

TEST_CASE("a ping interval can be changed and switched off", "[servers]") {
  Network net;
  ServerId id = net.settle("server1");

  SECTION("shorter, from now on") {
    net.table.set_ping(id, {.interval = 5s}, net.loop.now());
    net.loop.run_for(5s);
    CHECK(net.prober.count("server1") == 2);
    CHECK(net.shown("server1").ping_interval == 5s);
  }
  SECTION("off") {
    net.table.set_ping(id, {.interval = -1s}, net.loop.now());
    net.loop.run_for(5min);
    CHECK(net.prober.count("server1") == 1);
    CHECK_FALSE(net.shown("server1").ping_interval);
  }
}

TEST_CASE("a failed use makes a server suspect, and a ping decides",
          "[servers]") {
  Network net;
  ServerId id = net.settle("server1");
  net.loop.run_for(2s);

  SECTION("it is dead") {
    net.prober.moods["server1"] = Mood::Refuses;
    net.table.on_used_failure(id, failure(ECONNREFUSED), net.loop.now());
    CHECK(net.state("server1") == ServerState::Suspect);
    net.loop.run_for(1ms);
    CHECK(net.state("server1") == ServerState::Down);
  }
  SECTION("only its MOUNT service is") {
    net.table.on_used_failure(id, failure(ECONNREFUSED), net.loop.now());
    net.loop.run_for(1ms);
    CHECK(net.state("server1") == ServerState::Up);
    CHECK(net.news == std::vector<std::string>{"+server1"});
  }
  SECTION("it is late, no more") {
    net.table.on_used_overdue(id, net.loop.now());
    CHECK(net.state("server1") == ServerState::Suspect);
    net.loop.run_for(1ms);
    CHECK(net.state("server1") == ServerState::Up);
    CHECK(net.news.empty());
  }
  SECTION("the failure is not the server's") {
    net.table.on_used_failure(id, failure(EACCES), net.loop.now());
    CHECK(net.state("server1") == ServerState::Up);
  }
}

TEST_CASE("a network change asks every server at once", "[servers]") {
  Network net;
  for (int i = 0; i < 1000; ++i)
    net.settle("s" + std::to_string(i), i % 2 ? Mood::Answers : Mood::Silent);
  net.loop.run_for(5min);
  for (int i = 0; i < 1000; ++i)
    net.prober.moods["s" + std::to_string(i)] = Mood::Answers;
  auto requests = net.prober.requests.size();

  net.loop.run_for(2s);
  requests = net.prober.requests.size();
  net.table.on_network_change(net.loop.now());
  net.loop.run_for(1001ms);

  CHECK(net.prober.requests.size() - requests >= 900);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(net.state("s" + std::to_string(i)) == ServerState::Up);
  }
  CHECK_FALSE(net.prober.overlapped);
}

TEST_CASE("servers are ordered by state, then as the map lists them",
          "[servers]") {
  Network net;
  net.settle("down", Mood::Refuses);
  ServerId suspect = net.settle("suspect");
  net.settle("up1");
  net.settle("up2");
  net.table.on_used_overdue(suspect, net.loop.now());

  CHECK(net.order({"down", "unknown", "suspect", "up2", "up1", "up2"}) ==
        "up2 up1 suspect unknown down");
  CHECK(net.order({}).empty());
}

TEST_CASE("the fastest server is first, small differences count for nothing",
          "[servers]") {
  Network net;
  net.prober.round_trips = {{"near", 300us}, {"close", 330us}, {"far", 40ms}};
  for (const char* name : {"far", "close", "near"}) net.settle(name);

  CHECK(net.order({"far", "close", "near"}, ServerOrder::Fastest) ==
        "close near far");
  CHECK(net.order({"far", "near", "close"}, ServerOrder::Fastest) ==
        "near close far");
  CHECK(net.order({"far", "near", "close"}) == "far near close");
}

TEST_CASE("a server that comes and goes is ranked lower for a while",
          "[servers]") {
  Network net;
  net.settle("server2");
  for (int i = 0; i < 4; ++i) {
    ServerId id = net.settle("server1");
    REQUIRE(net.order({"server1", "server2"}) == "server1 server2");
    net.loop.run_for(2s);
    net.prober.moods["server1"] = Mood::Refuses;
    net.table.on_used_failure(id, failure(ECONNRESET), net.loop.now());
    net.loop.run_for(2s);
    net.prober.moods["server1"] = Mood::Answers;
    net.access("server1");
    net.loop.run_for(2s);
  }

  CHECK(net.state("server1") == ServerState::Up);
  CHECK(net.shown("server1").is_flapping);
  CHECK(net.order({"server1", "server2"}) == "server2 server1");
  CHECK(net.order({"server1", "server3"}) == "server1 server3");
  net.loop.run_for(5min);
  CHECK(net.order({"server1", "server2"}) == "server1 server2");
}

TEST_CASE("a record that nobody uses or asks for is forgotten", "[servers]") {
  Network net;
  ServerId id = net.settle("server1");

  SECTION("after a while") {
    net.loop.run_for(10min);
    CHECK(net.table.size() == 0);
    CHECK(net.loop.is_quiet());
    // Nothing that is said of it does harm.
    net.table.on_answer(id, 1ms, net.loop.now());
    net.table.on_used_failure(id, failure(ETIMEDOUT), net.loop.now());
    net.table.end_use(id, net.loop.now());
    CHECK(net.table.size() == 0);
    CHECK(net.access("server1") != id);
  }
  SECTION("not while it is used") {
    net.table.begin_use(id, net.loop.now());
    net.loop.run_for(1h);
    CHECK(net.table.size() == 1);
    net.table.end_use(id, net.loop.now());
    net.loop.run_for(10min);
    CHECK(net.table.size() == 0);
  }
  SECTION("when told, with its probe") {
    net.prober.moods["server1"] = Mood::Silent;
    net.table.on_used_overdue(id, net.loop.now());
    net.loop.run_for(1s);
    REQUIRE(net.prober.running() == 1);
    net.table.forget(id);
    CHECK(net.prober.running() == 0);
  }
}

TEST_CASE("a probe goes to the address of the last answer, or looks again",
          "[servers]") {
  Network net;
  ServerId id = net.settle("server1");
  net.table.set_address(id, "192.0.2.1");
  net.prober.moods["server1"] = Mood::Silent;

  net.loop.run_for(31s);

  REQUIRE(net.prober.requests.size() == 3);
  CHECK(net.prober.requests[0].address.empty());
  CHECK(net.prober.requests[1].address == "192.0.2.1");
  CHECK_FALSE(net.prober.requests[1].must_resolve);
  CHECK(net.prober.requests[2].must_resolve);
}

TEST_CASE("amq is shown what happened, not without end", "[servers]") {
  Network net;
  for (int i = 0; i < 20; ++i) {
    net.settle("server1", Mood::Refuses);
    net.loop.run_for(1s);
    net.settle("server1");
    net.loop.run_for(1s);
    ServerId id = net.settle("server1");
    net.prober.moods["server1"] = Mood::Refuses;
    net.table.on_used_failure(id, failure(ECONNRESET), net.loop.now());
    net.loop.run_for(2s);
  }

  ServerSnapshot shown = net.shown("server1");
  CHECK(shown.state == ServerState::Down);
  CHECK(shown.failures > 0);
  CHECK(shown.history.size() == kMaxHistory);
  CHECK(shown.history.back().ago == shown.since);
  CHECK(shown.history.back().reason == "ping: Connection refused");
  CHECK(shown.round_trip == 1ms);
  CHECK(shown.last_answer > 0s);
  CHECK(to_text(shown.key) == "server1 (nfs3/tcp)");
}

}  // namespace amd
