// SPDX-License-Identifier: BSD-3-Clause
// A status report as version 1 of amq's protocol shows it.  Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amd/rpc/amq_protocol.h"
#include "amd/status/status_source.h"

namespace amd {

// The node whose path is `path` and all below it; "" is the root of all.
// Nothing: there is no such node.
std::optional<rpc::AmqTree> tree_of(const StatusReport& report,
                                    std::string_view path);
// Oldest first: the root, automount points, file systems, what failed.
std::vector<rpc::AmqMountInfo> mounts_of(const StatusReport& report);
std::vector<rpc::AmqMapInfo> maps_of(const StatusReport& report);
rpc::AmqStats stats_of(const StatusReport& report);

// Where a user finds `directory`: the name below an automount point that leads
// there, with the rest appended; empty: none does (PAWD).
std::string user_path_of(const StatusReport& report,
                         std::string_view directory);

}  // namespace amd
