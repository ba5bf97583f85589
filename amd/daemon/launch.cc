// SPDX-License-Identifier: BSD-3-Clause
#include "amd/daemon/launch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "amd/base/log.h"
#include "amd/base/program_path.h"
#include "amd/base/unique_fd.h"

namespace amd {

namespace {

constexpr std::array<int, 4> kHandedOn = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

sigset_t handed_on_set() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : kHandedOn) sigaddset(&set, s);
  return set;
}

// What the keeper prints goes to the log file, where there is one; the engine
// finds in its environment where to log.
void direct_log(const LogPlace& log) {
  if (log.file.empty()) return;
  ::setenv(log::kFileVariable, log.file.c_str(), 1);
  ::setenv(log::kOptionsVariable, log.options.c_str(), 1);
  if (log.file.starts_with("syslog") || log.file == "/dev/stderr") return;
  const UniqueFd file(::open(log.file.c_str(),
                             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (file) ::dup2(file.get(), STDERR_FILENO);
}

// In the child: becomes the keeper.  Returns only when that failed.
void become_keeper(const std::string& keeper, const std::string& self,
                   char* const* argv, int ready_fd, const LogPlace& log) {
  ::setsid();
  direct_log(log);
  ::fcntl(ready_fd, F_SETFD, 0);
  ::setenv(kReadyFdVariable, std::to_string(ready_fd).c_str(), 1);
  std::vector<const char*> words = {"amd-keeper", "--", self.c_str()};
  for (char* const* word = argv + 1; *word != nullptr; ++word)
    words.push_back(*word);
  words.push_back(nullptr);
  ::execv(keeper.c_str(), const_cast<char* const*>(words.data()));
}

int status_of(int wait_status) {
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
  return 128 + WTERMSIG(wait_status);
}

// The status byte that the daemon reports, nothing when it ended without one.
std::optional<int> read_ready(int fd) {
  unsigned char byte = 0;
  ssize_t n = 0;
  do {
    n = ::read(fd, &byte, 1);
  } while (n < 0 && errno == EINTR);
  if (n == 1) return byte;
  return std::nullopt;
}

int reap(pid_t keeper) {
  int status = 0;
  while (::waitpid(keeper, &status, 0) < 0 && errno == EINTR) {
  }
  return status_of(status);
}

// Hands signals on until the keeper ends.
int stay(pid_t keeper, int keeper_fd) {
  const sigset_t set = handed_on_set();
  const UniqueFd signals(::signalfd(-1, &set, SFD_CLOEXEC));
  std::array<pollfd, 2> fds = {
      {{signals.get(), POLLIN, 0}, {keeper_fd, POLLIN, 0}}};
  for (;;) {
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) break;
    if ((fds[1].revents & POLLIN) != 0) break;
    signalfd_siginfo info{};
    if ((fds[0].revents & POLLIN) != 0 &&
        ::read(signals.get(), &info, sizeof info) == sizeof info)
      ::kill(keeper, static_cast<int>(info.ssi_signo));
  }
  return reap(keeper);
}

}  // namespace

Result<int> launch(char* const* argv, StartMode mode, const LogPlace& log) {
  const auto keeper = find_program("amd-keeper");
  if (!keeper) return pass(keeper);
  const auto self = own_program();
  if (!self) return pass(self);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return fail(errno, "pipe");
  const UniqueFd out(ends[0]);
  UniqueFd in(ends[1]);

  // Blocked before the fork, so that no signal gets lost between the two; the
  // child undoes it.
  const sigset_t set = handed_on_set();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &set, &before);
  const pid_t child = ::fork();
  if (child < 0) return fail(errno, "fork");
  if (child == 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    become_keeper(*keeper, *self, argv, in.get(), log);
    ::_exit(127);
  }
  in.reset();
  if (mode == StartMode::Foreground) {
    const UniqueFd keeper_fd(
        static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    return stay(child, keeper_fd.get());
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (const auto status = read_ready(out.get())) return *status;
  const int status = reap(child);
  return status == 0 ? 1 : status;
}

bool is_first_life() {
  // The keeper's copy of the environment has the variable for ever; the other
  // end is gone when the waiter has ended.
  const char* text = ::getenv(kReadyFdVariable);
  if (text == nullptr) return false;
  pollfd waiter{std::atoi(text), POLLOUT, 0};
  return ::poll(&waiter, 1, 0) >= 0 && (waiter.revents & POLLERR) == 0;
}

void report_ready(int status) {
  const char* text = ::getenv(kReadyFdVariable);
  if (text == nullptr) return;
  const int fd = std::atoi(text);
  ::unsetenv(kReadyFdVariable);
  if (fd <= 2) return;
  const auto byte = static_cast<std::uint8_t>(status);
  // The waiter may be gone (EPIPE; SIGPIPE is ignored): nobody to tell then.
  [[maybe_unused]] const ssize_t n = ::write(fd, &byte, 1);
  ::close(fd);
}

}  // namespace amd
