// SPDX-License-Identifier: BSD-3-Clause
// /dev/autofs: the kernel's control device of autofs mounts, protocol 5.
//
// <linux/auto_dev-ioctl.h> does not compile as C++; the layout is asserted in
// the .cc file.  Every call but expire() returns at once.

#pragma once

#include <cstdint>
#include <string>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"

namespace amd {

// What a process that waits for a name is told when it cannot have it: an
// errno, negative as the kernel wants it, whatever it was made from.
class AutofsFailure {
 public:
  explicit AutofsFailure(int errno_value);
  std::int32_t status() const { return status_; }

 private:
  std::int32_t status_;  // -4095 to -1
};

class AutofsDevice {
 public:
  // ENOENT or ENODEV: this kernel has no autofs; EPROTONOSUPPORT: a too old
  // one.
  [[nodiscard]] static Result<AutofsDevice> open();

  // A control descriptor of the autofs mount with device number `device`
  // (st_dev) at `path`.  While it is open the mount is in use.
  [[nodiscard]] Result<UniqueFd> open_mount(const std::string& path,
                                            std::uint64_t device);

  // The rest return 0 or an errno.  `control` comes from open_mount.
  int ready(int control, std::uint32_t token);
  int fail(int control, std::uint32_t token, AutofsFailure failure);
  // All who wait are told ENOENT, and nobody is made to wait any more.
  int set_catatonic(int control);
  // Gives a catatonic mount a new pipe; its owner is then the caller's process
  // group.
  int set_pipe(int control, int pipe);
  int set_timeout(int control, std::uint64_t seconds);
  // Offers one idle name; EAGAIN when there is none.  Waits for its answer.
  int expire(int control, std::uint32_t how);

 private:
  explicit AutofsDevice(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace amd
