// SPDX-License-Identifier: BSD-3-Clause
#include <cerrno>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "amd/probing/host_addresses.h"
#include "amd/probing/nfs_asker.h"
#include "amd/probing/pinger.h"
#include "amd/rpc/mount_protocol.h"
#include "amd/rpc/nfs3.h"
#include "test/support/fake_rpc.h"
#include "test/support/printers.h"
#include "test/support/run_loop.h"

using namespace amd;

namespace {

// Answers questions about hosts when the test says so.
class HostsWorld : public World {
 public:
  void start_ask(const WorldQuestion& question, Done done) override {
    asked.push_back(question.argument);
    waiting.push_back(std::move(done));
  }
  void answer(std::vector<std::string> addresses) {
    const Done done = std::move(waiting.front());
    waiting.pop_front();
    done(WorldAnswer{false, std::move(addresses)});
  }
  std::vector<std::string> asked;
  std::deque<Done> waiting;
};

struct Network {
  Loop loop;
  HostsWorld world;
  test::FakeRpcNetwork rpc;
  HostAddresses addresses{loop, world};

  void turn() {
    bool turned = false;
    loop.post([&] { turned = true; });
    REQUIRE(test::run_until(loop, [&] { return turned; }));
  }
  // The call of `prog` to `host`; 0: there is none.
  std::uint64_t call_to(const std::string& host, std::uint32_t prog) {
    for (const auto& [id, pending] : rpc.calls)
      if (pending.call.prog == prog && pending.peer.host() == host) return id;
    return 0;
  }
};

struct Asking : Network {
  std::vector<std::pair<std::string, bool>> evidence;
  std::vector<std::string> late;
  std::optional<Result<ServerProbe::Answer>> answer;
  NfsAsker asker{
      loop, rpc, addresses,
      [this](const std::string& server, const Result<Duration>& r) {
        evidence.emplace_back(server, r.has_value());
      },
      [this](const std::string& server, Duration) { late.push_back(server); }};

  explicit Asking(std::vector<std::string> at = {"10.9.1.2"}) {
    ProbeRequest request;
    request.replica.server = "server1";
    request.replica.path = "/share";
    request.replica.port = 2049;
    request.replica.mountport = 20048;
    asker.start(ProbeId{1}, request, [this](Result<ServerProbe::Answer> a) {
      answer = std::move(a);
    });
    turn();
    world.answer(std::move(at));
  }
  bool pong(const std::string& host) {
    return rpc.reply(rpc::CallId{call_to(host, rpc::NFS_PROGRAM)}, "");
  }
  bool root(const std::string& host, std::uint32_t status = 0) {
    rpc::MountResult3 result;
    result.status = status;
    result.root = rpc::nfs_fh3("handle");
    return rpc.reply(rpc::CallId{call_to(host, rpc::kMountProgram)},
                     rpc::encoded(result));
  }
};

class Pongs : public PingEvents {
 public:
  void on_pong(ServerId, const std::string& address, Duration) override {
    answered.push_back(address);
  }
  void on_no_pong(ServerId, const Error& why) override {
    failed.push_back(errno_of(why));
  }
  std::vector<std::string> answered;
  std::vector<int> failed;
};

PingRequest ping_of(bool must_resolve = false) {
  PingRequest request;
  request.id = ServerId{7};
  request.key.name = ServerName("server1");
  request.must_resolve = must_resolve;
  request.deadline = Instant{} + Seconds(1000000);
  return request;
}

}  // namespace

TEST_CASE("a name is asked for once while the answer is remembered",
          "[probing]") {
  Network net;
  std::vector<std::string> found;
  const auto note = [&](const Result<std::vector<rpc::Address>>& a) {
    found.push_back(a ? a->front().host() : a.error().message());
  };

  net.addresses.start_find("server1", note);
  net.addresses.start_find("server1", note);
  CHECK(net.world.asked.size() == 1);
  net.world.answer({"10.9.1.2"});
  net.addresses.start_find("server1", note);
  net.turn();

  CHECK(found == std::vector<std::string>(3, "10.9.1.2"));
  CHECK(net.world.asked.size() == 1);
  net.addresses.forget("server1");
  net.addresses.start_find("server1", note);
  CHECK(net.world.asked.size() == 2);
}

TEST_CASE("a numeric address needs nobody, a name without one is an error",
          "[probing]") {
  Network net;
  std::vector<std::string> found;
  const auto note = [&](const Result<std::vector<rpc::Address>>& a) {
    found.push_back(a ? a->front().host() : a.error().message());
  };

  net.addresses.start_find("192.0.2.7", note);
  CHECK(found.empty());
  net.turn();
  net.addresses.start_find("nosuch", note);
  net.world.answer({"rubbish"});

  REQUIRE(found.size() == 2);
  CHECK(found[0] == "192.0.2.7");
  CHECK(found[1] == "host nosuch is not known: No route to host");
}

