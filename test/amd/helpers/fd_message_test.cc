// SPDX-License-Identifier: BSD-3-Clause
#include "amd/helpers/fd_message.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "test/support/printers.h"

using namespace amd;

namespace {

struct SocketPair {
  UniqueFd a, b;
  SocketPair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
                         ends.data()) == 0);
    a.reset(ends[0]);
    b.reset(ends[1]);
  }
};

}  // namespace

TEST_CASE("a message carries its bytes and its descriptors", "[helpers]") {
  const SocketPair pair;
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const std::array<int, 2> sent = {null.get(), null.get()};
  REQUIRE(send_message(pair.a.get(), "hello", sent));

  std::array<char, 16> buffer{};
  MessageFds fds;
  const auto n = receive_message(pair.b.get(), buffer, fds);

  REQUIRE(n);
  CHECK(std::string(buffer.data(), *n) == "hello");
  REQUIRE(fds.count == 2);
  const UniqueFd first = fds.take();
  CHECK(::write(first.get(), "x", 1) == 1);
  CHECK(::fcntl(first.get(), F_GETFD) == FD_CLOEXEC);
  fds.take();
  CHECK(fds.take().get() == -1);
}

TEST_CASE("a message longer than the buffer is an error", "[helpers]") {
  const SocketPair pair;
  REQUIRE(send_message(pair.a.get(), "0123456789"));

  std::array<char, 4> buffer{};
  MessageFds fds;
  const auto n = receive_message(pair.b.get(), buffer, fds);

  REQUIRE_FALSE(n);
  CHECK(n.error().code.value() == EMSGSIZE);
}

TEST_CASE("a peer that has gone reads as nothing and refuses sends",
          "[helpers]") {
  SocketPair pair;
  pair.a.reset();

  std::array<char, 4> buffer{};
  MessageFds fds;
  const auto n = receive_message(pair.b.get(), buffer, fds);
  const auto sent = send_message(pair.b.get(), "x");

  REQUIRE(n);
  CHECK(*n == 0);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code.value() == EPIPE);
}
