// SPDX-License-Identifier: BSD-3-Clause
// Slash normalisation (normalize_slashes in amd.conf).

#pragma once

#include <string>
#include <string_view>

namespace amd::maplang {

// Runs of slashes become one, except that two slashes stay where the first
// slash of the text is doubled.  `\/` becomes `/`, unless it is the first.
std::string normalize_slashes(std::string_view text);

// Without slashes at the end; a slash alone stays.
std::string_view strip_trailing_slashes(std::string_view text);

}  // namespace amd::maplang
