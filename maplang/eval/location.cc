// SPDX-License-Identifier: BSD-3-Clause
// Values that follow from a location's options.

#include "maplang/eval/location.h"

#include <climits>
#include <cstdlib>

namespace amd::maplang {

int ResolvedLocation::delay_seconds() const {
  if (!delay) return 0;
  const long seconds = std::strtol(delay->c_str(), nullptr, 10);
  if (seconds <= 0) return 0;
  return seconds > INT_MAX ? INT_MAX : static_cast<int>(seconds);
}

std::string ResolvedLocation::auto_prefix(const std::string& parent_prefix,
                                          const std::string& name) const {
  if (!pref) return parent_prefix + name + "/";
  return *pref == "null" ? "" : *pref;
}

}  // namespace amd::maplang
