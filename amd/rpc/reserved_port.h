// SPDX-License-Identifier: BSD-3-Clause
// Source ports below 1024, which servers ask of whom they trust.

#pragma once

#include <sys/socket.h>

#include "amd/base/result.h"

namespace amd::rpc {

inline constexpr int kReservedPorts = 359;  // as many as there are to try

// Binds `fd` (AF_INET or AF_INET6) to the next free reserved port; each call
// goes on where the last one ended.  EACCES: not privileged.  EADDRINUSE: all
// are taken.
[[nodiscard]] Result<void> bind_reserved_port(int fd, sa_family_t family);

}  // namespace amd::rpc
