// SPDX-License-Identifier: BSD-3-Clause
// The table of file system types: `type:=` and how it becomes a Plan.
//
// A new type is a file with one function and a row in types.cc.

#pragma once

#include <string_view>

#include "amd/base/result.h"
#include "amd/fstypes/plan.h"
#include "maplang/eval/location.h"

namespace amd {

using maplang::ResolvedLocation;

struct PlanInput {
  const ResolvedLocation& location;
  const PlanSettings& settings;
  const PlanContext& context;
};

using MakePlan = Result<Plan> (*)(const PlanInput&);

struct FsType {
  std::string_view name;
  MakePlan make_plan;
  // autofs: mounted on the name itself unless the entry has a sublink.
  bool in_place = false;
  bool never_expires = false;
};

// nullptr: amd has no such type (the kernel may).
const FsType* find_type(std::string_view name);

// What to do for one location.  Error: this system cannot, and why.
[[nodiscard]] Result<Plan> make_plan(const PlanInput& input);

}  // namespace amd
