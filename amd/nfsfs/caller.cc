// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/caller.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <string_view>

#include "amd/base/unique_fd.h"
#include "amd/rpc/rpc_message.h"

namespace amd::nfsfs {

namespace {

// A change of a process's groups is seen after this time.
constexpr Milliseconds kRemember{1000};
constexpr size_t kMostKnown = 4096;
// Ignored unless caught; their default action ends nobody.
constexpr std::array<int, 8> kHarmless = {SIGCHLD, SIGURG,  SIGWINCH, SIGCONT,
                                          SIGSTOP, SIGTSTP, SIGTTIN,  SIGTTOU};

std::string_view line_of(std::string_view text, std::string_view key) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  return text.substr(0, text.find('\n'));
}

uint64_t signals_of(std::string_view text, std::string_view key) {
  std::string_view line = line_of(text, key);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  uint64_t set = 0;
  std::from_chars(line.data(), line.data() + line.size(), set, 16);
  return set;
}

}  // namespace

bool ProcessStatus::is_dying() const {
  const auto bit = [](int s) { return uint64_t{1} << (s - 1); };
  if ((pending & bit(SIGKILL)) != 0) return true;
  uint64_t fatal = pending & ~caught & ~ignored & ~blocked;
  for (const int s : kHarmless) fatal &= ~bit(s);
  return fatal != 0;
}

ProcessStatus parse_process_status(std::string_view text) {
  ProcessStatus status;
  std::string_view line = line_of(text, "\nGroups:");
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    uint32_t gid = 0;
    const auto r = std::from_chars(line.data(), line.data() + line.size(), gid);
    if (r.ec != std::errc()) break;
    status.groups.push_back(gid);
    line.remove_prefix(static_cast<size_t>(r.ptr - line.data()));
  }
  status.pending =
      signals_of(text, "\nSigPnd:") | signals_of(text, "\nShdPnd:");
  status.blocked = signals_of(text, "\nSigBlk:");
  status.ignored = signals_of(text, "\nSigIgn:");
  status.caught = signals_of(text, "\nSigCgt:");
  return status;
}

std::optional<ProcessStatus> read_process_status(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/status";
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t n; (n = ::read(fd.get(), part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<size_t>(n));
  return parse_process_status(text);
}

const std::string& Callers::credential(uint32_t uid, uint32_t gid, pid_t pid,
                                       Instant now) {
  if (known_.size() > kMostKnown) known_.clear();
  Known& known = known_[{pid, uid, gid}];
  if (!known.body.empty() && now < known.until) return known.body;
  rpc::AuthSys auth;
  auth.machinename = machine_name_;
  auth.uid = uid;
  auth.gid = gid;
  if (pid > 0)
    if (auto status = read_process_status(pid))
      auth.gids = std::move(status->groups);
  known = {rpc::encode_auth_sys(auth), now + kRemember};
  return known.body;
}

}  // namespace amd::nfsfs
