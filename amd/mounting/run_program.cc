// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "amd/base/unique_fd.h"

namespace amd {

namespace {

constexpr size_t kMaxOutput = 8 * 1024;

// In the child.  Dies with the helper, which dies with amd.
[[noreturn]] void become(const std::vector<std::string>& words, int output,
                         int report) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::umask(022);
  for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
    std::signal(s, SIG_DFL);
  ::dup2(output, 1);
  ::dup2(output, 2);
  std::vector<char*> argv;
  for (size_t i = 1; i < words.size(); ++i)
    argv.push_back(const_cast<char*>(words[i].c_str()));
  argv.push_back(nullptr);
  ::execv(words[0].c_str(), argv.data());
  const int error = errno;
  [[maybe_unused]] const ssize_t n = ::write(report, &error, sizeof error);
  ::_exit(127);
}

void read_some(int fd, std::string& output) {
  std::array<char, 1024> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n <= 0) return;
    const size_t room = kMaxOutput - std::min(kMaxOutput, output.size());
    output.append(buffer.data(), std::min(room, static_cast<size_t>(n)));
  }
}

// Collects output until the program has ended.  False: it has not in time.
// What it left running may keep the pipe open: its end is what counts.
bool wait_for_end(int pidfd, int output_fd, Instant end, std::string& output) {
  for (;;) {
    const auto left = std::chrono::duration_cast<Milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    std::array<pollfd, 2> fds = {{{pidfd, POLLIN, 0}, {output_fd, POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), static_cast<int>(left.count()) + 1);
    if (fds[1].revents & POLLIN) read_some(output_fd, output);
    if (fds[1].revents & POLLHUP) output_fd = -1;
    if (fds[0].revents & POLLIN) break;
  }
  if (output_fd >= 0) read_some(output_fd, output);
  return true;
}

}  // namespace

int run_program(const std::vector<std::string>& words, Milliseconds timeout,
                std::string& output) {
  if (words.size() < 2) return EINVAL;
  std::array<int, 2> out{};
  std::array<int, 2> report{};
  if (::pipe2(out.data(), O_CLOEXEC) < 0) return errno;
  const UniqueFd out_read(out[0]);
  UniqueFd out_write(out[1]);
  if (::pipe2(report.data(), O_CLOEXEC) < 0) return errno;
  const UniqueFd report_read(report[0]);
  UniqueFd report_write(report[1]);
  ::fcntl(out_read.get(), F_SETFL, O_NONBLOCK);

  const pid_t pid = ::fork();
  if (pid < 0) return errno;
  if (pid == 0) become(words, out_write.get(), report_write.get());
  out_write.reset();
  report_write.reset();
  int error = 0;
  const bool failed =
      ::read(report_read.get(), &error, sizeof error) == sizeof error;
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const bool ended =
      wait_for_end(pidfd.get(), out_read.get(),
                   std::chrono::steady_clock::now() + timeout, output);
  if (!ended) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (failed) return error;
  if (!ended) return ETIMEDOUT;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

}  // namespace amd
