// SPDX-License-Identifier: BSD-3-Clause
// Port mapper, MOUNT and NFS ping over a network that the test answers for.
#include <cerrno>
#include <optional>

#include "amd/rpc/mount_client.h"
#include "amd/rpc/nfs3.h"
#include "amd/rpc/nfs_ping.h"
#include "amd/rpc/portmap_client.h"
#include "amd/rpc/portmap_protocol.h"
#include "test/support/fake_rpc.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using namespace std::chrono_literals;
using amd::test::FakeRpcNetwork;

namespace {

const Instant kNow{};
const Instant kDeadline = kNow + 5s;

Address server(uint16_t port = 0) {
  return *Address::parse("192.0.2.1", port);
}

struct Asked {
  FakeRpcNetwork network;
  int times = 0;

  // Answers the oldest question to the port mapper.
  void port_is(uint32_t port) {
    const auto id = network.find(kPortmapProgram, 3);
    REQUIRE(id);
    CHECK(network.reply(*id, encoded(PortmapPort{port})));
  }
  // The only call to a program other than the port mapper.
  FakeRpcNetwork::Pending& only(uint32_t prog) {
    FakeRpcNetwork::Pending* found = nullptr;
    for (auto& [id, p] : network.calls)
      if (p.call.prog == prog) found = &p;
    REQUIRE(found != nullptr);
    return *found;
  }
};

struct PortAsked : Asked {
  std::optional<Result<uint16_t>> port;
  std::unique_ptr<RpcStep> step;
  explicit PortAsked(const Address& host = server()) {
    step = start_getport(network, host,
                         {.prog = 100005, .vers = 3, .deadline = kDeadline},
                         [this](Result<uint16_t> r) {
                           ++times;
                           port = std::move(r);
                           step.reset();
                         });
  }
};

struct MntAsked : Asked {
  std::optional<Result<MountResult3>> result;
  uint16_t port = 0;
  std::unique_ptr<RpcStep> step;
  explicit MntAsked(MountService service) {
    step = start_mnt(
        network, service, "/share", kDeadline, [this](Result<MntAnswer> r) {
          ++times;
          if (r) port = r->port;
          result =
              std::move(r).map([](MntAnswer a) { return std::move(a.result); });
          step.reset();
        });
  }
};

struct PingAsked : Asked {
  std::optional<Result<Duration>> rtt;
  uint16_t answered_at = 0;
  std::unique_ptr<RpcStep> step;
  explicit PingAsked(uint16_t port = 0) {
    step = start_nfs_ping(
        network, {.host = server(), .port = port, .deadline = kDeadline},
        [this](Result<PingAnswer> r) {
          ++times;
          if (r) answered_at = r->port;
          rtt = std::move(r).map([](PingAnswer a) { return a.round_trip; });
          step.reset();
        });
  }
  CallId to_port(uint16_t wanted) {
    for (auto& [id, p] : network.calls)
      if (p.call.prog == NFS_PROGRAM && p.peer.port() == wanted)
        return CallId{id};
    FAIL("no call to port " << wanted);
    return {};
  }
};

}  // namespace

TEST_CASE("the port mapper is asked over both protocols and answered once",
          "[rpc][portmap]") {
  PortAsked asked;
  REQUIRE(asked.network.calls.size() == 2);
  for (const auto& [id, p] : asked.network.calls) {
    CHECK(p.peer == server(111));
    CHECK(p.source == SourcePort::Any);
    CHECK(*decode<PortmapEntry>(p.call.args) == PortmapEntry{100005, 3, 6, 0});
  }
  asked.port_is(635);

  CHECK(asked.port->value() == 635);
  CHECK(asked.times == 1);
  CHECK(asked.network.calls.empty());
}

TEST_CASE("one protocol failing is not yet an answer", "[rpc][portmap]") {
  PortAsked asked;
  asked.network.fail(*asked.network.find(kPortmapProgram, 3), ECONNREFUSED);
  CHECK(asked.times == 0);

  SECTION("the other answers") {
    asked.port_is(635);
    CHECK(asked.port->value() == 635);
  }
  SECTION("the other fails too") {
    asked.network.expire(kDeadline);
    CHECK(errno_of(asked.port->error()) == ETIMEDOUT);
  }
  SECTION("the other answers garbage") {
    asked.network.reply(*asked.network.find(kPortmapProgram, 3), "abc");
    CHECK(asked.port->error().code == Errc::Protocol);
  }
  CHECK(asked.times == 1);
}

TEST_CASE("a service that is not registered is ENOENT", "[rpc][portmap]") {
  PortAsked asked;
  asked.port_is(0);

  CHECK(asked.port->error().message() ==
        "RPC 100005.3 over tcp is not registered at 192.0.2.1: No such file "
        "or directory");
}

