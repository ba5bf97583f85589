// SPDX-License-Identifier: BSD-3-Clause
// Makes a word from a file or a command line safe to show in a message.

#pragma once

#include <string>
#include <string_view>

namespace amd::conf {

// Control bytes as \ooo, and cut to a length that a line can hold.
std::string shown(std::string_view text);

}  // namespace amd::conf
