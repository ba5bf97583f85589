// SPDX-License-Identifier: BSD-3-Clause
// Runs a mount or unmount program of type:=program.  In helper processes only.

#pragma once

#include <string>
#include <vector>

#include "amd/base/clock.h"

namespace amd {

// Executes words[0] with words[1] and on as argv, without a shell.  The errno
// that its exit status stands for, as amd has it; EINTR when a signal ended
// it; ETIMEDOUT when it was killed after `timeout`; ENOENT ... when it could
// not be started.  `output`: the beginning of what it wrote.
int run_program(const std::vector<std::string>& words, Milliseconds timeout,
                std::string& output);

}  // namespace amd
