// SPDX-License-Identifier: BSD-3-Clause
// The Linux front end: automount points as autofs mounts.
//
// Owned by the daemon; outlives the tree and every LookupReply it gave out.
// Nothing here waits.

#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "amd/autofs/autofs_mount.h"
#include "amd/autofs/descriptor_keep.h"
#include "amd/base/loop.h"
#include "amd/mounting/autofs_device.h"
#include "amd/mounting/autofs_mounter.h"
#include "amd/mounting/mount_table.h"
#include "amd/tree/front_end.h"
#include "amd/tree/lookup_reply.h"
#include "amd/tree/names.h"

namespace amd {

class AutofsFrontEnd : public FrontEnd,
                       private ReplySink,
                       private AutofsMount::Host {
 public:
  struct Settings {
    std::string state_dir = "/run/amd2";  // one lock a directory
  };

  // `pool` runs amd-mounter; `found` is the mount table on start; `keep` may
  // be null.  Call set_names before anything else.
  AutofsFrontEnd(Loop& loop, AutofsDevice device, HelperPool& pool,
                 DescriptorKeep* keep, MountTable found, Settings settings);
  // Automount points that are still there are left: to a successor with what
  // is unanswered when there is a keep, else without anybody who serves them.
  ~AutofsFrontEnd() override;

  void set_names(Names& names) { names_ = &names; }

  void start_attach(const PointSpec& spec, Done done) override;
  void start_detach(PointId point, Done done) override;
  bool mounts_in_place() const override { return true; }
  bool finds_idle() const override { return true; }

  // For an end without a successor: leaves every automount point that could
  // not be detached as a directory in which nothing new appears.
  void leave_all();

 private:
  struct Request {
    AutofsMount* mount = nullptr;
    AutofsMount::Slot slot = 0;
  };

  void on_request(AutofsMount& mount, AutofsMount::Slot slot,
                  const AutofsPacket& packet) override;
  void on_requests_void(AutofsMount& mount) override;
  void on_lost(AutofsMount& mount, const Error& why) override;
  void answer(std::uint64_t token, int errno_value) override;
  // Destroys a mount that has ended, but not while it may be on the stack.
  void bury(std::uint32_t key);

  AutofsDevice device_;
  AutofsMounter mounter_;
  MountTable found_;
  AutofsShared shared_;
  Names* names_ = nullptr;
  std::unordered_map<std::uint32_t, std::unique_ptr<AutofsMount>> mounts_;
  std::vector<std::unique_ptr<AutofsMount>> ended_;
  std::unordered_map<std::uint64_t, Request> requests_;  // by reply token
  std::uint64_t last_token_ = 0;
  std::shared_ptr<bool> alive_;
};

}  // namespace amd
