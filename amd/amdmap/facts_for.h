// SPDX-License-Identifier: BSD-3-Clause
// The facts that a command works with: this machine, amd.conf, the command
// line, in this order.

#pragma once

#include <string>

#include "amd/amdmap/arguments.h"
#include "amd/base/result.h"
#include "maplang/eval/facts.h"

namespace amd::amdmap {

struct Facts {
  maplang::HostFacts host;
  maplang::LookupFacts lookup;
  std::string directory;      // of the automount point
  std::string map_file;       // search_path applied
  bool is_sun_map = false;    // sun_map_syntax of the map's section
  std::string conf_warnings;  // rendered
};

// `map` is the name that was asked for, empty for none.  Fails if amd.conf
// cannot be used or an argument makes no sense.
[[nodiscard]] Result<Facts> facts_for(const Arguments& arguments,
                                      const std::string& map);

}  // namespace amd::amdmap