TEST_CASE("a server will do when NFS answers and MOUNT gives the handle",
          "[probing]") {
  Asking ask;

  REQUIRE(ask.pong("10.9.1.2"));
  CHECK_FALSE(ask.answer);
  REQUIRE(ask.root("10.9.1.2"));

  REQUIRE(ask.answer);
  REQUIRE(*ask.answer);
  const NfsReplica& replica = (*ask.answer)->replica;
  CHECK(replica.address == "10.9.1.2");
  CHECK(replica.port == 2049);
  CHECK(replica.mountport == 20048);
  CHECK(replica.root_handle == "handle");
  CHECK(ask.evidence ==
        std::vector<std::pair<std::string, bool>>{{"server1", true}});
}

TEST_CASE("a server that answers and refuses the path is alive", "[probing]") {
  Asking ask;
  ask.pong("10.9.1.2");
  ask.root("10.9.1.2", EACCES);

  REQUIRE(ask.answer);
  REQUIRE_FALSE(*ask.answer);
  CHECK(errno_of(ask.answer->error()) == EACCES);
  CHECK(ask.evidence ==
        std::vector<std::pair<std::string, bool>>{{"server1", true}});
}

TEST_CASE("all addresses are asked at once and the first that works wins",
          "[probing]") {
  Asking ask({"10.9.1.2", "10.9.2.2"});
  CHECK(ask.call_to("10.9.1.2", rpc::NFS_PROGRAM) != 0);

  ask.pong("10.9.2.2");
  ask.root("10.9.2.2");

  REQUIRE(ask.answer);
  REQUIRE(*ask.answer);
  CHECK((*ask.answer)->replica.address == "10.9.2.2");
  CHECK(ask.rpc.calls.empty());
}

TEST_CASE("one dead address of two is not yet a failure", "[probing]") {
  Asking ask({"10.9.1.2", "10.9.2.2"});
  ask.rpc.fail(rpc::CallId{ask.call_to("10.9.1.2", rpc::NFS_PROGRAM)},
               ECONNREFUSED);
  CHECK_FALSE(ask.answer);

  ask.rpc.fail(rpc::CallId{ask.call_to("10.9.2.2", rpc::NFS_PROGRAM)},
               ECONNREFUSED);
  REQUIRE(ask.answer);
  CHECK(errno_of(ask.answer->error()) == ECONNREFUSED);
  CHECK(ask.evidence ==
        std::vector<std::pair<std::string, bool>>{{"server1", false}});
}

TEST_CASE("an ask that is called off reports nothing but that it was late",
          "[probing]") {
  Asking ask;
  ask.asker.cancel(ProbeId{1});

  CHECK(ask.late == std::vector<std::string>{"server1"});
  CHECK(ask.rpc.calls.empty());
  CHECK_FALSE(ask.answer);
  CHECK(ask.evidence.empty());
}

TEST_CASE("a ping tells the address that answered", "[probing]") {
  Network net;
  Pongs pongs;
  Pinger pinger(net.loop, net.rpc, net.addresses);
  pinger.set_events(pongs);

  pinger.start_probe(ping_of());
  net.world.answer({"10.9.1.2", "10.9.2.2"});
  net.rpc.fail(rpc::CallId{net.call_to("10.9.1.2", rpc::NFS_PROGRAM)},
               ECONNREFUSED);
  net.rpc.reply(rpc::CallId{net.call_to("10.9.2.2", rpc::NFS_PROGRAM)}, "");

  CHECK(pongs.answered == std::vector<std::string>{"10.9.2.2"});
  CHECK(pongs.failed.empty());
  CHECK(net.rpc.calls.empty());
}

TEST_CASE("a cancelled ping reports nothing, even if its name is found later",
          "[probing]") {
  Network net;
  Pongs pongs;
  Pinger pinger(net.loop, net.rpc, net.addresses);
  pinger.set_events(pongs);

  pinger.start_probe(ping_of());
  pinger.cancel_probe(ServerId{7});
  net.world.answer({"10.9.1.2"});

  CHECK(net.rpc.calls.empty());
  CHECK(pongs.answered.empty());
  CHECK(pongs.failed.empty());
}

TEST_CASE("a server that did not answer is looked up again", "[probing]") {
  Network net;
  Pongs pongs;
  Pinger pinger(net.loop, net.rpc, net.addresses);
  pinger.set_events(pongs);

  pinger.start_probe(ping_of());
  net.world.answer({"10.9.1.2"});
  pinger.cancel_probe(ServerId{7});
  pinger.start_probe(ping_of(true));
  net.world.answer({"10.9.3.2"});

  CHECK(net.world.asked.size() == 2);
  CHECK(net.call_to("10.9.3.2", rpc::NFS_PROGRAM) != 0);
}
