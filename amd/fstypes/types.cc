// SPDX-License-Identifier: BSD-3-Clause

#include "amd/fstypes/types.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "amd/fstypes/type_rows.h"
#include "maplang/eval/mount_options.h"

namespace amd {
namespace {

// Which types are mounted in place and which never expire: amd's autofs mode.
constexpr auto kTypes = std::to_array<FsType>({
    {"nfs", plan_nfs, true, false},
    {"nfsl", plan_nfs, true, false},
    {"link", plan_link, false, false},
    {"linkx", plan_linkx, false, false},
    {"lofs", plan_lofs, true, true},
    {"auto", plan_auto, true, false},
    {"error", plan_error, false, false},
    {"program", plan_program, false, false},
    {"ufs", plan_disk, true, true},
    {"ffs", plan_disk, true, true},
    {"xfs", plan_disk, true, true},
    {"ext2", plan_disk, true, true},
    {"ext3", plan_disk, true, true},
    {"ext4", plan_disk, true, true},
    {"btrfs", plan_disk, true, true},
    {"f2fs", plan_disk, true, true},
    {"jfs", plan_disk, true, true},
    {"reiserfs", plan_disk, true, true},
    {"efs", plan_disk, true, true},
    {"tmpfs", plan_disk, true, true},
    {"cdfs", plan_disk, true, false},
    {"udf", plan_disk, true, false},
    {"pcfs", plan_disk, true, false},
    {"lustre", plan_disk, true, false},
    {"cachefs", plan_not_here, false, false},
    {"host", plan_not_yet, false, false},
    {"nfsx", plan_not_yet, false, false},
    {"direct", plan_not_yet, false, false},
    {"union", plan_not_yet, false, false},
    {"toplvl", plan_not_here, false, false},
});

bool has_absolute_target(const Plan& plan) {
  return !plan.mount || plan.mount->target.starts_with('/');
}

// amd's rule (node life time): the type, then unmount, nounmount, utimeout.
void set_life_time(const PlanInput& input, bool type_never_expires,
                   Plan& plan) {
  maplang::PseudoOptions options = maplang::pseudo_options(input.location.opts);
  plan.never_expires = type_never_expires;
  if (options.unmount) plan.never_expires = false;
  if (options.nounmount) plan.never_expires = true;
  if (options.timeout_seconds && *options.timeout_seconds > 0) {
    plan.never_expires = false;
    plan.idle = Seconds(*options.timeout_seconds);
  }
}

}  // namespace

const FsType* find_type(std::string_view name) {
  auto at = std::find_if(kTypes.begin(), kTypes.end(),
                         [&](const FsType& t) { return t.name == name; });
  return at == kTypes.end() ? nullptr : &*at;
}

Result<Plan> make_plan(const PlanInput& input) {
  const ResolvedLocation& location = input.location;
  const FsType* type = find_type(location.type);
  if (!type && !input.settings.kernel_types.count(location.type)) {
    return fail(ENODEV, "fs type \"" + location.type + "\" not recognized");
  }
  Result<Plan> plan = type ? type->make_plan(input) : plan_disk(input);
  if (!plan) return plan;
  if (!has_absolute_target(*plan)) {
    return fail(EINVAL, "fs:=" + plan->mount->target + " is no absolute path");
  }
  set_life_time(input, type && type->never_expires, *plan);
  return plan;
}

Plan begin_plan(const PlanInput& input, std::string info) {
  Plan plan;
  plan.type = input.location.type;
  plan.info = std::move(info);
  plan.link_text = input.location.link_text();
  plan.origin = input.location.origin;
  plan.delay = Seconds(std::max(0, input.location.delay_seconds()));
  return plan;
}

bool is_in_place(const PlanInput& input) {
  const FsType* type = find_type(input.location.type);
  bool is_allowed = type ? type->in_place : true;
  return input.context.in_place && is_allowed && input.location.sublink.empty();
}

void add_mount(const PlanInput& input, MountMethod method, Plan& plan) {
  const ResolvedLocation& location = input.location;
  bool in_place = is_in_place(input);
  MountSpec spec;
  spec.method = std::move(method);
  spec.target = in_place ? input.context.path : location.fs;
  spec.options = location.opts;
  spec.type = location.type;
  spec.origin = location.origin;
  plan.mount = std::move(spec);
  if (!in_place) add_faces(input, plan.link_text, plan);
}

void add_faces(const PlanInput& input, const std::string& text, Plan& plan) {
  if (!input.context.in_place) return;
  const std::string& path = input.context.path;
  MountSpec face;
  face.target = path;
  face.type = input.location.type;
  face.origin = input.location.origin;
  if (input.settings.use_lofs && input.location.type != "host") {
    bool is_relative = !text.starts_with('/');
    std::string directory = path.substr(0, path.rfind('/') + 1);
    face.method = BindMount{is_relative ? directory + text : text};
    plan.faces.push_back(face);
  }
  face.method = SymbolicLink{text};
  plan.faces.push_back(std::move(face));
}

}  // namespace amd
