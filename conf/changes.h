// SPDX-License-Identifier: BSD-3-Clause
// What a changed configuration means for a running amd.

#pragma once

#include <string>
#include <vector>

#include "conf/parameters.h"
#include "conf/settings.h"

namespace amd::conf {

// A parameter whose value is another one; `directory` is empty for [global].
struct Change {
  const Parameter* parameter;
  std::string directory;
  std::string from;
  std::string to;
  Origin origin;  // of the new value

  bool needs_restart() const { return parameter->only_at_start; }
};

struct Changes {
  std::vector<Change> values;
  std::vector<std::string> added_maps;    // directories
  std::vector<std::string> removed_maps;  // another map_name is a Change
  bool structures = false;  // servers, groups, failover or access rules

  bool empty() const {
    return values.empty() && added_maps.empty() && removed_maps.empty() &&
           !structures;
  }
};

Changes compare(const Settings& running, const Settings& wanted);

// "cache_duration: 300 -> 60 (/etc/amd.conf:4:1)", for the log.
std::string to_text(const Change& change);

// Gives back the running value to what only a new start can change, so that
// the settings say what is in effect.
void keep_running_values(const Settings& running, Settings& wanted);

}  // namespace amd::conf
