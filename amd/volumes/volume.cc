// SPDX-License-Identifier: BSD-3-Clause

#include "amd/volumes/volume.h"

#include <algorithm>

namespace amd {
namespace {

// The path on the server, when it is an NFS file system.
const std::string* nfs_path(const MountMethod& method) {
  if (auto* kernel = std::get_if<KernelNfsMount>(&method)) {
    return &kernel->replica.path;
  }
  auto* user = std::get_if<UserNfsMount>(&method);
  return user && !user->replicas.empty() ? &user->replicas.front().path
                                         : nullptr;
}

}  // namespace

const char* name_of(VolumeState state) {
  switch (state) {
    case VolumeState::Unmounted:
      return "unmounted";
    case VolumeState::Mounting:
      return "mounting";
    case VolumeState::Mounted:
      return "mounted";
    case VolumeState::Unmounting:
      return "unmounting";
  }
  return "?";
}

Duration next_unmount_retry(int failures, Seconds dismount_interval) {
  return std::clamp(failures, 1, 4) * dismount_interval;
}

bool is_same_file_system(const MountSpec& a, const MountSpec& b) {
  const std::string* path_a = nfs_path(a.method);
  const std::string* path_b = nfs_path(b.method);
  if (path_a && path_b) return *path_a == *path_b;
  return a.method == b.method;
}

}  // namespace amd