TEST_CASE("an IPv6 host is asked for a universal address", "[rpc][portmap]") {
  PortAsked asked(*Address::parse("2001:db8::1", 0));
  const auto id = asked.network.find(kPortmapProgram, 3);
  REQUIRE(id);
  CHECK(asked.only(kPortmapProgram).call.vers == 4);
  CHECK(decode<RpcbindEntry>(asked.only(kPortmapProgram).call.args)->netid ==
        "tcp6");
  asked.network.reply(*id, encoded(RpcbindAddress{"2001:db8::1.2.123"}));

  CHECK(asked.port->value() == 635);
}

TEST_CASE("destroying a step calls it off", "[rpc][portmap]") {
  PortAsked asked;
  asked.step.reset();

  CHECK(asked.network.calls.empty());
  CHECK(asked.times == 0);
}

TEST_CASE("MNT finds the port, calls from a reserved port, gives the handle",
          "[rpc][mount]") {
  MntAsked asked({.host = server()});
  asked.port_is(635);
  auto& call = asked.only(kMountProgram);
  CHECK(call.peer == server(635));
  CHECK(call.protocol == IpProtocol::Tcp);
  CHECK(call.source == SourcePort::Reserved);
  CHECK(call.call.proc == 1);
  CHECK(decode<MountPath>(call.call.args)->path == "/share");
  asked.network.reply(
      *asked.network.find(kMountProgram, 1),
      encoded(MountResult3{
          .status = 0, .root = nfs_fh3("root"), .auth_flavors = {1}}));

  REQUIRE(asked.result);
  REQUIRE(*asked.result);
  CHECK((**asked.result).root.view() == "root");
  CHECK(asked.times == 1);
}

TEST_CASE("MNT goes over UDP where the service has no TCP", "[rpc][mount]") {
  MntAsked asked({.host = server()});
  asked.port_is(0);
  CHECK(asked.times == 0);
  asked.port_is(700);

  CHECK(asked.only(kMountProgram).protocol == IpProtocol::Udp);
  CHECK(asked.only(kMountProgram).peer == server(700));
}

TEST_CASE("a MOUNT service that is nowhere registered is ENOENT",
          "[rpc][mount]") {
  MntAsked asked({.host = server()});
  asked.port_is(0);
  asked.port_is(0);

  CHECK(errno_of(asked.result->error()) == ENOENT);
  CHECK(asked.times == 1);
}

TEST_CASE("a given port is used without asking", "[rpc][mount]") {
  MntAsked asked({.host = server(), .port = 4711});

  CHECK(asked.network.calls.size() == 1);
  CHECK(asked.only(kMountProgram).peer == server(4711));
}

TEST_CASE("a server that refuses the path gives its errno", "[rpc][mount]") {
  MntAsked asked({.host = server(), .port = 4711});
  asked.network.reply(
      *asked.network.find(kMountProgram, 1),
      encoded(MountResult3{.status = 13, .root = {}, .auth_flavors = {}}));

  CHECK(asked.result->error().message() ==
        "MNT of /share at 192.0.2.1: Permission denied");
}

TEST_CASE("MNT of version 1 gives its handle in the same form",
          "[rpc][mount]") {
  MntAsked asked({.host = server(), .port = 4711, .version = 1});
  CHECK(asked.only(kMountProgram).call.vers == 1);
  asked.network.reply(*asked.network.find(kMountProgram, 1),
                      encoded(MountResult1{
                          .status = 0, .root = nfs_fh3(std::string(32, 'h'))}));

  REQUIRE(*asked.result);
  CHECK((**asked.result).root.size == 32);
}

TEST_CASE("EXPORT gives the list, UMNT and UMNTALL only that they worked",
          "[rpc][mount]") {
  FakeRpcNetwork network;
  const MountService service{.host = server(), .port = 4711};
  size_t exports = 0;
  int unmounted = 0;
  const auto e = start_export(network, service, kDeadline, [&](auto r) {
    REQUIRE(r);
    exports = r->size();
  });
  const auto count = [&](Result<void> r) { unmounted += r ? 1 : 0; };
  const auto u = start_umnt(network, service, "/a", kDeadline, count);
  const auto a = start_umntall(network, service, kDeadline, count);
  network.reply(*network.find(kMountProgram, 5),
                encoded(MountExports{{{"/a", {}}, {"/b", {}}}}));
  network.reply(*network.find(kMountProgram, 3), "");
  network.reply(*network.find(kMountProgram, 4), "");

  CHECK(exports == 2);
  CHECK(unmounted == 2);
}

TEST_CASE("a ping tries 2049 and asks the port mapper at the same time",
          "[rpc][ping]") {
  PingAsked asked;
  const CallId usual = asked.to_port(2049);
  CHECK(asked.network.find(kPortmapProgram, 3));
  asked.network.reply(usual, "");

  CHECK(asked.rtt->has_value());
  CHECK(asked.times == 1);
  CHECK(asked.network.calls.empty());
}

