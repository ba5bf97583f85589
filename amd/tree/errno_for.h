// SPDX-License-Identifier: BSD-3-Clause
// The one table from a failure to what a waiting process is told.

#pragma once

#include <vector>

#include "amd/base/error.h"

namespace amd {

// ENOENT: no such map, key or location.  EHOSTUNREACH: a server is down, or
// refuses.  ETIMEDOUT: it is silent.  EACCES, EPERM ...: as they are.
int errno_for(const Error& error) noexcept;

// What is told when every location failed, these in the map's order: what a
// living server or this system said, before silence, before refusals; ENOENT
// when there was nothing to try.
int errno_for(const std::vector<Error>& failures) noexcept;

}  // namespace amd
