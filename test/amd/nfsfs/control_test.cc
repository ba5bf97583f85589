// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/control.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "amd/base/fd_packet.h"
#include "amd/base/loop.h"
#include "amd/nfsfs/engine_client.h"
#include "test/support/printers.h"

using namespace amd;
using namespace std::chrono_literals;

namespace {

AttachRequest example() {
  AttachRequest a;
  a.id = "12";
  a.target = "/file/\xff tree";
  a.replicas = {NfsReplica{"server1", "/share", "127.0.0.1", 2049, 20048,
                           std::string("\0\1\xfe", 3)},
                NfsReplica{"server2", "/other", "", 0, 0, ""}};
  a.options = "ro,soft";
  a.settings.silence = 20ms;
  return a;
}

// An engine's listening socket, and the connections that come to it.
struct FakeEngine {
  UniqueFd listener;
  UniqueFd peer;
  std::string address;

  FakeEngine() {
    listener.reset(::socket(AF_UNIX, SOCK_SEQPACKET, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    auto* any = reinterpret_cast<sockaddr*>(&name);
    socklen_t size = sizeof name.sun_family;
    REQUIRE(::bind(listener.get(), any, size) == 0);
    size = sizeof name;
    REQUIRE(::getsockname(listener.get(), any, &size) == 0);
    REQUIRE(::listen(listener.get(), 5) == 0);
    address = "@" + std::string(name.sun_path + 1, size - 3);
  }
  ControlMessage accept_and_read(UniqueFd& fd) {
    peer.reset(::accept(listener.get(), nullptr, nullptr));
    std::string bytes;
    REQUIRE(receive_fd_packet(peer.get(), bytes, fd) == 0);
    auto message = decode_control(bytes);
    REQUIRE(message);
    return *message;
  }
  void answer(std::uint64_t seq, int error, const std::string& text) {
    ControlMessage m;
    m.seq = seq;
    m.kind = "done";
    m.error = error;
    m.text = text;
    REQUIRE(send_fd_packet(peer.get(), encode_control(m), -1) == 0);
  }
};

}  // namespace

TEST_CASE("an attach arrives as it was sent, bytes that are no text too",
          "[nfsfs][control]") {
  ControlMessage m;
  m.seq = 7;
  m.kind = "attach";
  m.attach = example();

  const auto back = decode_control(encode_control(m));

  REQUIRE(back);
  CHECK(back->seq == 7);
  CHECK(back->attach == m.attach);
}

TEST_CASE("a control message that is cut or of another kind is an error",
          "[nfsfs][control]") {
  ControlMessage m;
  m.kind = "attach";
  m.attach = example();
  const std::string whole = encode_control(m);

  for (size_t n = 0; n < whole.size(); ++n)
    CHECK_FALSE(decode_control(std::string_view(whole).substr(0, n)));
  CHECK_FALSE(decode_control("[1]"));
  CHECK_FALSE(decode_control(R"({"seq":1,"kind":"attach"})"));
  CHECK_FALSE(decode_control(R"({"seq":"1","kind":"status"})"));
}

TEST_CASE("an attach is asked again of an engine that died before its answer",
          "[nfsfs][control]") {
  FakeEngine engine;
  Loop loop;
  EngineClient client(loop,
                      [&] { return Result<std::string>(engine.address); });
  int lives = 0;
  Result<void> result = fail(EIO, "no answer");
  const auto watch = loop.watch_readable(engine.listener.get(), [&] {
    UniqueFd fd;
    const ControlMessage m = engine.accept_and_read(fd);
    CHECK(m.attach == example());
    CHECK(fd);
    if (++lives == 1) return engine.peer.reset();
    engine.answer(m.seq, 0, "");
  });

  client.start_attach(example(), UniqueFd(::dup(0)), [&](Result<void> r) {
    result = r;
    loop.stop();
  });
  loop.run();

  CHECK(result);
  CHECK(lives == 2);
}

TEST_CASE("the engine's reason for a failure reaches the caller",
          "[nfsfs][control]") {
  FakeEngine engine;
  Loop loop;
  EngineClient client(loop,
                      [&] { return Result<std::string>(engine.address); });
  std::string heard;
  const auto watch = loop.watch_readable(engine.listener.get(), [&] {
    UniqueFd fd;
    const ControlMessage m = engine.accept_and_read(fd);
    engine.answer(m.seq, EHOSTUNREACH, "server1: no answer");
  });

  client.start_drain("server1", [&](Result<void> r) {
    heard = r ? "" : r.error().message();
    loop.stop();
  });
  loop.run();

  CHECK(heard == "server1: no answer: No route to host");
}

TEST_CASE("no engine at all is an error in the end", "[nfsfs][control]") {
  Loop loop;
  int asked = 0;
  EngineClient client(loop, [&]() -> Result<std::string> {
    ++asked;
    return fail(ENOENT, "engine");
  });
  bool failed = false;

  client.start_status([&](Result<EngineStatus> r) {
    failed = !r;
    loop.stop();
  });
  loop.run();

  CHECK(failed);
  CHECK(asked > 1);
}
