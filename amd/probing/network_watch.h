// SPDX-License-Identifier: BSD-3-Clause
// Notices that this host's addresses, links or routes have changed.

#pragma once

#include <functional>
#include <memory>

#include "amd/base/loop.h"
#include "amd/base/result.h"
#include "amd/base/unique_fd.h"

namespace amd {

class NetworkWatch {
 public:
  // `changed` is called from the loop, once for a burst of changes.
  NetworkWatch(Loop& loop, std::function<void()> changed);

  // An error: this system cannot tell (no netlink); nothing will be noticed.
  [[nodiscard]] Result<void> start();

 private:
  void on_readable();

  Loop& loop_;
  std::function<void()> changed_;
  UniqueFd socket_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Timer> settle_;
};

}  // namespace amd
