// SPDX-License-Identifier: BSD-3-Clause

#include "amd/fstypes/candidates.h"

#include "amd/fstypes/nfs.h"
#include "amd/fstypes/types.h"

namespace amd {

Candidates make_candidates(
    const std::vector<maplang::ResolvedLocation>& locations,
    const PlanSettings& settings, const PlanContext& context) {
  Candidates result;
  const maplang::ResolvedLocation* previous = nullptr;
  for (const maplang::ResolvedLocation& location : locations) {
    PlanInput input{location, settings, context};
    Result<Plan> plan = make_plan(input);
    if (!plan) {
      result.unfit.push_back({location.origin, plan.error()});
      previous = nullptr;
      continue;
    }
    if (previous && are_replicas(*previous, location, input) &&
        can_join(settings, result.plans.back())) {
      add_replica(*plan, result.plans.back());
    } else {
      result.plans.push_back(std::move(*plan));
    }
    previous = &location;
  }
  return result;
}

}  // namespace amd
