// SPDX-License-Identifier: BSD-3-Clause
#include "amd/base/clock.h"

#include <fmt/format.h>

namespace amd {

Instant SystemClock::now() const {
  return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall_now() const {
  return std::chrono::system_clock::now();
}

std::string to_text(Duration d) {
  const double us = std::chrono::duration<double, std::micro>(d).count();
  if (us < 1000) return fmt::format("{:.0f} us", us);
  if (us < 1000 * 1000) return fmt::format("{:.3g} ms", us / 1000);
  return fmt::format("{:.1f} s", us / 1e6);
}

}  // namespace amd
