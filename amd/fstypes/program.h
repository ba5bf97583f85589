// SPDX-License-Identifier: BSD-3-Clause
// The words of a `mount:=` or `unmount:=` command.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amd {

// Cut at white space; single quotes protect it and are dropped.
std::vector<std::string> split_command(std::string_view text);

}  // namespace amd
