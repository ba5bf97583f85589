// SPDX-License-Identifier: BSD-3-Clause
// How long an answer takes, estimated from measured round trips (RFC 6298).

#pragma once

#include <optional>

#include "amd/base/clock.h"

namespace amd::rpc {

class RttEstimator {
 public:
  // `rtt` of a call that was sent once (Karn's rule: the answer to a call sent
  // twice measures nothing).
  void add(Duration rtt);
  // Smoothed; nothing until the first sample.
  std::optional<Duration> smoothed() const { return smoothed_; }
  // When an answer is overdue: smoothed + 4 * variation, kept within
  // [kMinTimeout, kMaxTimeout]; kFirstTimeout while nothing is known.
  Duration timeout() const;

  static constexpr Milliseconds kFirstTimeout{700};  // NFS's timeo=7
  static constexpr Milliseconds kMinTimeout{50};
  static constexpr Milliseconds kMaxTimeout{5000};

 private:
  std::optional<Duration> smoothed_;
  Duration variation_{};
};

}  // namespace amd::rpc
