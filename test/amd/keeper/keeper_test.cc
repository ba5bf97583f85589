// SPDX-License-Identifier: BSD-3-Clause
// The real amd-keeper; the "amd" under it is this test program itself, told by
// the environment which part to play.
#include "amd/keeper/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "amd/keeper/packet.h"
#include "test/support/printers.h"

using namespace amd;

namespace {

constexpr const char* kPart = "AMD_TEST_KEEPER_PART";

void say(const std::string& text) {
  [[maybe_unused]] const ssize_t n = ::write(9, text.data(), text.size());
}

// First life: keeps a pipe with a byte in it, then dies.  Second life: finds
// the pipe and the byte.
int play_survivor() {
  auto keeper = KeeperClient::connect();
  if (!keeper) return 2;
  auto kept = keeper->get("test:");
  if (!kept) return 3;
  if (kept->empty()) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) return 4;
    if (::write(ends[1], "x", 1) != 1) return 5;
    if (!keeper->put("test:pipe", "a \"pipe\"", ends[0])) return 6;
    if (!keeper->put("other", "", ends[1])) return 6;
    ::raise(SIGKILL);
  }
  char byte = 0;
  if (kept->size() != 1 || ::read((*kept)[0].fd.get(), &byte, 1) != 1) return 7;
  say((*kept)[0].name + "|" + (*kept)[0].description + "|" + byte);
  if (!keeper->drop("test:pipe") || !keeper->get("test:")->empty()) return 8;
  return 42;
}

int play_waiter() {
  say("up");
  ::pause();
  return 0;
}

int play_asker() {
  auto keeper = KeeperClient::connect();
  if (!keeper) return 2;
  const auto address = keeper->engine_address();
  if (!address) return 3;
  say(*address);
  ::pause();
  return 0;
}

int play_engine() {
  say(std::string("|engine ") +
      (std::getenv(kEngineFdVariable) != nullptr ? "listens" : "is deaf"));
  ::pause();
  return 0;
}

// Runs before Catch2's main when this process was started by a keeper.
const bool played = [] {
  const char* part = std::getenv(kPart);
  if (part == nullptr) return false;
  const std::string name = part;
  if (std::getenv(kEngineFdVariable) != nullptr) ::_exit(play_engine());
  if (name == "survivor") ::_exit(play_survivor());
  if (name == "asker") ::_exit(play_asker());
  if (name == "waiter") ::_exit(play_waiter());
  ::_exit(name == "misconfigured" ? 1 : 99);
}();

struct Run {
  pid_t pid = 0;
  UniqueFd out;

  explicit Run(const char* part) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    pid = ::fork();
    if (pid == 0) {
      ::setenv(kPart, part, 1);
      std::array<char, 4096> self{};
      if (::readlink("/proc/self/exe", self.data(), self.size() - 1) < 0)
        ::_exit(98);
      ::setenv("AMD_NFSFS", self.data(), 1);
      ::dup2(ends[1], 9);
      ::close(ends[0]);
      ::close(ends[1]);
      ::close(2);
      ::open("/dev/null", O_WRONLY);
      ::execl("amd/keeper/amd-keeper", "amd-keeper", "--", self.data(),
              static_cast<char*>(nullptr));
      ::_exit(97);
    }
    ::close(ends[1]);
    out.reset(ends[0]);
  }

  // What was said, up to `bytes` of it or the end.
  std::string hear(size_t bytes) {
    std::string heard;
    pollfd ready{out.get(), POLLIN, 0};
    std::array<char, 256> part{};
    while (heard.size() < bytes && ::poll(&ready, 1, 10000) == 1) {
      const ssize_t n = ::read(out.get(), part.data(), part.size());
      if (n <= 0) break;
      heard.append(part.data(), static_cast<size_t>(n));
    }
    return heard;
  }

  int status() {
    int status = -1;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

}  // namespace

TEST_CASE("what amd put into the keeper is there after amd was killed",
          "[keeper]") {
  Run run("survivor");

  CHECK(run.hear(1000) == "test:pipe|a \"pipe\"|x");
  CHECK(run.status() == 42);
}

TEST_CASE("the keeper ends with the status of an amd that gives up",
          "[keeper]") {
  Run run("misconfigured");

  CHECK(run.status() == 1);
}

TEST_CASE("a signal to end reaches amd and is not answered by a new start",
          "[keeper]") {
  Run run("waiter");
  REQUIRE(run.hear(2) == "up");

  ::kill(run.pid, SIGTERM);

  CHECK(run.status() == 128 + SIGTERM);
  CHECK(run.hear(1).empty());
}

TEST_CASE("the engine is started on request, with its listening socket",
          "[keeper]") {
  Run run("asker");

  const std::string heard = run.hear(21);

  CHECK(heard.find('@') != std::string::npos);
  CHECK(heard.find("|engine listens") != std::string::npos);
  ::kill(run.pid, SIGINT);
  CHECK(run.status() == 128 + SIGINT);
  CHECK(run.hear(1).empty());  // the pipe has no writer left: the engine ended
}

TEST_CASE("a packet carries its words and a descriptor", "[keeper]") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
  const UniqueFd a(ends[0]);
  const UniqueFd b(ends[1]);

  REQUIRE(send_packet(a.get(), {"put", "", "x"}, 0) == 0);
  KeeperPacket packet;
  REQUIRE(receive_packet(b.get(), packet) == 0);

  CHECK(packet.words == std::vector<std::string>{"put", "", "x"});
  CHECK(packet.fd);
}
