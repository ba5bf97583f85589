// SPDX-License-Identifier: BSD-3-Clause
// Where the project's own helper programs are.

#pragma once

#include <string>
#include <string_view>

#include "amd/base/result.h"

namespace amd {

// The absolute path of `name` ("amd-keeper"): beside the running program, in
// the build tree's other rooms, or in the installed libexec directory, in this
// order.  ENOENT: in none of them.  Looks at the disk: for start-up.
[[nodiscard]] Result<std::string> find_program(std::string_view name);

// The absolute path of the running program.
[[nodiscard]] Result<std::string> own_program();

}  // namespace amd
