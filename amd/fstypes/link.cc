// SPDX-License-Identifier: BSD-3-Clause
// Types that mount nothing of their own: link, linkx, auto, error, and those
// that cannot be had.

#include <cerrno>

#include "amd/fstypes/type_rows.h"

namespace amd {

// A name for files that are already there.  Whether they are is not asked: a
// link may point nowhere.
Result<Plan> plan_link(const PlanInput& input) {
  if (input.location.fs.empty()) return fail(EINVAL, "link: no fs specified");
  Plan plan = begin_plan(input, input.location.fs);
  add_faces(input, plan.link_text, plan);
  return plan;
}

// A link that may not point nowhere.
Result<Plan> plan_linkx(const PlanInput& input) {
  Result<Plan> plan = plan_link(input);
  if (!plan) return plan;
  const std::string& text = plan->link_text;
  const std::string& path = input.context.path;
  plan->must_exist =
      text.starts_with('/') ? text : path.substr(0, path.rfind('/') + 1) + text;
  return plan;
}

Result<Plan> plan_auto(const PlanInput& input) {
  const ResolvedLocation& location = input.location;
  const PlanContext& context = input.context;
  if (location.fs.empty()) return fail(EINVAL, "auto: no map named by fs");
  NestedMap nested;
  nested.map_name = location.fs == "." ? context.map_name : location.fs;
  nested.key_prefix = location.auto_prefix(context.key_prefix, context.name);
  nested.map_type = location.maptype.value_or("");
  nested.defaults = location.defaults;
  Plan plan = begin_plan(input, nested.map_name);
  plan.nested = std::move(nested);
  return plan;
}

Result<Plan> plan_error(const PlanInput&) {
  return fail(ENOENT, "type:=error");
}

Result<Plan> plan_not_here(const PlanInput& input) {
  return fail(ENOTSUP, "type:=" + input.location.type + " cannot be used here");
}

Result<Plan> plan_not_yet(const PlanInput& input) {
  return fail(ENOTSUP, "type:=" + input.location.type + " is not there yet");
}

}  // namespace amd
