// SPDX-License-Identifier: BSD-3-Clause
// A service and its clients on real sockets of this machine.
#include "amd/rpc/service_sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include "amd/base/unique_fd.h"
#include "amd/rpc/record.h"
#include "amd/rpc/socket_transport.h"
#include "test/support/printers.h"
#include "test/support/run_loop.h"

using namespace amd;
using namespace amd::rpc;
using namespace std::chrono_literals;
using amd::test::run_until;

namespace {

struct World {
  explicit World(ServiceLimits limits = {})
      : sockets(std::make_unique<ServiceSockets>(loop, dispatcher, limits)) {
    dispatcher.add(
        77, 1,
        {{.number = 1,
          .name = "ECHO",
          .handler = [](const Caller&, std::string_view args,
                        ServiceReply reply) { reply.send(args); }},
         {.number = 2,
          .name = "LATER",
          .handler =
              [this](const Caller&, std::string_view, ServiceReply reply) {
                kept.push_back(std::move(reply));
              }},
         {.number = 3,
          .name = "OWNER",
          .privilege = Privilege::Owner,
          .handler = [](const Caller&, std::string_view,
                        ServiceReply reply) { reply.send(""); }},
         {.number = 4,
          .name = "BIG",
          .handler = [](const Caller&, std::string_view, ServiceReply reply) {
            reply.send(std::string(300000, 'b'));
          }}});
    char pattern[] = "/tmp/amd-rpc-test-XXXXXX";
    folder = ::mkdtemp(pattern);
  }
  ~World() {
    kept.clear();
    sockets.reset();
    ::rmdir(folder.c_str());
  }

  // One call; the errno, or 0 with `results` filled.
  int call(RpcTransport& client, uint32_t proc, const std::string& args = "") {
    std::optional<int> error;
    client.start_call({.prog = 77,
                       .vers = 1,
                       .proc = proc,
                       .args = args,
                       .deadline = loop.now() + 3s},
                      [&](Result<Reply> r) {
                        if (r) results = r->results();
                        error = r ? 0 : errno_of(r.error());
                      });
    REQUIRE(run_until(loop, [&] { return error.has_value(); }));
    return *error;
  }

  Loop loop;
  Dispatcher dispatcher;
  std::unique_ptr<ServiceSockets> sockets;
  std::vector<ServiceReply> kept;
  std::string results;
  std::string folder;
};

UniqueFd connect_raw(const Address& to) {
  UniqueFd fd(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(fd.get(), to.raw(), to.size()) == 0);
  return fd;
}

bool is_closed_by_peer(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

}  // namespace

TEST_CASE("a service answers over TCP, UDP and a Unix socket",
          "[rpc][service]") {
  World world;
  const auto tcp = world.sockets->listen_tcp(Address::loopback(0));
  const auto udp = world.sockets->listen_udp(Address::loopback(0));
  const auto local = world.sockets->listen_unix(world.folder + "/s", 0600);
  REQUIRE(tcp);
  REQUIRE(udp);
  REQUIRE(local);
  struct stat file {};
  ::stat(local->host().c_str(), &file);
  CHECK((file.st_mode & 07777) == 0600);

  for (const auto& client : {make_stream_transport(world.loop, *tcp, {}),
                             make_udp_transport(world.loop, *udp, {}),
                             make_stream_transport(world.loop, *local, {})}) {
    CHECK(world.call(*client, 1, "ping") == 0);
    CHECK(world.results == "ping");
  }
}

TEST_CASE("an answer of many kilobytes arrives over TCP and not over UDP",
          "[rpc][service]") {
  World world;
  const auto tcp = world.sockets->listen_tcp(Address::loopback(0));
  const auto udp = world.sockets->listen_udp(Address::loopback(0));
  const auto stream = make_stream_transport(world.loop, *tcp, {});
  const auto datagrams = make_udp_transport(world.loop, *udp, {});

  CHECK(world.call(*stream, 4) == 0);
  CHECK(world.results.size() == 300000);
  CHECK(world.call(*datagrams, 4) == EIO);
}

TEST_CASE("the kernel says who is at the other end of a Unix socket",
          "[rpc][service]") {
  World world;
  const auto local = world.sockets->listen_unix(world.folder + "/s", 0666);
  const auto tcp = world.sockets->listen_tcp(Address::loopback(0));

  const auto near = make_stream_transport(world.loop, *local, {});
  CHECK(world.call(*near, 3) == 0);
  const auto far = make_stream_transport(world.loop, *tcp, {});
  CHECK(world.call(*far, 3) == EACCES);
}

TEST_CASE("a dead socket is replaced, a living one and other files are not",
          "[rpc][service]") {
  World world;
  const std::string path = world.folder + "/s";
  {
    const auto address = Address::unix_socket(path);
    const UniqueFd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(dead.get(), address->raw(), address->size()) == 0);
  }
  CHECK(world.sockets->listen_unix(path, 0600));

