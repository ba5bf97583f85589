// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/rtt.h"

#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using namespace std::chrono_literals;

TEST_CASE("the time-out is fixed until a round trip has been measured",
          "[rpc]") {
  const RttEstimator rtt;

  CHECK_FALSE(rtt.smoothed());
  CHECK(rtt.timeout() == RttEstimator::kFirstTimeout);
}

TEST_CASE("the time-out follows RFC 6298, within its limits", "[rpc]") {
  RttEstimator rtt;
  rtt.add(100ms);
  CHECK(rtt.smoothed() == Duration(100ms));
  CHECK(rtt.timeout() == 300ms);  // 100 + 4 * 50

  rtt.add(180ms);  // variation 50 + 30/4 = 57.5, smoothed 110
  CHECK(rtt.smoothed() == Duration(110ms));
  CHECK(rtt.timeout() == 340ms);

  for (int i = 0; i < 100; ++i) rtt.add(1us);
  CHECK(rtt.timeout() == RttEstimator::kMinTimeout);
  for (int i = 0; i < 100; ++i) rtt.add(60s);
  CHECK(rtt.timeout() == RttEstimator::kMaxTimeout);
}
