// SPDX-License-Identifier: BSD-3-Clause
// Whether a word of an access rule can name callers at all.

#pragma once

#include <string_view>

namespace amd::conf {

// "any", "local", an IPv4 or IPv6 address, or one of them with a prefix length.
bool is_address_pattern(std::string_view text);

}  // namespace amd::conf