  ServiceSockets other(world.loop, world.dispatcher);
  CHECK(errno_of(other.listen_unix(path, 0600).error()) == EADDRINUSE);
  const std::string plain = world.folder + "/f";
  ::close(::open(plain.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  CHECK(errno_of(other.listen_unix(plain, 0600).error()) == EEXIST);
  ::unlink(plain.c_str());
  world.sockets.reset();
  CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("a client that sends nonsense loses its connection, nobody else",
          "[rpc][service]") {
  World world;
  const auto tcp = world.sockets->listen_tcp(Address::loopback(0));
  const auto good = make_stream_transport(world.loop, *tcp, {});
  CHECK(world.call(*good, 1, "ping") == 0);
  const UniqueFd huge = connect_raw(*tcp);
  ::send(huge.get(), "\x7f\xff\xff\xff", 4, 0);
  const UniqueFd no_call = connect_raw(*tcp);
  ::send(no_call.get(), "\x80\0\0\4abcd", 8, 0);

  CHECK(run_until(world.loop, [&] {
    return is_closed_by_peer(huge.get()) && is_closed_by_peer(no_call.get());
  }));
  CHECK(world.call(*good, 1, "ping") == 0);
}

TEST_CASE("the connection idle for longest makes room for a new one",
          "[rpc][service]") {
  World world({.max_connections = 2});
  const auto tcp = world.sockets->listen_tcp(Address::loopback(0));
  const UniqueFd idle = connect_raw(*tcp);
  const auto busy = make_stream_transport(world.loop, *tcp, {});
  CHECK(world.call(*busy, 1, "ping") == 0);
  const auto late = make_stream_transport(world.loop, *tcp, {});
  CHECK(world.call(*late, 1, "ping") == 0);

  CHECK(is_closed_by_peer(idle.get()));
  CHECK(world.call(*busy, 1, "ping") == 0);
}

TEST_CASE("a client that does not read its answers is not read from",
          "[rpc][service]") {
  World world({.max_unsent = 100000});
  const auto tcp = world.sockets->listen_tcp(Address::loopback(0));
  const UniqueFd client = connect_raw(*tcp);
  XdrWriter call;
  encode_call(call, {.xid = 1, .prog = 77, .vers = 1, .proc = 4});
  const auto mark = record_mark(call.size());
  const std::string framed =
      std::string(mark.data(), mark.size()) + call.bytes();
  // Each asks for 300 kB; far more is asked for than the limits allow.
  std::string flood;
  for (int i = 0; i < 100000; ++i) flood += framed;
  size_t sent = 0;
  run_until(
      world.loop,
      [&] {
        const ssize_t n = ::send(client.get(), flood.data() + sent,
                                 flood.size() - sent, MSG_DONTWAIT);
        if (n > 0) sent += static_cast<size_t>(n);
        return false;
      },
      200ms);

  CHECK(sent < flood.size());
  const auto other = make_stream_transport(world.loop, *tcp, {});
  CHECK(world.call(*other, 1, "ping") == 0);
}

TEST_CASE(
    "replies that come after the client or the service has gone are "
    "dropped",
    "[rpc][service]") {
  World world;
  const auto tcp = world.sockets->listen_tcp(Address::loopback(0));
  auto client = make_stream_transport(world.loop, *tcp, {});
  const Call call{
      .prog = 77, .vers = 1, .proc = 2, .deadline = world.loop.now() + 3s};
  client->start_call(call, [](Result<Reply>) {});
  REQUIRE(run_until(world.loop, [&] { return world.kept.size() == 1; }));
  client.reset();
  run_until(
      world.loop, [] { return false; }, 10ms);
  world.kept[0].send("");
  client = make_stream_transport(world.loop, *tcp, {});
  client->start_call(call, [](Result<Reply>) {});
  REQUIRE(run_until(world.loop, [&] { return world.kept.size() == 2; }));
  world.sockets.reset();

  world.kept[1].send("");
}
