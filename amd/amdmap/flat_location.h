// SPDX-License-Identifier: BSD-3-Clause
// A location with the defaults in force written into it, nothing evaluated:
// what convert and graph look at.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "maplang/syntax/ast.h"

namespace amd::amdmap {

struct FlatLocation {
  maplang::SourceRange range;
  // The last assignment of each option, in defaults or the location.
  std::map<std::string, maplang::Assignment> options;
  // Comparisons, functions and junk of the location itself.
  std::vector<const maplang::Item*> conditions;
  bool after_cut = false;
};

// In the order of the entry.  `defaults` are the items of /defaults.
std::vector<FlatLocation> flatten(const maplang::Entry& entry,
                                  const std::vector<maplang::Item>& defaults);

// The items of the first word of a map's /defaults, dash or not.
std::vector<maplang::Item> defaults_items(const maplang::Entry& entry);

}  // namespace amd::amdmap
