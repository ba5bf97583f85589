// SPDX-License-Identifier: BSD-3-Clause
// All mounted file systems: one Volume a target, shared by the names that need
// it, mounted for the first and unmounted after the last.
//
// Knows nothing of names, maps or servers; mounts nothing itself (Mounter).
// No call blocks.  Events come from the loop, never from inside a call.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "amd/base/deadlines.h"
#include "amd/base/loop.h"
#include "amd/volumes/mounter.h"
#include "amd/volumes/volume.h"

namespace amd {

// Who uses volumes: the tree.
class VolumeEvents {
 public:
  virtual ~VolumeEvents() = default;
  // The volume of a use that waited is mounted; on an error the use is gone.
  virtual void on_volume_ready(UseId use, Result<void> result, Instant now) = 0;
  // The unmount that start_release() began: the use is gone, or (error) it goes
  // on as before.
  virtual void on_volume_released(UseId use, Result<void> result,
                                  Instant now) = 0;
};

struct VolumeSettings {
  Seconds dismount_interval{120};
  Seconds unmount_deadline{20};  // for one attempt
  Seconds polite_deadline{3};    // for the first, if it may detach then
};

// What amq shows of a volume.
struct VolumeSnapshot {
  MountSpec spec;
  VolumeState state{};
  int uses = 0;
  std::optional<Duration> mounted_for;
  std::optional<Error> error;
};

class VolumeTable : public MounterEvents {
 public:
  VolumeTable(Mounter& mounter, const Clock& clock, Timer& timer,
              VolumeSettings settings = {});
  // Requires: called once, before anything else.  `events` outlives this.
  void set_events(VolumeEvents& events) { events_ = &events; }

  struct Acquired {
    UseId use{};
    bool is_ready = false;  // false: on_volume_ready will follow
  };
  // Claims `spec`; if it must be mounted, `deadline` is for that.  EBUSY: the
  // target holds another file system.
  [[nodiscard]] Result<Acquired> acquire(const MountSpec& spec,
                                         Instant deadline, Instant now);
  // Ends a use, whatever its state.  The last one's end unmounts; when that is
  // refused it is tried again later, without anybody's help.
  void release(UseId use, Instant now);

  enum class Release { Gone, Started };
  // Ends a use if the file system lets go.  Gone: others use the volume as
  // well, or it was not mounted.  Started: on_volume_released will follow.
  // Requires: a use that is ready and not being released.
  [[nodiscard]] Release start_release(UseId use, UnmountPolicy policy,
                                      Instant now);
  // Unmounts what nobody uses now, busy or not so before (shutdown).
  void retry_idle(Instant now);
  // No operation is under way.
  bool is_settled() const;

  void on_mount_done(MountOpId id, Result<void> result, Instant now) override;
  void on_unmount_done(MountOpId id, Result<void> result, Instant now) override;

  // Something is, or may be, mounted on `target`.
  bool is_taken(const std::string& target) const;
  // Oldest first.
  std::vector<VolumeSnapshot> snapshot(Instant now) const;
  const MountSpec* find_spec(UseId use) const;
  size_t size() const { return volumes_.size(); }

 private:
  Volume* find(VolumeId id);
  Volume* find_of_use(UseId use);
  void enter(Volume& volume, VolumeState state, Instant now);
  void start_mount(Volume& volume, Instant now);
  void start_unmount(Volume& volume, UnmountForce force, Instant now);
  void finish_mount(Volume& volume, Result<void> result, Instant now);
  void finish_unmount(Volume& volume, Result<void> result, Instant now);
  void stay_mounted(Volume& volume, const Error& error, Instant now);
  bool wait_for_swap(Volume& volume, const MountSpec& spec, Instant now);
  void tell(const std::vector<UseId>& uses, const Result<void>& result,
            Instant now);
  void fail_uses(const std::vector<UseId>& uses, const Error& error,
                 Instant now);
  void drop(VolumeId id);
  void undo_late(const MountSpec& spec, Instant now);
  void on_time(Instant now);
  void on_deadline(Volume& volume, Instant now);
  void set_deadline(VolumeId id, std::optional<Instant> when);
  MountOpId new_operation(Volume& volume, Instant deadline);

  Mounter& mounter_;
  const Clock& clock_;
  Timer& timer_;
  VolumeSettings settings_;
  VolumeEvents* events_ = nullptr;
  std::uint64_t next_operation_ = 1;
  std::uint64_t next_use_ = 1;
  std::uint32_t next_volume_ = 1;
  std::map<VolumeId, Volume> volumes_;
  std::unordered_map<std::string, VolumeId> by_target_;
  std::unordered_map<UseId, VolumeId> uses_;
  std::unordered_map<MountOpId, VolumeId> operations_;
  // Mounts that the Mounter never reported: a late success is undone.
  std::unordered_map<MountOpId, MountSpec> overdue_;
  Deadlines<VolumeId> deadlines_;
  std::optional<Instant> armed_;
};

}  // namespace amd
