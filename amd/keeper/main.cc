// SPDX-License-Identifier: BSD-3-Clause
// amd-keeper [--] COMMAND ARGS...: holds what must outlive amd and its engine,
// and starts them again when they are killed.  See keeper.h.
//
// Ends with amd's status when amd ends by itself; then the engine ends too and
// all that is held is dropped.  Nothing here waits for anybody.

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "amd/keeper/keeper.h"
#include "amd/keeper/packet.h"

namespace amd {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto kQuickDeath = milliseconds(5000);
constexpr int kMaxQuickDeaths = 8;
// linux/auto_fs.h, AUTOFS_IOC_CATATONIC.
constexpr unsigned long kAutofsCatatonic = _IO(0x93, 0x61);

struct Answer {
  std::vector<std::string> words;
  UniqueFd fd;
};

// A program that the keeper runs, and its channel.
struct Child {
  std::vector<std::string> command;
  bool wanted = false;  // it is to run
  pid_t pid = 0;        // 0: it does not
  int quick_deaths = 0;
  Clock::time_point started{};
  Clock::time_point start_at{};  // not before; when wanted and not running
  UniqueFd channel;
  std::deque<Answer> answers;  // that the channel had no room for
};

// 0, 100, 200, 400 ... ms, at most 5 s.
milliseconds delay_before_restart(int quick_deaths) {
  if (quick_deaths <= 1) return milliseconds(0);
  return std::min(milliseconds(50 << std::min(quick_deaths - 1, 10)),
                  milliseconds(5000));
}

class Keeper {
 public:
  Keeper(std::vector<std::string> command, std::string engine_path) {
    amd().command = std::move(command);
    amd().wanted = true;
    engine().command = {std::move(engine_path)};
  }
  int run();

 private:
  Child& amd() { return children_[0]; }
  Child& engine() { return children_[1]; }

  bool listen();
  void start_due();
  void start(Child& child);
  [[noreturn]] void become(Child& child, int channel);
  void on_signal();
  void reap();
  void on_death(Child& child, int status);
  void on_request(Child& child);
  void answer(Child& child, const KeeperPacket& packet);
  void push(Child& child, std::vector<std::string> words, UniqueFd fd = {});
  void flush(Child& child);
  int wait_ms() const;
  void release_waiters();

  std::array<Child, 2> children_;
  std::map<std::string, std::pair<std::string, UniqueFd>> kept_;
  UniqueFd signals_;
  UniqueFd listener_;
  std::string address_;
  bool ending_ = false;            // asked to end by a signal
  std::optional<int> end_status_;  // when set, it is over
};

int Keeper::run() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1})
    sigaddset(&set, s);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_ || !listen()) {
    std::perror("amd-keeper");
    return 1;
  }
  while (!end_status_) {
    start_due();
    std::array<pollfd, 3> fds = {{{signals_.get(), POLLIN, 0}}};
    for (size_t i = 0; i < 2; ++i) {
      const bool full = !children_[i].answers.empty();
      fds[i + 1].fd = children_[i].channel.get();
      fds[i + 1].events = full ? POLLOUT : POLLIN;
    }
    if (::poll(fds.data(), fds.size(), wait_ms()) < 0) continue;
    if (fds[0].revents != 0) on_signal();
    for (size_t i = 0; i < 2; ++i) {
      if ((fds[i + 1].revents & POLLOUT) != 0) flush(children_[i]);
      if ((fds[i + 1].revents & ~POLLOUT) != 0) on_request(children_[i]);
    }
  }
  if (engine().pid > 0) ::kill(engine().pid, SIGTERM);
  return *end_status_;
}

bool Keeper::listen() {
  listener_.reset(
      ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  // Only the family: the kernel chooses an abstract name (unix(7)).
  socklen_t size = sizeof name.sun_family;
  auto* address = reinterpret_cast<sockaddr*>(&name);
  if (::bind(listener_.get(), address, size) < 0) return false;
  size = sizeof name;
  if (::getsockname(listener_.get(), address, &size) < 0) return false;
  if (::listen(listener_.get(), 64) < 0) return false;
  const size_t length = size - offsetof(sockaddr_un, sun_path);
  address_ = "@" + std::string(name.sun_path + 1, length - 1);
  return true;
}

void Keeper::start_due() {
  for (Child& child : children_)
    if (child.wanted && child.pid == 0 && Clock::now() >= child.start_at)
      start(child);
}

void Keeper::start(Child& child) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) <
      0) {
    child.start_at = Clock::now() + milliseconds(1000);
    return;
  }
  child.channel.reset(ends[0]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const UniqueFd other(ends[1]);
  child.answers.clear();
  child.started = Clock::now();
  child.pid = ::fork();
  if (child.pid == 0) become(child, other.get());
  if (child.pid < 0) {
    child.pid = 0;
    child.start_at = Clock::now() + milliseconds(1000);
  }
}

void Keeper::become(Child& child, int channel) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::fcntl(channel, F_SETFD, 0);
  ::setenv(kKeeperFdVariable, std::to_string(channel).c_str(), 1);
  if (&child == &engine()) {
    ::fcntl(listener_.get(), F_SETFD, 0);
    ::setenv(kEngineFdVariable, std::to_string(listener_.get()).c_str(), 1);
  }
  std::vector<char*> words;
  for (std::string& word : child.command) words.push_back(word.data());
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  std::perror(words[0]);
  ::_exit(127);
}

void Keeper::on_signal() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD) {
      reap();
      continue;
    }
    ending_ = ending_ || signal == SIGTERM || signal == SIGINT;
    if (amd().pid > 0)
      ::kill(amd().pid, signal);
    else if (ending_)
      end_status_ = 0;
  }
}

