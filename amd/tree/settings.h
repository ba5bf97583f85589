// SPDX-License-Identifier: BSD-3-Clause
// What the daemon tells the tree: settings, and which automount points to make.

#pragma once

#include <optional>
#include <string>

#include "amd/base/clock.h"
#include "amd/fstypes/plan.h"
#include "amd/servers/server_order.h"
#include "amd/tree/front_end.h"
#include "amd/tree/map_source.h"

namespace amd {

struct TreeSettings {
  PlanSettings plan;
  Seconds access_deadline{40};  // amd's own figure
  Seconds mount_deadline{15};   // one mount(2), helper or program
  Seconds local_deadline{3};    // a bind mount or symbolic link
  Seconds race_limit{12};       // one round of asking servers ...
  Seconds race_limit_down{5};   // ... all of which were known to be down
  Seconds cache_duration{300};  // idle time of a name
  Seconds dismount_interval{120};
  // Names on front ends that do not mount in place: unmounted at the end, or
  // left as they are.
  bool unmount_on_exit = false;
};

// One automount point of amd.conf or the command line.
struct PointConfig {
  std::string path;
  MapRequest map;
  std::optional<std::string> map_defaults;  // instead of the map's /defaults
  std::string inherited_defaults;           // from the `auto` entry above
  std::string key_prefix;                   // the same
  NfsEngine nfs_engine = NfsEngine::Auto;
  ServerOrder server_order = ServerOrder::Map;
};

}  // namespace amd
