// SPDX-License-Identifier: BSD-3-Clause
#include "amd/helpers/helper_child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "amd/helpers/helper_main.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

namespace amd {

namespace {

// The arguments of posix_spawn, released when done.
class SpawnPlan {
 public:
  explicit SpawnPlan(int child_socket) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, child_socket, kHelperSocket);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int run(pid_t& pid, const std::string& program) {
    std::array<char*, 2> words = {const_cast<char*>(program.c_str()), nullptr};
    return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_,
                         words.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<HelperChild> HelperChild::start(const std::string& program) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0)
    return fail(errno, "socketpair");
  HelperChild child;
  child.socket_.reset(ends[0]);
  // dup2 of 3 to 3 would leave close-on-exec set.
  UniqueFd theirs(ends[1]);
  if (theirs.get() == kHelperSocket)
    theirs.reset(::fcntl(ends[1], F_DUPFD_CLOEXEC, kHelperSocket + 1));
  ::fcntl(child.socket(), F_SETFL, O_NONBLOCK);
  const int error = SpawnPlan(theirs.get()).run(child.pid_, program);
  if (error != 0) return fail(error, "start " + program);
  child.pidfd_.reset(
      static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0)));
  if (!child.pidfd_) return fail(errno, "pidfd_open");
  return child;
}

void HelperChild::kill() {
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
}

bool HelperChild::reap() {
  siginfo_t info{};
  if (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd_.get()),
               &info, WEXITED | WNOHANG) < 0)
    return errno != EINTR;  // ECHILD: somebody ignores SIGCHLD
  return info.si_pid != 0;
}

}  // namespace amd
