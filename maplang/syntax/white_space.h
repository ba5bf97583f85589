// SPDX-License-Identifier: BSD-3-Clause
// What amd takes for white space, whatever the locale.

#pragma once

namespace amd::maplang {

// Bytes above 127 never are.
constexpr bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace amd::maplang
