// SPDX-License-Identifier: BSD-3-Clause

#include "amd/tree/contest.h"

#include "test/support/fake_clock.h"
#include "test/support/fake_seams.h"
#include "test/support/printers.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

struct Race {
  test::FakeLoop loop;
  test::FakeProbe probe{loop};
  std::map<std::string, ServerOutlook> outlooks;
  std::uint64_t next_id = 1;
  std::unique_ptr<Contest> contest;

  void start(const std::vector<std::string>& servers) {
    std::vector<ProbeRequest> runners;
    for (const std::string& server : servers) {
      ProbeRequest request;
      request.replica.server = server;
      runners.push_back(request);
    }
    ContestSeams seams{
        probe,
        [this](const std::string& s, ServerOrder) { return outlooks[s]; },
        [this] { return ProbeId{next_id++}; }};
    contest = std::make_unique<Contest>(
        seams, std::move(runners), ServerOrder::Map, Contest::Limits{12s, 5s},
        [this](ProbeId id, auto answer) {
          contest->on_answer(id, std::move(answer), loop.now());
        });
    contest->start(loop.now());
  }
  void run_for(Duration d) {
    Instant end = loop.now() + d;
    while (loop.now() < end) {
      Instant next = end;
      if (auto due = contest->next_deadline()) next = std::min(next, *due);
      if (auto due = loop.next_alarm()) next = std::min(next, *due);
      loop.run_until(next);
      contest->on_time(loop.now());
    }
  }
  std::string winner() const {
    return contest->winner() ? contest->winner()->answer.replica.server : "";
  }
};

using Servers = std::vector<std::string>;

}  // namespace

TEST_CASE("servers are asked in the order of what is known of them", "[tree]") {
  Race race;
  race.outlooks["down"].rank = 3;
  race.outlooks["unknown"].rank = 2;
  race.outlooks["up"].rank = 0;
  for (const char* name : {"down", "unknown", "up"}) {
    race.probe.servers[name].errno_value = ECONNREFUSED;
  }

  race.start({"down", "unknown", "up"});
  race.run_for(1s);

  CHECK(race.probe.asked == Servers{"up", "unknown", "down"});
  CHECK(race.contest->is_over());
}

TEST_CASE("the next server is asked as soon as one is late", "[tree]") {
  Race race;
  race.outlooks["a"].patience = 20ms;
  race.probe.servers["a"].delay = 100ms;
  race.probe.servers["b"].delay = 200ms;

  race.start({"a", "b"});
  race.run_for(19ms);
  CHECK(race.probe.asked == Servers{"a"});
  race.run_for(2ms);
  CHECK(race.probe.asked == Servers{"a", "b"});
  race.run_for(1s);

  CHECK(race.winner() == "a");
  CHECK(race.probe.running.empty());
}

TEST_CASE("no answer comes after the race is over", "[tree]") {
  Race race;
  race.probe.servers["a"].is_silent = true;

  race.start({"a"});
  race.run_for(13s);

  CHECK(race.contest->is_over());
  CHECK(race.contest->failure(0)->code.value() == ETIMEDOUT);
  CHECK(race.probe.running.empty());
  CHECK_FALSE(race.contest->next_deadline());
}

TEST_CASE("a race between servers that were down is short", "[tree]") {
  Race race;
  race.outlooks["a"].is_down = race.outlooks["b"].is_down = true;
  race.probe.servers["a"].is_silent = race.probe.servers["b"].is_silent = true;

  race.start({"a", "b"});
  CHECK(race.probe.asked == Servers{"a", "b"});
  race.run_for(4900ms);
  CHECK_FALSE(race.contest->is_over());
  race.run_for(100ms);
  CHECK(race.contest->is_over());
}

TEST_CASE("a server seen alive during the race is asked again", "[tree]") {
  Race race;
  race.probe.servers["a"].errno_value = ECONNREFUSED;
  race.probe.servers["b"].is_silent = true;
  race.start({"a", "b"});
  race.run_for(1s);

  race.probe.servers["a"].errno_value = 0;
  race.contest->on_server_up("a", race.loop.now());
  race.run_for(10ms);

  CHECK(race.winner() == "a");
}

}  // namespace amd
