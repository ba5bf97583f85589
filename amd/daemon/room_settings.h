// SPDX-License-Identifier: BSD-3-Clause
// The configuration as the rooms want it: nobody but amd/daemon knows conf.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "amd/nfsfs/control.h"
#include "amd/tree/settings.h"
#include "conf/settings.h"
#include "conf/version_text.h"
#include "maplang/eval/facts.h"

namespace amd {

// The facts of this machine, with what the configuration overrides.
maplang::HostFacts host_facts(const conf::GlobalSettings& global);

// What this kernel can mount: what it has (/proc/filesystems) and what it has
// modules for.
std::set<std::string> kernel_types();

TreeSettings tree_settings(const conf::GlobalSettings& global,
                           const std::set<std::string>& kernel_types);
PointConfig point_config(const conf::MapSettings& map);
FailoverSettings failover_settings(const conf::GlobalSettings& global);

conf::VersionFacts version_facts(const conf::GlobalSettings& global);

// --check-config: parses every entry of every map that is a file, prints all
// diagnostics, and returns the exit status (0 clean, 1 findings).
int check_maps(const conf::Settings& settings);

}  // namespace amd
