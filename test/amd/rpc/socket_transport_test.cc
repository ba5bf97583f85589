// SPDX-License-Identifier: BSD-3-Clause
// Real sockets on loop-back against a server that misbehaves on purpose.
#include "amd/rpc/socket_transport.h"

#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "amd/rpc/rpc_message.h"
#include "test/support/printers.h"
#include "test/support/run_loop.h"
#include "test/support/scripted_server.h"

using namespace amd;
using namespace amd::rpc;
using namespace std::chrono_literals;
using amd::test::run_until;
using amd::test::ScriptedServer;
using Mode = ScriptedServer::Mode;

namespace {

// One call and what became of it.
struct Outcome {
  int times = 0;
  int error = 0;  // 0: answered
  std::string results;
  bool protocol_error = false;
};

struct Client {
  explicit Client(Mode mode, IpProtocol protocol = IpProtocol::Tcp)
      : server(loop, mode),
        network(loop),
        transport(network.open(server.address(), protocol, SourcePort::Any)) {}

  CallId start(Outcome& outcome, std::string args = "abcd",
               Duration limit = 3s) {
    return transport->start_call({.prog = 100003,
                                  .vers = 3,
                                  .proc = 0,
                                  .credential = {},
                                  .args = std::move(args),
                                  .deadline = loop.now() + limit},
                                 [&outcome](Result<Reply> r) {
                                   ++outcome.times;
                                   if (r) {
                                     outcome.results = r->results();
                                     return;
                                   }
                                   outcome.error = errno_of(r.error());
                                   outcome.protocol_error =
                                       r.error().code == Errc::Protocol;
                                 });
  }
  // Runs until `outcome` has one; then a little longer, for second answers.
  void finish(const Outcome& outcome) {
    REQUIRE(run_until(loop, [&] { return outcome.times > 0; }));
    run_until(
        loop, [] { return false; }, 5ms);
    CHECK(outcome.times == 1);
  }
  Outcome call(Duration limit = 3s) {
    Outcome outcome;
    start(outcome, "abcd", limit);
    CHECK(outcome.times == 0);
    finish(outcome);
    return outcome;
  }

  Loop loop;
  ScriptedServer server;
  SocketNetwork network;
  std::unique_ptr<RpcTransport> transport;
};

constexpr auto kBoth = {IpProtocol::Tcp, IpProtocol::Udp};

}  // namespace

TEST_CASE("a call is answered over TCP and over UDP", "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Answer, protocol);
    const Outcome outcome = client.call();

    CHECK(outcome.error == 0);
    CHECK(outcome.results == "abcd");
  }
}

TEST_CASE("a hundred calls are under way on one connection",
          "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Answer, protocol);
    std::vector<Outcome> outcomes(100);
    for (size_t i = 0; i < outcomes.size(); ++i)
      client.start(outcomes[i], std::string(4, static_cast<char>(i)));
    REQUIRE(run_until(client.loop, [&] {
      for (const Outcome& o : outcomes)
        if (o.times == 0) return false;
      return true;
    }));

    for (size_t i = 0; i < outcomes.size(); ++i) {
      CHECK(outcomes[i].error == 0);
      CHECK(outcomes[i].results == std::string(4, static_cast<char>(i)));
    }
    if (protocol == IpProtocol::Tcp) CHECK(client.server.connections == 1);
  }
}

TEST_CASE("answers out of order reach their own calls", "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Backwards, protocol);
    Outcome first;
    Outcome second;
    client.start(first, "1111");
    client.start(second, "2222");
    client.finish(first);

    CHECK(first.results == "1111");
    CHECK(second.results == "2222");
  }
}

TEST_CASE("a long message goes out and comes back whole", "[rpc][transport]") {
  Client client(Mode::Answer);
  const std::string big(300000, 'b');
  Outcome outcome;
  client.start(outcome, big);
  client.finish(outcome);

  CHECK(outcome.results == big);
}

TEST_CASE("a server that is not there is told at once", "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Answer, protocol);
    client.server.shut_down();
    const Instant start = client.loop.now();
    const Outcome outcome = client.call();

    CHECK(outcome.error == ECONNREFUSED);
    CHECK(client.loop.now() - start < 1s);
  }
}

TEST_CASE("a server that accepts and is silent costs the deadline, no more",
          "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Swallow, protocol);
    const Instant start = client.loop.now();
    const Outcome outcome = client.call(60ms);

    CHECK(outcome.error == ETIMEDOUT);
    CHECK(client.loop.now() - start < 1s);
  }
}

TEST_CASE("an answer to another call is ignored", "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::WrongXid, protocol);

    CHECK(client.call(60ms).error == ETIMEDOUT);
  }
}

TEST_CASE("the second copy of an answer is ignored", "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::TwoAnswers, protocol);

    CHECK(client.call().results == "abcd");
    CHECK(client.call().results == "abcd");
  }
}

TEST_CASE("garbage ends a TCP connection and is ignored over UDP",
          "[rpc][transport]") {
  Client tcp(Mode::Garbage);
  CHECK(tcp.call().protocol_error);
  Client udp(Mode::Garbage, IpProtocol::Udp);
  CHECK(udp.call(60ms).error == ETIMEDOUT);
  Client oversized(Mode::Oversized);
  CHECK(oversized.call().error == EBADMSG);
}

TEST_CASE("an answer that comes byte by byte is complete in the end",
          "[rpc][transport]") {
  Client client(Mode::ByteByByte);
  CHECK(client.call().results == "abcd");
  CHECK(client.call(10ms).error == ETIMEDOUT);
}

