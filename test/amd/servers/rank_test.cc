// SPDX-License-Identifier: BSD-3-Clause

#include "amd/servers/rank.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "test/support/printers.h"

namespace amd {
namespace {

// The server that a client takes first.
std::string first_of(const std::string& client,
                     const std::vector<std::string>& servers) {
  return *std::min_element(
      servers.begin(), servers.end(), [&](const auto& a, const auto& b) {
        return spread_rank(client, a) < spread_rank(client, b);
      });
}

std::string client(int number) {
  return "client" + std::to_string(number);
}

}  // namespace

TEST_CASE("a server's state counts before everything else", "[servers]") {
  const std::array states = {ServerState::Up, ServerState::Suspect,
                             ServerState::Unknown, ServerState::Down};
  Server slow;
  slow.speed = 63;
  Server fast;
  fast.speed = 0;
  for (ServerOrder order :
       {ServerOrder::Map, ServerOrder::Fastest, ServerOrder::Spread}) {
    for (size_t i = 0; i + 1 < states.size(); ++i) {
      slow.state = states[i];
      fast.state = states[i + 1];
      CHECK(rank_of(slow, order, "c", {}) < rank_of(fast, order, "c", {}));
    }
  }
}

TEST_CASE("clients spread evenly over the servers", "[servers]") {
  const std::vector<std::string> servers = {"server1", "server2", "server3"};
  std::map<std::string, int> taken;
  for (int i = 0; i < 3000; ++i) ++taken[first_of(client(i), servers)];

  for (const std::string& server : servers) {
    CAPTURE(server);
    CHECK(taken[server] > 900);
    CHECK(taken[server] < 1100);
  }
}

TEST_CASE("when a server goes, only its own clients go elsewhere, evenly",
          "[servers]") {
  std::map<std::string, int> moved;
  for (int i = 0; i < 3000; ++i) {
    std::string before = first_of(client(i), {"server1", "server2", "server3"});
    std::string after = first_of(client(i), {"server1", "server3"});
    if (before == "server2")
      ++moved[after];
    else
      CHECK(before == after);
  }

  CHECK(moved["server1"] > 400);
  CHECK(moved["server3"] > 400);
}

TEST_CASE("the spread is the same on every machine", "[servers]") {
  CHECK(spread_rank("client1", "server1") == 2820269);
  CHECK(spread_rank("client1", "server1") != spread_rank("server1", "client1"));
  CHECK(spread_rank("ab", "c") != spread_rank("a", "bc"));
}

}  // namespace amd
