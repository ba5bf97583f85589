// SPDX-License-Identifier: BSD-3-Clause
// Tests on the real kernel: a mount namespace of their own and a scratch
// directory in it.  What is mounted there is gone with the test program.

#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>

#include "amd/base/loop.h"

namespace amd::test {

// Moves this process into a mount namespace and a process group of its own,
// with an empty tmpfs over /mnt.  Once; false, with a line that says so, when
// this cannot be done here.
inline bool enter_private_mounts() {
  static const bool entered = [] {
    if (::unshare(CLONE_NEWNS) != 0) {
      std::printf("NOT RUN: tests on the real kernel: unshare: %s\n",
                  std::strerror(errno));
      return false;
    }
    ::setpgid(0, 0);
    return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("amd2-test", "/mnt", "tmpfs", 0, nullptr) == 0;
  }();
  return entered;
}

// Runs the loop until `condition` holds.  False: not within `limit`.
inline bool run_until(Loop& loop, const std::function<bool()>& condition,
                      Milliseconds limit = Milliseconds(20000)) {
  const Instant end = loop.now() + limit;
  const auto timer = loop.make_timer();
  std::function<void()> look = [&] {
    if (condition() || loop.now() >= end) return loop.stop();
    timer->arm(loop.now() + Milliseconds(1), look);
  };
  loop.post(look);
  loop.run();
  return condition();
}

inline void write_file(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  REQUIRE(fd >= 0);
  REQUIRE(::write(fd, text.data(), text.size()) ==
          static_cast<ssize_t>(text.size()));
  ::close(fd);
}

}  // namespace amd::test
