// SPDX-License-Identifier: BSD-3-Clause
// The last look at a map before it is one of the settings' maps.  Inside the
// room only: both readers and the command line go through it.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conf/settings.h"
#include "maplang/syntax/diagnostic.h"

namespace amd::conf {

struct MapFinding {
  maplang::Severity severity;
  std::string message;
};

// Adds the map, in place of one of the same directory; leaves it out if it has
// no map_name (an error) or a tag that is not `tag` (a note).
std::optional<MapFinding> admit_map(MapSettings map, std::string_view tag,
                                    Settings& settings);

}  // namespace amd::conf
