// SPDX-License-Identifier: BSD-3-Clause
// Words that `opts` strings are known to hold, to find misspelt ones.

#pragma once

#include <span>
#include <string_view>

namespace amd::maplang {

std::span<const std::string_view> known_mount_options();

}  // namespace amd::maplang
