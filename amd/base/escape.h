// SPDX-License-Identifier: BSD-3-Clause
// Makes text from outside safe to show.

#pragma once

#include <string>
#include <string_view>

namespace amd {

// `text` with control bytes, DEL and backslash as \ooo (octal), and cut to
// `max_bytes` with "..." appended when longer.  Bytes above 127 are kept.
std::string escape(std::string_view text, size_t max_bytes = 1000);

}  // namespace amd
