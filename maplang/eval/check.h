// SPDX-License-Identifier: BSD-3-Clause
// What is wrong with an entry on any machine: unknown names, locations that
// can never be chosen, text without effect.  For `amdmap check`.

#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"
#include "maplang/syntax/map_lines.h"

namespace amd::maplang {

struct CheckContext {
  // The nearest of some words to a misspelt one, if any is near.
  std::function<std::optional<std::string_view>(
      std::string_view, std::span<const std::string_view>)>
      nearest;
  // /defaults or map_defaults give a type to locations that have none.
  bool has_default_type = false;
};

// What parse_entry() reports is not repeated.
std::vector<Diagnostic> check_entry(const Entry& entry,
                                    const CheckContext& context);

// Keys that no look-up can ever ask for.
std::vector<Diagnostic> check_key(const RawEntry& line);

// True if one of the items assigns `type`.
bool gives_type(const Entry& entry);

}  // namespace amd::maplang
