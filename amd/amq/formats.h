// SPDX-License-Identifier: BSD-3-Clause
// What amq prints: am-utils' formats, byte for byte (version 1's data), and
// the server list.  Pure.

#pragma once

#include <string>
#include <vector>

#include "amd/rpc/amq_protocol.h"

namespace amd::amq {

// Default listing: directory, type, info, mount point.
std::string format_listing(const rpc::AmqExport& exported);
// `amq DIRECTORY...`: counters of a node and all below it, with a header.
std::string format_node_stats(const rpc::AmqTree& tree);
// -m
std::string format_mounts(const std::vector<rpc::AmqMountInfo>& mounts);
// -i
std::string format_maps(const std::vector<rpc::AmqMapInfo>& maps);
// -s
std::string format_stats(const rpc::AmqStats& stats);
// What -uu says; empty: nothing.
std::string format_sync_unmount(const std::string& directory,
                                const rpc::AmqSyncUmnt& result);

// From the daemon's JSON; an error text when it is no such JSON.
std::string format_servers(const std::string& json);
std::string format_history(const std::string& json);

}  // namespace amd::amq
