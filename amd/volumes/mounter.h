// SPDX-License-Identifier: BSD-3-Clause
// The seam through which volumes are mounted and unmounted.
//
// An implementation returns at once and reports each started operation exactly
// once, later (never from inside start_*), with the id that was given: success,
// the errno, or ETIMEDOUT when the deadline passed.  An operation that passed
// its deadline is abandoned: what it may still do to the target is undone by
// the implementation before the target is used again.  It never blocks its
// caller and never touches a mounted path from the caller's process.

#pragma once

#include <cstdint>

#include "amd/base/clock.h"
#include "amd/base/result.h"
#include "amd/volumes/mount_spec.h"

namespace amd {

// Names one start_* call; chosen by the caller, never reused.
enum class MountOpId : std::uint64_t {};

// How hard to try to unmount.
enum class UnmountForce {
  None,    // EBUSY when in use
  Force,   // MNT_FORCE: pending NFS calls fail, then as None
  Detach,  // MNT_DETACH: gone from the name space, users keep what is open
};

class Mounter {
 public:
  virtual ~Mounter() = default;
  virtual void start_mount(MountOpId id, const MountSpec& spec,
                           Instant deadline) = 0;
  // Undoes what start_mount(spec) did, and removes the target directory if the
  // Mounter had made it.  Not being mounted any more is success.
  virtual void start_unmount(MountOpId id, const MountSpec& spec,
                             UnmountForce force, Instant deadline) = 0;
};

// Who is told.  Called from the loop.
class MounterEvents {
 public:
  virtual ~MounterEvents() = default;
  virtual void on_mount_done(MountOpId id, Result<void> result,
                             Instant now) = 0;
  virtual void on_unmount_done(MountOpId id, Result<void> result,
                               Instant now) = 0;
};

}  // namespace amd
