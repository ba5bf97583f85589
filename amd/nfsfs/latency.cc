// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/latency.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace amd::nfsfs {

void Latency::add(Duration d) {
  const auto us =
      std::chrono::duration_cast<std::chrono::microseconds>(d).count();
  const auto width =
      std::bit_width(static_cast<uint64_t>(std::max<int64_t>(us, 0)));
  ++buckets_[std::min<size_t>(static_cast<size_t>(width), buckets_.size() - 1)];
  ++samples_;
  if (++sum_ < kWindow) return;
  for (uint32_t& n : buckets_) n /= 2;
  sum_ = std::accumulate(buckets_.begin(), buckets_.end(), 0U);
}

Duration Latency::percentile(unsigned percent) const {
  if (samples_ < 100) return Duration::zero();
  uint64_t seen = 0;
  for (size_t b = 0; b < buckets_.size(); ++b) {
    seen += buckets_[b];
    if (seen * 100 >= uint64_t{sum_} * percent)
      return std::chrono::microseconds(int64_t{1} << b);
  }
  return Duration::zero();
}

}  // namespace amd::nfsfs
