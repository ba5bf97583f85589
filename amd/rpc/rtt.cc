// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/rtt.h"

#include <algorithm>

namespace amd::rpc {

void RttEstimator::add(Duration rtt) {
  if (!smoothed_) {
    smoothed_ = rtt;
    variation_ = rtt / 2;
    return;
  }
  const Duration error = rtt - *smoothed_;
  variation_ += (std::max(error, -error) - variation_) / 4;
  *smoothed_ += error / 8;
}

Duration RttEstimator::timeout() const {
  if (!smoothed_) return kFirstTimeout;
  return std::clamp<Duration>(*smoothed_ + 4 * variation_, kMinTimeout,
                              kMaxTimeout);
}

}  // namespace amd::rpc
