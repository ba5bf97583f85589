// SPDX-License-Identifier: BSD-3-Clause
// One child process of a helper program: its socket and its life.

#pragma once

#include <sys/types.h>

#include <string>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"

namespace amd {

// Used by HelperPool.  Does not watch anything itself.
class HelperChild {
 public:
  // Starts `program` with standard input from /dev/null; standard output and
  // error are the caller's.  It stays in the caller's process group (autofs
  // lets only that group pass its triggers).  Returns when exec has succeeded,
  // a millisecond at most.
  [[nodiscard]] static Result<HelperChild> start(const std::string& program);

  int socket() const { return socket_.get(); }
  int pidfd() const { return pidfd_.get(); }
  pid_t pid() const { return pid_; }

  // Closes the socket, which an idle child takes as its end.
  void hang_up() { socket_.reset(); }
  void kill();
  // Collects the child if it has ended.  True: it is gone.
  bool reap();

 private:
  UniqueFd socket_;
  UniqueFd pidfd_;
  pid_t pid_ = -1;
};

}  // namespace amd
