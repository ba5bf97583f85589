// SPDX-License-Identifier: BSD-3-Clause
// How long answers take: a histogram that forgets slowly.

#pragma once

#include <array>
#include <cstdint>

#include "amd/base/clock.h"

namespace amd::nfsfs {

class Latency {
 public:
  void add(Duration d);
  uint64_t samples() const { return samples_; }
  // An upper bound of what `percent` of the recent answers took; zero while
  // fewer than 100 are known.
  Duration percentile(unsigned percent) const;

 private:
  // Bucket b holds durations below 2^b microseconds; all counts are halved
  // whenever their sum reaches kWindow.
  static constexpr uint32_t kWindow = 4096;
  std::array<uint32_t, 32> buckets_{};
  uint32_t sum_ = 0;
  uint64_t samples_ = 0;
};

}  // namespace amd::nfsfs
