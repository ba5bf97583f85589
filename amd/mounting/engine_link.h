// SPDX-License-Identifier: BSD-3-Clause
// The seam to whoever talks to the userspace NFS engine.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"
#include "amd/volumes/mount_spec.h"

namespace amd {

class EngineLink {
 public:
  using Done = std::function<void(Result<void>)>;
  virtual ~EngineLink() = default;

  // A FUSE file system has been mounted at spec.target (its method is a
  // UserNfsMount); `fuse` is its /dev/fuse descriptor, `device` its st_dev.
  // `done` comes once, from the loop, never from inside, unless detach() came
  // first: then with ECANCELED or not at all.
  virtual void start_attach(const MountSpec& spec, UniqueFd fuse,
                            std::uint64_t device, Done done) = 0;
  // It has been unmounted, or is no longer wanted.
  virtual void detach(const MountSpec& spec) = 0;
};

}  // namespace amd
