// SPDX-License-Identifier: BSD-3-Clause
// Variable expansion.
//
// It is done in two passes, as in amd: selectors first, in the raw text of a
// word, options later, in single values.  Each pass leaves the other's
// references as they are; a name that is neither comes from the environment in
// either.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "maplang/eval/facts.h"
#include "maplang/eval/variables.h"

namespace amd::maplang {

struct Expansion {
  std::string text;  // slashes normalised, if the host wants that
  std::vector<std::string> problems;  // one message each
  bool too_long = false;              // cut at the limit
};

// An expansion does not grow beyond this; longer text without a reference
// passes.
constexpr size_t kLongestExpansion = 65536;

Expansion expand_selectors(std::string_view text, const HostFacts& host,
                           const LookupFacts& lookup);

Expansion expand_options(std::string_view text, const HostFacts& host,
                         const OptionValues& options);

}  // namespace amd::maplang
