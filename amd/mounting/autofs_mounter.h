// SPDX-License-Identifier: BSD-3-Clause
// Mounts, adopts, expires and unmounts autofs file systems in amd-mounter
// processes, for amd/autofs.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "amd/base/clock.h"
#include "amd/base/result.h"
#include "amd/base/unique_fd.h"
#include "amd/helpers/helper_pool.h"
#include "amd/mounting/mount_request.h"

namespace amd {

// An autofs mount of ours.
struct AutofsMounted {
  UniqueFd control;          // for AutofsDevice
  std::uint64_t device = 0;  // st_dev
  std::uint8_t made = 0;     // directories that were made for it
  bool was_in_use = false;   // the directory was not empty: it is covered now
};

class AutofsMounter {
 public:
  using Mounted = std::function<void(Result<AutofsMounted>)>;
  // What failed, and when it is still there a new control descriptor.
  using Unmounted = std::function<void(Result<void>, UniqueFd control)>;
  // 0: a name was offered and unmounted; EAGAIN: none is idle; else what the
  // offer was refused with.
  using Expired = std::function<void(int errno_value)>;

  explicit AutofsMounter(HelperPool& pool) : pool_(pool) {}

  // All calls report once, later, from the loop.  `pipe` is the write end.
  void start_mount(const AutofsMountRequest& request, UniqueFd pipe,
                   Instant deadline, Mounted done);
  void start_adopt(const AutofsAdoptRequest& request, UniqueFd pipe,
                   Instant deadline, Mounted done);
  // The caller has closed its control descriptor: it keeps the mount in use.
  void start_unmount(const AutofsUnmountRequest& request, Instant deadline,
                     Unmounted done);
  // Unmounts and removes a name of an autofs file system, whatever it is: a
  // mount, a symbolic link, an empty directory.  0 or an errno.
  void start_remove(const std::string& target, Instant deadline,
                    std::function<void(int errno_value)> done);
  // `control` is lent.
  void start_expire(int control, std::uint32_t how, Instant deadline,
                    Expired done);

 private:
  void start(const MountRequest& request, UniqueFd fd, Instant deadline,
             std::function<void(Result<MountReply>, UniqueFd)> done);
  void start_mounting(const MountRequest& request, const std::string& target,
                      UniqueFd pipe, Instant deadline, Mounted done);

  HelperPool& pool_;
};

}  // namespace amd
