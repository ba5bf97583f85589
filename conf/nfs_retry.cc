// SPDX-License-Identifier: BSD-3-Clause
#include "conf/nfs_retry.h"

namespace amd::conf {

namespace {
constexpr int64_t kUsualInterval = 8;
constexpr int64_t kFewestRetries = 3;
}  // namespace

NfsRetry nfs_retry(int64_t interval, int64_t counter) {
  NfsRetry out;
  const int64_t timeo = interval > 0 ? interval : kUsualInterval;
  if (interval >= 0) out.timeo = timeo;
  if (counter > 0) out.retrans = counter;
  if (counter != 0) return out;
  const int64_t computed = 2 * (400 + 5 * timeo) / timeo;
  out.retrans = computed > 0 ? computed : kFewestRetries;
  return out;
}

}  // namespace amd::conf
