// SPDX-License-Identifier: BSD-3-Clause
// One mounted file system, or one that is on its way there or away.
//
// Plain data, changed by VolumeTable only.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/base/error.h"
#include "amd/volumes/mount_spec.h"
#include "amd/volumes/mounter.h"

namespace amd {

enum class VolumeId : std::uint32_t {};

// One name's claim on a volume.  Ids are never used again.
enum class UseId : std::uint64_t {};

// event                           from        to          effect
// acquire                         Unmounted   Mounting    start_mount
// acquire                         Mounting    Mounting    waits
// acquire                         Mounted     Mounted     in use at once
// acquire, idle and doubtful      Mounted     Unmounting  EBUSY proves it there
// acquire, idle, other server     Mounted     Unmounting  to mount the new one
// acquire                         Unmounting  Unmounting  waits
// mount ok, somebody waits        Mounting    Mounted     waiters told
// mount ok, nobody waits          Mounting    Unmounting  start_unmount
// mount failed, deadline passed   Mounting    Unmounted   waiters told why
// last use released               Mounted     Unmounting  start_unmount
// retry time                      Mounted     Unmounting  start_unmount
// unmount ok, nobody waits        Unmounting  Unmounted   forgotten
// unmount ok, somebody waits      Unmounting  Mounting    start_mount
// unmount refused                 Unmounting  Unmounting  harder, if allowed
// unmount refused for good        Unmounting  Mounted     waiters told, retry
// unmount deadline passed         Unmounting  Mounted     doubtful from now on
// 40 s after a failure            Unmounted   -           forgotten
enum class VolumeState { Unmounted, Mounting, Mounted, Unmounting };

// "unmounted", "mounting", "mounted", "unmounting".
const char* name_of(VolumeState state);

// What an unmount may do to a file system that is in use.
enum class UnmountPolicy {
  Plain,         // EBUSY: it stays
  DetachIfBusy,  // it leaves the name space; users keep what they have open
};

struct Volume {
  VolumeId id{};
  MountSpec spec;      // what is mounted, or is being mounted or unmounted
  MountSpec wanted;    // what the waiters want there once it is unmounted
  Instant mount_by{};  // the deadline of the next mount
  VolumeState state = VolumeState::Unmounted;
  std::vector<UseId> users;            // claims that hold it mounted
  std::vector<UseId> waiters;          // claims that wait for it
  std::optional<UseId> leaving;        // the user that is told of the unmount
  std::optional<MountOpId> operation;  // what the Mounter is doing
  UnmountForce force = UnmountForce::None;  // of that operation
  UnmountPolicy policy = UnmountPolicy::Plain;
  // The last operation's fate is not known: it may be mounted, or not.
  bool doubtful = false;
  int failed_unmounts = 0;  // in a row
  std::optional<Instant> mounted_at;
  std::optional<Error> error;  // of the last operation, if it failed
};

// How long until the next try after `failures` (1...) failed unmounts of a
// volume that nobody uses: 1, 2, 3, 4, 4 ... times the interval.
Duration next_unmount_retry(int failures, Seconds dismount_interval);

// True when a name that asks for `b` may use `a`, which is mounted on the same
// target: the same source; for NFS any server's copy of the same path.
bool is_same_file_system(const MountSpec& a, const MountSpec& b);

}  // namespace amd
