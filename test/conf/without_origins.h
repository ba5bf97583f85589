// SPDX-License-Identifier: BSD-3-Clause
// Settings as a text that two of them can be compared by.

#pragma once

#include <string>

#include "conf/print.h"

namespace amd::conf {

// The libconfig form without the comments that say where values came from.
inline std::string without_origins(const Settings& settings) {
  const std::string text = print_libconfig(settings);
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    out += line.substr(0, line.rfind(" # ")) + '\n';
    at = end + 1;
  }
  return out;
}

}  // namespace amd::conf
