// SPDX-License-Identifier: BSD-3-Clause
// amdmap convert.

#include "amd/amdmap/commands.h"

namespace amd::amdmap {

int run_convert(const Arguments&) {
  return refuse("not yet");
}

int run_graph(const Arguments&) {
  return refuse("not yet");
}

}  // namespace amd::amdmap
