// SPDX-License-Identifier: BSD-3-Clause
// Under which keys a name is looked up, and which names are never looked up.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "maplang/eval/facts.h"

namespace amd::maplang {

// The keys to look for, first hit wins: the key itself; `a/b/*`, `a/*` for
// a/b/c; at last `*`.  A key that begins with `/` matches exactly or not at
// all.
std::vector<std::string> key_order(std::string_view key);

// The first byte of a name that no key may hold (" ' ! ; @ and white space),
// nothing if the name is fine.
std::optional<char> find_bad_byte(std::string_view name);

// The name with its selector references expanded, as a look-up does; key, map
// and path are empty while it does so.
std::string expand_name(std::string_view name, const HostFacts& host);

}  // namespace amd::maplang
