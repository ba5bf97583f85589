// SPDX-License-Identifier: BSD-3-Clause
#include "test/support/run_loop.h"

#include <asio/io_context.hpp>

namespace amd::test {

bool run_until(Loop& loop, const std::function<bool()>& done, Duration limit) {
  const Instant end = loop.now() + limit;
  while (!done()) {
    if (loop.now() >= end) return false;
    loop.io().restart();
    loop.io().run_one_for(Milliseconds(5));
  }
  return true;
}

}  // namespace amd::test
