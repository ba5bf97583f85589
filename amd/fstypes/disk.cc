// SPDX-License-Identifier: BSD-3-Clause
// Types that the kernel mounts from this machine: disks, memory, directories.

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "amd/fstypes/type_rows.h"
#include "maplang/eval/mount_options.h"

namespace amd {
namespace {

// amd's names that differ from Linux's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4>
    kKernelNames = {{{"cdfs", "iso9660"},
                     {"pcfs", "vfat"},
                     {"ffs", "ufs"},
                     {"efs", "efs"}}};

std::string kernel_type(const ResolvedLocation& location) {
  maplang::MountOptions options(location.opts);
  if (auto type = options.text_of("type"); type && !type->empty()) {
    return std::string(*type);
  }
  for (auto [amd, kernel] : kKernelNames) {
    if (location.type == amd) return std::string(kernel);
  }
  return location.type;
}

// A type without a device of its own gets the name that mount tables show.
Result<std::string> device_of(const ResolvedLocation& location) {
  if (location.dev && !location.dev->empty()) return *location.dev;
  if (location.type == "lustre") return location.rhost + ":" + location.rfs;
  if (find_type(location.type)) {
    return fail(EINVAL, location.type + ": no device specified");
  }
  return location.type;
}

}  // namespace

Result<Plan> plan_disk(const PlanInput& input) {
  Result<std::string> device = device_of(input.location);
  if (!device) return pass(device);
  Plan plan = begin_plan(input, *device);
  add_mount(input, KernelMount{kernel_type(input.location), *device}, plan);
  return plan;
}

// A directory of this machine once more.
Result<Plan> plan_lofs(const PlanInput& input) {
  const std::string& source = input.location.rfs;
  if (!source.starts_with('/')) {
    return fail(EINVAL, "lofs: no source filesystem specified");
  }
  Plan plan = begin_plan(input, source);
  add_mount(input, BindMount{source}, plan);
  return plan;
}

}  // namespace amd
