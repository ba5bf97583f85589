// SPDX-License-Identifier: BSD-3-Clause
// How a location is chosen among several.  Pure: facts in, locations out.
//
// The words of the value are walked in order.  For each location: defaults are
// assigned (/defaults or map_defaults, then what an `auto` parent handed down,
// then the last `-` word; before the first `-` word all of them), then its own
// selectors are evaluated, then its own assignments, then options are expanded
// and the type decides whether they suffice.  `||` ends the walk once a
// location has matched, whether or not it will mount.  Chosen locations with
// the same type, source and mount point share the options of the last of them.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "maplang/eval/facts.h"
#include "maplang/eval/location.h"
#include "maplang/eval/questions.h"
#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"

namespace amd::maplang {

// Further locations of an entry are ignored, with a diagnostic; and each
// location and its defaults are at most kLongestExpansion bytes (expand.h).
constexpr size_t kMostLocations = 1024;

struct RejectedLocation {
  ResolvedLocation location;  // as far as it was resolved
  std::string reason;         // "os==sunos5: os is linux"
  // Its selectors matched, but its type does not take it: a mistake in the map,
  // or a type that there is not.
  bool is_misfit = false;
};

struct Choice {
  // To be tried in this order; empty: the key does not exist.
  std::vector<ResolvedLocation> chosen;
  std::vector<RejectedLocation> rejected;
  // In the entry's source.  What parse_entry() reported is not repeated.
  std::vector<Diagnostic> diagnostics;
};

// `defaults_text` is the value of the map's "/defaults" key, empty if it has
// none.
Choice choose(const Entry& entry, std::string_view defaults_text,
              const HostFacts& host, const LookupFacts& lookup,
              const Answers& answers);

}  // namespace amd::maplang
