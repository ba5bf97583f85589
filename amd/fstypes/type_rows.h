// SPDX-License-Identifier: BSD-3-Clause
// The functions in the rows of types.cc, and what they share.  Only for this
// room.

#pragma once

#include <string>

#include "amd/fstypes/types.h"

namespace amd {

Result<Plan> plan_nfs(const PlanInput& input);
Result<Plan> plan_link(const PlanInput& input);
Result<Plan> plan_linkx(const PlanInput& input);
Result<Plan> plan_lofs(const PlanInput& input);
Result<Plan> plan_disk(const PlanInput& input);
Result<Plan> plan_program(const PlanInput& input);
Result<Plan> plan_auto(const PlanInput& input);
Result<Plan> plan_error(const PlanInput& input);
Result<Plan> plan_not_here(const PlanInput& input);
Result<Plan> plan_not_yet(const PlanInput& input);

// A plan with all that does not depend on the type.
Plan begin_plan(const PlanInput& input, std::string info);

// Whether this location's file system is mounted on the name itself.
bool is_in_place(const PlanInput& input);

// Adds the mount to the plan: on the name itself, or on `fs` with a face.
void add_mount(const PlanInput& input, MountMethod method, Plan& plan);

// What stands at the name when its files are mounted elsewhere: a bind mount
// of `text`, or a symbolic link; nothing where the front end shows links.
void add_faces(const PlanInput& input, const std::string& text, Plan& plan);

}  // namespace amd
