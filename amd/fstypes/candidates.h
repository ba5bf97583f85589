// SPDX-License-Identifier: BSD-3-Clause
// The locations of an entry as plans, in the order in which they are tried.

#pragma once

#include <string>
#include <vector>

#include "amd/base/error.h"
#include "amd/fstypes/plan.h"
#include "maplang/eval/location.h"

namespace amd {

// A location that this system cannot do.
struct Unfit {
  std::string origin;
  Error why;
};

struct Candidates {
  std::vector<Plan> plans;
  std::vector<Unfit> unfit;
};

// Neighbours that are copies of one file system become one plan with several
// replicas when the engine that mounts them can change servers by itself.
Candidates make_candidates(
    const std::vector<maplang::ResolvedLocation>& locations,
    const PlanSettings& settings, const PlanContext& context);

}  // namespace amd