TEST_CASE("a ping finds a server on another port", "[rpc][ping]") {
  PingAsked asked;
  asked.network.fail(asked.to_port(2049), ECONNREFUSED);
  asked.port_is(3049);
  CHECK(asked.times == 0);
  asked.network.reply(asked.to_port(3049), "");

  CHECK(asked.rtt->has_value());
  CHECK(asked.answered_at == 3049);
}

TEST_CASE("a ping needs no port mapper", "[rpc][ping]") {
  PingAsked asked;
  asked.network.fail(*asked.network.find(kPortmapProgram, 3), ECONNREFUSED);
  asked.network.fail(*asked.network.find(kPortmapProgram, 3), ECONNREFUSED);
  CHECK(asked.times == 0);
  asked.network.reply(asked.to_port(2049), "");

  CHECK(asked.rtt->has_value());
}

TEST_CASE("a ping fails when every way has failed, with the best reason",
          "[rpc][ping]") {
  PingAsked asked;
  SECTION("refused everywhere") {
    asked.network.fail(asked.to_port(2049), ECONNREFUSED);
    asked.port_is(2049);
    CHECK(errno_of(asked.rtt->error()) == ECONNREFUSED);
  }
  SECTION("a server without this version") {
    asked.port_is(3049);
    asked.network.fail(asked.to_port(3049), EOPNOTSUPP);
    asked.network.expire(kDeadline);
    CHECK(errno_of(asked.rtt->error()) == EOPNOTSUPP);
  }
  SECTION("silence") {
    asked.network.expire(kDeadline);
    CHECK(errno_of(asked.rtt->error()) == ETIMEDOUT);
  }
  CHECK(asked.times == 1);
}

TEST_CASE("a ping of a given port asks nobody else", "[rpc][ping]") {
  PingAsked asked(4049);

  CHECK(asked.network.calls.size() == 1);
  asked.network.fail(asked.to_port(4049), ECONNREFUSED);
  CHECK(errno_of(asked.rtt->error()) == ECONNREFUSED);
}

namespace {

const Registration kAmq{
    .prog = 300019, .versions = {1, 2}, .tcp_port = 900, .udp_port = 901};

struct Registering : Asked {
  std::optional<Result<void>> result;
  std::unique_ptr<RpcStep> step;
  Registering() {
    step = start_register(network, kAmq, kDeadline, [this](Result<void> r) {
      ++times;
      result = std::move(r);
      step.reset();
    });
  }
  // Answers the call under way and says what it asked for.
  PortmapEntry answer(uint32_t proc, bool flag) {
    const auto id = network.find(kPortmapProgram, proc);
    REQUIRE(id);
    auto& call = network.calls.at(static_cast<uint64_t>(*id));
    CHECK(call.peer == Address::loopback(111));
    CHECK(call.source == SourcePort::Reserved);
    const PortmapEntry entry = *decode<PortmapEntry>(call.call.args);
    network.reply(*id, encoded(PortmapFlag{flag}));
    return entry;
  }
};

}  // namespace

TEST_CASE("a service replaces what the port mapper knew of it",
          "[rpc][portmap]") {
  Registering registering;
  CHECK(registering.answer(2, false) == PortmapEntry{300019, 1, 0, 0});
  CHECK(registering.answer(2, true) == PortmapEntry{300019, 2, 0, 0});
  CHECK(registering.answer(1, true) == PortmapEntry{300019, 1, 6, 900});
  CHECK(registering.answer(1, true) == PortmapEntry{300019, 1, 17, 901});
  CHECK(registering.answer(1, true) == PortmapEntry{300019, 2, 6, 900});
  CHECK_FALSE(registering.result);
  CHECK(registering.answer(1, true) == PortmapEntry{300019, 2, 17, 901});

  CHECK(registering.result->has_value());
  CHECK(registering.times == 1);
}

TEST_CASE("a port mapper that is absent or unwilling ends the registration",
          "[rpc][portmap]") {
  Registering absent;
  absent.network.fail(*absent.network.find(kPortmapProgram, 2), ECONNREFUSED);
  CHECK(errno_of(absent.result->error()) == ECONNREFUSED);
  Registering unwilling;
  unwilling.answer(2, false);
  unwilling.answer(2, false);
  unwilling.answer(1, false);
  CHECK(errno_of(unwilling.result->error()) == EACCES);
}

TEST_CASE("unregistering makes the port mapper forget every version",
          "[rpc][portmap]") {
  FakeRpcNetwork network;
  int done = 0;
  const auto step = start_unregister(
      network, kAmq, kDeadline, [&](Result<void> r) { done += r ? 1 : 9; });
  for (int i = 0; i < 2; ++i)
    network.reply(*network.find(kPortmapProgram, 2),
                  encoded(PortmapFlag{true}));

  CHECK(done == 1);
}
