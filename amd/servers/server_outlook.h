// SPDX-License-Identifier: BSD-3-Clause
// What whoever must choose among servers needs to know of one.

#pragma once

#include "amd/base/clock.h"

namespace amd {

struct ServerOutlook {
  int rank = 0;          // lower is tried earlier; equal: in the given order
  bool is_down = false;  // when last seen
  Duration patience{std::chrono::seconds(1)};  // after that it is late
};

}  // namespace amd
