// SPDX-License-Identifier: BSD-3-Clause
// Who a request is made for, as NFS servers are told it.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "amd/base/clock.h"

namespace amd::nfsfs {

// What /proc/PID/status says that matters here.
struct ProcessStatus {
  std::vector<uint32_t> groups;
  uint64_t pending = 0;  // signals, of the thread and of the process
  uint64_t caught = 0;
  uint64_t ignored = 0;
  uint64_t blocked = 0;

  // A signal is on its way that will end the process.
  bool is_dying() const;
};
// Nothing when there is no such process (any more).
std::optional<ProcessStatus> read_process_status(pid_t pid);
// Of the text of a status file; what is missing is empty.
ProcessStatus parse_process_status(std::string_view text);

// AUTH_SYS credentials with the caller's supplementary groups, which the
// kernel does not tell: they are read from /proc and remembered for a moment.
class Callers {
 public:
  explicit Callers(std::string machine_name)
      : machine_name_(std::move(machine_name)) {}

  // The body of the credential.  `pid` 0 (a process that this one cannot see):
  // without supplementary groups.
  const std::string& credential(uint32_t uid, uint32_t gid, pid_t pid,
                                Instant now);

 private:
  struct Known {
    std::string body;
    Instant until;
  };
  std::string machine_name_;
  std::map<std::tuple<pid_t, uint32_t, uint32_t>, Known> known_;
};

}  // namespace amd::nfsfs
