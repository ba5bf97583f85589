// SPDX-License-Identifier: BSD-3-Clause
// Time, as the rooms see it: instants are handed in, nobody asks for them.

#pragma once

#include <chrono>
#include <string>

namespace amd {

// A point of monotonic time.  State machines take it as an argument.
using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

// Wall-clock time is only shown (amq, logs), never computed with.
using WallTime = std::chrono::system_clock::time_point;

// The source of time; only the daemon's loop and tests own one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual WallTime wall_now() const = 0;
};

// The machine's clocks.
class SystemClock : public Clock {
 public:
  Instant now() const override;
  WallTime wall_now() const override;
};

// "1.25 s", "350 ms", "80 us": for logs and amq.
std::string to_text(Duration d);

}  // namespace amd