void Keeper::reap() {
  int status = 0;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;)
    for (Child& child : children_)
      if (child.pid == pid) on_death(child, status);
}

void Keeper::on_death(Child& child, int status) {
  child.pid = 0;
  child.channel.reset();
  child.answers.clear();
  const bool is_amd = &child == &amd();
  const bool by_signal = WIFSIGNALED(status);
  const int code = by_signal ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  if (is_amd && (ending_ || !by_signal)) {
    end_status_ = code;
    return;
  }
  const bool quick = Clock::now() - child.started < kQuickDeath;
  child.quick_deaths = quick ? child.quick_deaths + 1 : 1;
  std::fprintf(stderr, "amd-keeper: %s ended (%s %d), starting it again\n",
               child.command[0].c_str(), by_signal ? "signal" : "status",
               by_signal ? WTERMSIG(status) : code);
  child.start_at = Clock::now() + delay_before_restart(child.quick_deaths);
  if (child.quick_deaths < kMaxQuickDeaths) return;
  if (is_amd) {
    std::fprintf(stderr, "amd-keeper: amd keeps dying, giving up\n");
    release_waiters();
    end_status_ = code;
    return;
  }
  // An engine that cannot run: its mounts are let go (the kernel then answers
  // every access with ENOTCONN), and it starts again when amd asks for it.
  std::erase_if(kept_, [](const auto& item) {
    return item.first.starts_with("fuse:") || item.first.starts_with("nodes:");
  });
  child.wanted = false;
  child.quick_deaths = 0;
}

void Keeper::on_request(Child& child) {
  KeeperPacket packet;
  const int e = receive_packet(child.channel.get(), packet);
  if (e == 0) return answer(child, packet);
  if (e == EMSGSIZE)
    return push(child, {"error", std::to_string(e), "a packet too long"});
  if (e != EAGAIN) child.channel.reset();
}

void Keeper::answer(Child& child, const KeeperPacket& packet) {
  const auto& w = packet.words;
  if (w[0] == "put" && w.size() == 3 && packet.fd &&
      w[1].size() <= kMaxKeptName && w[2].size() <= kMaxKeptDescription) {
    const int copy = ::fcntl(packet.fd.get(), F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
      return push(child, {"error", std::to_string(errno), "put " + w[1]});
    kept_[w[1]] = {w[2], UniqueFd(copy)};
    return push(child, {"ok"});
  }
  if (w[0] == "get" && w.size() == 2) {
    for (auto& [name, thing] : kept_)
      if (name.starts_with(w[1]))
        push(child, {"item", name, thing.first},
             UniqueFd(::fcntl(thing.second.get(), F_DUPFD_CLOEXEC, 3)));
    return push(child, {"ok"});
  }
  if (w[0] == "drop" && w.size() == 2) {
    kept_.erase(w[1]);
    return push(child, {"ok"});
  }
  if (w[0] == "engine") {
    engine().wanted = true;
    return push(child, {"ok", address_});
  }
  push(child, {"error", std::to_string(EINVAL), "request \"" + w[0] + "\""});
}

void Keeper::push(Child& child, std::vector<std::string> words, UniqueFd fd) {
  child.answers.push_back(Answer{std::move(words), std::move(fd)});
  flush(child);
}

void Keeper::flush(Child& child) {
  while (!child.answers.empty() && child.channel) {
    const Answer& a = child.answers.front();
    const int e = send_packet(child.channel.get(), a.words, a.fd.get());
    if (e == EAGAIN) return;
    child.answers.pop_front();
  }
}

int Keeper::wait_ms() const {
  int wait = -1;
  for (const Child& child : children_) {
    if (!child.wanted || child.pid != 0) continue;
    const auto left = std::chrono::ceil<milliseconds>(
        std::max(child.start_at - Clock::now(), Clock::duration::zero()));
    const int ms = static_cast<int>(left.count());
    wait = wait < 0 ? ms : std::min(wait, ms);
  }
  return wait;
}

// Nobody is left who could answer: accesses through the automounter fail from
// now on, they do not wait.  Closing the FUSE descriptors does the same there.
void Keeper::release_waiters() {
  for (const auto& [name, thing] : kept_)
    if (name.starts_with("autofs:"))
      ::ioctl(thing.second.get(), kAutofsCatatonic, 0);
  kept_.clear();
}

// Installed, the engine is beside the keeper; in the build tree it is not.
std::string engine_path() {
  if (const char* path = std::getenv("AMD_NFSFS")) return path;
  std::array<char, 4096> self{};
  const ssize_t n = ::readlink("/proc/self/exe", self.data(), self.size() - 1);
  std::string dir(self.data(), n > 0 ? static_cast<size_t>(n) : 0);
  dir.resize(dir.rfind('/') == std::string::npos ? 0 : dir.rfind('/'));
  std::string built = dir + "/../nfsfs/amd-nfsfs";
  return ::access(built.c_str(), X_OK) == 0 ? built : dir + "/amd-nfsfs";
}

}  // namespace

}  // namespace amd

int main(int argc, char** argv) {
  int first = 1;
  if (first < argc && std::strcmp(argv[first], "--") == 0) ++first;
  if (first >= argc) {
    std::fprintf(stderr, "usage: amd-keeper [--] command [argument ...]\n");
    return 1;
  }
  // One process group for all: autofs knows its daemon by the group, and amd
  // must still be it after a restart.  Fails, rightly, for a group's leader.
  ::setsid();
  amd::Keeper keeper(std::vector<std::string>(argv + first, argv + argc),
                     amd::engine_path());
  return keeper.run();
}
