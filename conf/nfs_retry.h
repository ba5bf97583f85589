// SPDX-License-Identifier: BSD-3-Clause
// What nfs_retry_interval* and nfs_retransmit_counter* put into mount options.

#pragma once

#include <cstdint>
#include <optional>

namespace amd::conf {

struct NfsRetry {
  std::optional<int64_t> timeo;  // 0.1 s
  std::optional<int64_t> retrans;
};

// The two parameters as they are set; less than 0: not given, and nothing is
// added to mounts.  am-utils makes of 0 an interval of 8 and a count that
// lasts for about 80 seconds.
NfsRetry nfs_retry(int64_t interval, int64_t counter);

}  // namespace amd::conf
