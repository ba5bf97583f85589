// SPDX-License-Identifier: BSD-3-Clause
#include "amd/base/unique_fd.h"

#include <unistd.h>

namespace amd {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) reset(other.release());
  return *this;
}

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace amd
