// SPDX-License-Identifier: BSD-3-Clause
// The child's side: the main loop of a helper program.

#pragma once

#include <functional>
#include <string_view>

#include "amd/base/unique_fd.h"
#include "amd/helpers/fd_message.h"
#include "amd/helpers/wire.h"

namespace amd {

// The descriptor under which a helper finds its socket.
inline constexpr int kHelperSocket = 3;

// One request and its reply.
struct HelperCall {
  std::string_view request;
  MessageFds fds;         // that came with the request
  WireWriter reply;       // to be filled in
  UniqueFd reply_fds[2];  // sent with the reply when set
};

// Serves requests until the daemon has gone.  Puts the process into a known
// state first: signals at their defaults, no descriptors but 0 to 3, umask 0,
// working directory /, SIGKILL when its parent dies.  `serve` may wait.
// The exit status of main.
int run_helper(const std::function<void(HelperCall&)>& serve);

}  // namespace amd