TEST_CASE("losing the connection ends all its calls at once",
          "[rpc][transport]") {
  Client client(Mode::Swallow);
  std::vector<Outcome> outcomes(10);
  for (Outcome& o : outcomes) client.start(o);
  REQUIRE(run_until(client.loop, [&] { return client.server.calls == 10; }));
  client.server.drop_connections();
  client.finish(outcomes.back());

  for (const Outcome& o : outcomes) CHECK(o.error == ECONNRESET);
}

TEST_CASE("the next call after a loss opens a new connection",
          "[rpc][transport]") {
  Client client(Mode::Close);
  CHECK(client.call().error == ECONNRESET);
  client.server.set_mode(Mode::Answer);

  CHECK(client.call().error == 0);
  CHECK(client.server.connections == 2);
}

TEST_CASE("a call that crosses the server's idle time-out is sent again",
          "[rpc][transport]") {
  Client client(Mode::Answer);
  CHECK(client.call().error == 0);
  // The server closes when the next call comes; its successor answers.
  client.server.set_mode(Mode::Close);
  Outcome outcome;
  client.start(outcome);
  REQUIRE(run_until(client.loop, [&] { return client.server.calls == 2; }));
  client.server.set_mode(Mode::Answer);
  client.finish(outcome);

  CHECK(outcome.results == "abcd");
  CHECK(client.server.connections == 2);
}

TEST_CASE("a server that always closes is tried only once more",
          "[rpc][transport]") {
  Client client(Mode::Answer);
  CHECK(client.call().error == 0);
  client.server.set_mode(Mode::Close);

  CHECK(client.call().error == ECONNRESET);
  CHECK(client.server.connections == 2);
}

TEST_CASE("a cancelled call is never called back, even if it is answered",
          "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Answer, protocol);
    Outcome cancelled;
    Outcome other;
    const CallId id = client.start(cancelled);
    client.start(other);
    client.transport->cancel(id);
    client.finish(other);

    CHECK(cancelled.times == 0);
  }
}

TEST_CASE("a call may cancel another one that fails together with it",
          "[rpc][transport]") {
  Client client(Mode::Answer);
  client.server.shut_down();
  Outcome second;
  CallId second_id{};
  int first = 0;
  client.transport->start_call({.prog = 1, .deadline = client.loop.now() + 1s},
                               [&](Result<Reply> r) {
                                 CHECK_FALSE(r);
                                 ++first;
                                 client.transport->cancel(second_id);
                               });
  second_id = client.start(second);
  REQUIRE(run_until(client.loop, [&] { return first == 1; }));
  run_until(
      client.loop, [] { return false; }, 10ms);

  CHECK(second.times == 0);
}

TEST_CASE("a transport may be destroyed by an answer or with calls under way",
          "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Answer, protocol);
    Outcome never;
    bool destroyed = false;
    client.transport->start_call(
        {.prog = 1, .deadline = client.loop.now() + 3s}, [&](Result<Reply>) {
          client.transport.reset();
          destroyed = true;
        });
    client.start(never);
    REQUIRE(run_until(client.loop, [&] { return destroyed; }));
    run_until(
        client.loop, [] { return false; }, 10ms);

    CHECK(never.times == 0);
  }
}

TEST_CASE("disconnecting ends the calls under way, not the transport",
          "[rpc][transport]") {
  for (const IpProtocol protocol : kBoth) {
    Client client(Mode::Swallow, protocol);
    Outcome aborted;
    client.start(aborted);
    client.transport->disconnect();
    CHECK(aborted.times == 0);
    client.finish(aborted);
    CHECK(aborted.error == ECONNABORTED);
    client.server.set_mode(Mode::Answer);

    CHECK(client.call().error == 0);
  }
}

TEST_CASE("a datagram that is lost is sent again until it is answered",
          "[rpc][transport]") {
  Client client(Mode::Swallow, IpProtocol::Udp);
  Outcome outcome;
  client.start(outcome);
  REQUIRE(run_until(client.loop, [&] { return client.server.calls == 1; }));
  client.server.set_mode(Mode::Answer);
  client.finish(outcome);

  CHECK(outcome.error == 0);
  CHECK(client.server.calls == 2);
}

TEST_CASE("an unsuccessful reply is an error with the reason",
          "[rpc][transport]") {
  Client client(Mode::ProgMismatch);

  CHECK(client.call().error == EOPNOTSUPP);
}

TEST_CASE("each call carries its own credential", "[rpc][transport]") {
  Client client(Mode::Answer);
  Outcome outcome;
  for (const uint32_t uid : {7U, 8U})
    client.transport->start_call(
        {.prog = 1,
         .credential =
             encode_auth_sys({.machinename = "h", .uid = uid, .gids = {}}),
         .deadline = client.loop.now() + 3s},
        [&](Result<Reply>) {});
  client.start(outcome);
  client.finish(outcome);

  CHECK(client.server.uids == std::vector<uint32_t>{7, 8});
}

TEST_CASE("a privileged client calls from ports below 1024, many times",
          "[rpc][transport]") {
  Loop loop;
  ScriptedServer server(loop);
  for (int i = 0; i < 20; ++i) {
    const auto transport = make_stream_transport(
        loop, server.address(), {.source = SourcePort::Reserved});
    bool answered = false;
    transport->start_call({.prog = 1, .deadline = loop.now() + 3s},
                          [&](Result<Reply> r) { answered = r.has_value(); });
    CHECK(run_until(loop, [&] { return answered; }));
  }
  REQUIRE(server.ports.size() == 20);
  for (const uint16_t port : server.ports)
    CHECK((port < 1024) == (::geteuid() == 0));
}
