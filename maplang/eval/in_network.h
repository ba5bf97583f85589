// SPDX-License-Identifier: BSD-3-Clause
// in_network(), and the network selectors.

#pragma once

#include <span>
#include <string_view>

#include "maplang/eval/facts.h"

namespace amd::maplang {

// True if `argument` is the name or the number of one of the networks, or is
// NET/MASK and one of our addresses under MASK is NET.  MASK is a dotted quad,
// 0xHEX, a count of bits, or empty for the mask of the interface.  (The old
// daemon got counts and hexadecimal masks wrong on little-endian machines.)
bool is_in_network(std::string_view argument,
                   std::span<const Network> networks);

}  // namespace amd::maplang
