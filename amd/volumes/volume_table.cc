// SPDX-License-Identifier: BSD-3-Clause

#include "amd/volumes/volume_table.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"

namespace amd {
namespace {

// A Mounter reports by its deadline; after this much more it never will.
constexpr Seconds kGuard{5};

// How long amq shows a mount that failed (amd's own figure).
constexpr Seconds kRememberFailure{40};

void remove_use(std::vector<UseId>& uses, UseId use) {
  uses.erase(std::remove(uses.begin(), uses.end(), use), uses.end());
}

bool contains(const std::vector<UseId>& uses, UseId use) {
  return std::find(uses.begin(), uses.end(), use) != uses.end();
}

bool is_errno(const Error& error, int value) {
  return error.code == std::error_code(value, std::generic_category());
}

}  // namespace

VolumeTable::VolumeTable(Mounter& mounter, const Clock& clock, Timer& timer,
                         VolumeSettings settings)
    : mounter_(mounter), clock_(clock), timer_(timer), settings_(settings) {
}

Result<VolumeTable::Acquired> VolumeTable::acquire(const MountSpec& spec,
                                                   Instant deadline,
                                                   Instant now) {
  auto [at, is_new] =
      by_target_.try_emplace(spec.target, VolumeId{next_volume_});
  if (is_new) {
    Volume& made = volumes_[at->second];
    made.id = VolumeId{next_volume_++};
    made.spec = spec;
  }
  Volume& volume = *find(at->second);
  bool is_idle = volume.users.empty() && volume.waiters.empty();
  if (volume.state != VolumeState::Unmounted && !is_idle &&
      !is_same_file_system(volume.waiters.empty() ? volume.spec : volume.wanted,
                           spec)) {
    return fail(EBUSY,
                spec.target + " is taken by " + source_of(volume.spec.method));
  }

  UseId use{next_use_++};
  uses_.emplace(use, volume.id);
  volume.mount_by = std::max(volume.mount_by, deadline);
  if (volume.state == VolumeState::Mounted &&
      !wait_for_swap(volume, spec, now)) {
    volume.users.push_back(use);
    volume.failed_unmounts = 0;
    set_deadline(volume.id, std::nullopt);
    return Acquired{use, true};
  }
  if (is_idle) volume.wanted = spec;
  volume.waiters.push_back(use);
  if (volume.state == VolumeState::Unmounted) start_mount(volume, now);
  return Acquired{use, false};
}

// An idle volume that is not quite what is wanted, or may not be there, is
// unmounted first.  True: so it is, wait for it.
bool VolumeTable::wait_for_swap(Volume& volume, const MountSpec& spec,
                                Instant now) {
  if (!volume.users.empty()) return false;
  bool is_same = source_of(volume.spec.method) == source_of(spec.method) &&
                 volume.spec.method.index() == spec.method.index();
  if (is_same && !volume.doubtful) return false;
  volume.policy = UnmountPolicy::Plain;
  start_unmount(volume, UnmountForce::None, now);
  return true;
}

void VolumeTable::release(UseId use, Instant now) {
  Volume* volume = find_of_use(use);
  if (!volume) return;
  uses_.erase(use);
  remove_use(volume->waiters, use);
  if (!contains(volume->users, use)) return;
  remove_use(volume->users, use);
  if (volume->leaving == use) volume->leaving.reset();
  if (!volume->users.empty() || volume->state != VolumeState::Mounted) return;
  volume->policy = UnmountPolicy::Plain;
  start_unmount(*volume, UnmountForce::None, now);
}

VolumeTable::Release VolumeTable::start_release(UseId use, UnmountPolicy policy,
                                                Instant now) {
  Volume* volume = find_of_use(use);
  if (!volume || volume->users.size() > 1 ||
      volume->state != VolumeState::Mounted) {
    release(use, now);
    return Release::Gone;
  }
  volume->leaving = use;
  volume->policy = policy;
  start_unmount(*volume, UnmountForce::None, now);
  return Release::Started;
}

void VolumeTable::retry_idle(Instant now) {
  for (auto& [id, volume] : volumes_) {
    if (volume.state != VolumeState::Mounted || !volume.users.empty()) continue;
    volume.policy = UnmountPolicy::Plain;
    start_unmount(volume, UnmountForce::None, now);
  }
}

bool VolumeTable::is_settled() const {
  return std::none_of(volumes_.begin(), volumes_.end(), [](const auto& item) {
    return item.second.operation.has_value();
  });
}

void VolumeTable::on_mount_done(MountOpId id, Result<void> result,
                                Instant now) {
  if (auto overdue = overdue_.extract(id)) {
    if (result) undo_late(overdue.mapped(), now);
    return;
  }
  auto operation = operations_.extract(id);
  if (!operation) return;
  Volume& volume = *find(operation.mapped());
  volume.operation.reset();
  finish_mount(volume, std::move(result), now);
}

void VolumeTable::on_unmount_done(MountOpId id, Result<void> result,
                                  Instant now) {
  auto operation = operations_.extract(id);
  if (!operation) return;
  Volume& volume = *find(operation.mapped());
  volume.operation.reset();
  finish_unmount(volume, std::move(result), now);
}

std::vector<VolumeSnapshot> VolumeTable::snapshot(Instant now) const {
  std::vector<VolumeSnapshot> all;
  all.reserve(volumes_.size());
  for (const auto& [id, volume] : volumes_) {
    VolumeSnapshot shown;
    shown.spec = volume.spec;
    shown.state = volume.state;
    shown.uses = static_cast<int>(volume.users.size() + volume.waiters.size());
    if (volume.mounted_at) shown.mounted_for = now - *volume.mounted_at;
    shown.error = volume.error;
    all.push_back(std::move(shown));
  }
  return all;
}

const MountSpec* VolumeTable::find_spec(UseId use) const {
  auto at = uses_.find(use);
  return at == uses_.end() ? nullptr : &volumes_.at(at->second).spec;
}

bool VolumeTable::is_taken(const std::string& target) const {
  auto at = by_target_.find(target);
  return at != by_target_.end() &&
         volumes_.at(at->second).state != VolumeState::Unmounted;
}

Volume* VolumeTable::find(VolumeId id) {
  auto at = volumes_.find(id);
  return at == volumes_.end() ? nullptr : &at->second;
}

Volume* VolumeTable::find_of_use(UseId use) {
  auto at = uses_.find(use);
  return at == uses_.end() ? nullptr : find(at->second);
}

void VolumeTable::enter(Volume& volume, VolumeState state, Instant now) {
  log::debug("volume {}: {} -> {}", escape(to_text(volume.spec)),
             name_of(volume.state), name_of(state));
  volume.state = state;
  bool is_idle = volume.users.empty();
  switch (state) {
    case VolumeState::Unmounted:
      volume.mounted_at.reset();
      volume.doubtful = false;
      set_deadline(volume.id, now + kRememberFailure);
      break;
    case VolumeState::Mounting:
    case VolumeState::Unmounting:
      break;  // armed with the operation
    case VolumeState::Mounted:
      if (!volume.mounted_at) volume.mounted_at = now;
      set_deadline(volume.id,
                   is_idle
                       ? std::optional(now + next_unmount_retry(
                                                 volume.failed_unmounts,
                                                 settings_.dismount_interval))
                       : std::nullopt);
      break;
  }
}

MountOpId VolumeTable::new_operation(Volume& volume, Instant deadline) {
  MountOpId id{next_operation_++};
  operations_.emplace(id, volume.id);
  volume.operation = id;
  set_deadline(volume.id, deadline + kGuard);
  return id;
}

void VolumeTable::start_mount(Volume& volume, Instant now) {
  volume.spec = volume.wanted;
  volume.error.reset();
  enter(volume, VolumeState::Mounting, now);
  MountOpId id = new_operation(volume, volume.mount_by);
  mounter_.start_mount(id, volume.spec, volume.mount_by);
}

void VolumeTable::start_unmount(Volume& volume, UnmountForce force,
                                Instant now) {
  enter(volume, VolumeState::Unmounting, now);
  volume.force = force;
  bool is_polite = force == UnmountForce::None &&
                   volume.policy == UnmountPolicy::DetachIfBusy;
  Instant deadline = now + (is_polite ? settings_.polite_deadline
                                      : settings_.unmount_deadline);
  MountOpId id = new_operation(volume, deadline);
  mounter_.start_unmount(id, volume.spec, force, deadline);
}

void VolumeTable::finish_mount(Volume& volume, Result<void> result,
                               Instant now) {
  // Everybody who wanted this one has left; who came later wants another one.
  bool is_unwanted = !volume.waiters.empty() &&
                     !is_same_file_system(volume.spec, volume.wanted);
  if (is_unwanted && !result) {
    start_mount(volume, now);
    return;
  }
  if (!result) {
    std::vector<UseId> waiters = std::exchange(volume.waiters, {});
    volume.error = result.error();
    enter(volume, VolumeState::Unmounted, now);
    fail_uses(waiters, result.error(), now);
    return;
  }
  if (!is_unwanted) volume.users = std::exchange(volume.waiters, {});
  volume.failed_unmounts = 0;
  enter(volume, VolumeState::Mounted, now);
  log::info("{} mounted fstype {} on {}", escape(source_of(volume.spec.method)),
            escape(volume.spec.type), escape(volume.spec.target));
  if (volume.users.empty()) {
    volume.policy = UnmountPolicy::Plain;
    start_unmount(volume, UnmountForce::None, now);
    return;
  }
  tell(std::vector<UseId>(volume.users), {}, now);
}

void VolumeTable::finish_unmount(Volume& volume, Result<void> result,
                                 Instant now) {
  if (!result && volume.force == UnmountForce::None &&
      volume.policy == UnmountPolicy::DetachIfBusy) {
    start_unmount(volume, UnmountForce::Detach, now);
    return;
  }
  if (!result) {
    stay_mounted(volume, result.error(), now);
    return;
  }
  log::info("{} unmounted fstype {} from {}",
            escape(source_of(volume.spec.method)), escape(volume.spec.type),
            escape(volume.spec.target));
  std::vector<UseId> gone = std::exchange(volume.users, {});
  volume.leaving.reset();
  enter(volume, VolumeState::Unmounted, now);
  for (UseId use : gone) uses_.erase(use);
  if (volume.waiters.empty()) {
    drop(volume.id);
  } else {
    start_mount(volume, now);
  }
  for (UseId use : gone) events_->on_volume_released(use, {}, now);
}

// The unmount failed: who waited for the volume to be mounted has it, if it is
// what it wanted.
void VolumeTable::stay_mounted(Volume& volume, const Error& error,
                               Instant now) {
  volume.doubtful = !is_errno(error, EBUSY);
  if (volume.doubtful) volume.error = error;
  ++volume.failed_unmounts;
  std::vector<UseId> waiters = std::exchange(volume.waiters, {});
  bool is_wanted = is_same_file_system(volume.spec, volume.wanted);
  if (is_wanted) {
    volume.users.insert(volume.users.end(), waiters.begin(), waiters.end());
  }
  std::optional<UseId> leaving = std::exchange(volume.leaving, std::nullopt);
  std::string target = volume.spec.target;
  log::stats("\"{}\" still active: {}", escape(target), error.message());
  enter(volume, VolumeState::Mounted, now);
  if (leaving && uses_.count(*leaving)) {
    events_->on_volume_released(*leaving, tl::unexpected(error), now);
  }
  if (is_wanted) {
    tell(waiters, {}, now);
  } else {
    fail_uses(waiters, errno_error(EBUSY, target), now);
  }
}

void VolumeTable::tell(const std::vector<UseId>& uses,
                       const Result<void>& result, Instant now) {
  for (UseId use : uses) {
    if (uses_.count(use)) events_->on_volume_ready(use, result, now);
  }
}

void VolumeTable::fail_uses(const std::vector<UseId>& uses, const Error& error,
                            Instant now) {
  for (UseId use : uses) {
    if (!uses_.erase(use)) continue;
    events_->on_volume_ready(use, tl::unexpected(error), now);
  }
}

void VolumeTable::drop(VolumeId id) {
  set_deadline(id, std::nullopt);
  auto volume = volumes_.extract(id);
  by_target_.erase(volume.mapped().spec.target);
}

// The Mounter said nothing for so long that its mount was given up; now it did
// mount.
void VolumeTable::undo_late(const MountSpec& spec, Instant now) {
  log::warning("{}: mounted long after its deadline, unmounted again",
               escape(to_text(spec)));
  auto at = by_target_.find(spec.target);
  if (at != by_target_.end() &&
      find(at->second)->state != VolumeState::Unmounted) {
    find(at->second)->doubtful = true;
    return;
  }
  if (at == by_target_.end()) {
    at = by_target_.emplace(spec.target, VolumeId{next_volume_}).first;
    volumes_[at->second].id = VolumeId{next_volume_++};
  }
  Volume& volume = *find(at->second);
  volume.spec = spec;
  volume.policy = UnmountPolicy::Plain;
  start_unmount(volume, UnmountForce::None, now);
}

void VolumeTable::on_time(Instant now) {
  armed_.reset();
  while (std::optional<VolumeId> id = deadlines_.take_due(now)) {
    on_deadline(*find(*id), now);
  }
  set_deadline(VolumeId{}, std::nullopt);
}

void VolumeTable::on_deadline(Volume& volume, Instant now) {
  switch (volume.state) {
    case VolumeState::Unmounted:
      drop(volume.id);
      return;
    case VolumeState::Mounted:
      volume.policy = UnmountPolicy::Plain;
      start_unmount(volume, UnmountForce::None, now);
      return;
    case VolumeState::Mounting:
    case VolumeState::Unmounting:
      break;
  }
  MountOpId id = *std::exchange(volume.operation, std::nullopt);
  operations_.erase(id);
  Result<void> overdue = fail(ETIMEDOUT, to_text(volume.spec));
  if (volume.state == VolumeState::Mounting) {
    overdue_.emplace(id, volume.spec);
    finish_mount(volume, std::move(overdue), now);
  } else {
    finish_unmount(volume, std::move(overdue), now);
  }
}

void VolumeTable::set_deadline(VolumeId id, std::optional<Instant> when) {
  deadlines_.set(id, when);
  if (deadlines_.next() == armed_) return;
  armed_ = deadlines_.next();
  if (armed_) {
    timer_.arm(*armed_, [this] { on_time(clock_.now()); });
  } else {
    timer_.cancel();
  }
}

}  // namespace amd
