// SPDX-License-Identifier: BSD-3-Clause
// The Mounter: carries MountSpecs out in amd-mounter processes.
//
// Owned by the daemon.  Nothing here waits or touches a mounted path.  Events
// that are still owed when it is destroyed are never delivered.

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "amd/base/loop.h"
#include "amd/helpers/helper_pool.h"
#include "amd/mounting/engine_link.h"
#include "amd/mounting/mount_request.h"
#include "amd/volumes/mounter.h"

namespace amd {

class HelperMounter : public Mounter {
 public:
  // `pool` runs amd-mounter.  Without an `engine` (null) a UserNfsMount fails
  // with EOPNOTSUPP.
  HelperMounter(Loop& loop, HelperPool& pool, MounterEvents& events,
                EngineLink* engine);
  ~HelperMounter() override;

  void start_mount(MountOpId id, const MountSpec& spec,
                   Instant deadline) override;
  void start_unmount(MountOpId id, const MountSpec& spec, UnmountForce force,
                     Instant deadline) override;

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;
  // A target that a helper which was left behind may still change.
  struct Held {
    bool undo = false;  // what it does is to be undone when it has ended
    std::deque<JobPtr> waiting;
    std::unique_ptr<Timer> timer;
  };

  void start(JobPtr job);
  void run(const JobPtr& job);
  void send(const JobPtr& job, MountRequest request);
  void on_reply(const JobPtr& job, Result<HelperReply> result);
  void on_mounted(const JobPtr& job, MountReply& reply, UniqueFd fuse);
  void attach(const JobPtr& job, MountReply& reply, UniqueFd fuse);
  void on_attached(const JobPtr& job, Result<void> result);
  void on_unmounted(const JobPtr& job);
  void hold(const JobPtr& job);
  bool start_again(const JobPtr& job);
  void on_helper_ended(const std::string& target);
  void undo(const std::string& target);
  void release(const std::string& target);
  void expire_waiting(const std::string& target);
  void arm_waiting(const std::string& target);
  void report(const JobPtr& job, Result<void> result);
  void report_later(const JobPtr& job, Error error);
  MountRequest unmount_request(const Job& job);

  Loop& loop_;
  HelperPool& pool_;
  MounterEvents& events_;
  EngineLink* engine_;
  // How many directories were made for a target.
  std::unordered_map<std::string, std::uint8_t> made_;
  std::map<std::string, Held> held_;
  std::shared_ptr<bool> alive_;
};

// What amd-mounter is asked for a spec; the time is what a program has.
[[nodiscard]] Result<MountRequest> mount_request_of(const MountSpec& spec,
                                                    Milliseconds allowed);

}  // namespace amd
