// SPDX-License-Identifier: BSD-3-Clause
// What is special about NFS plans: several servers may do, and which one it is
// turns out late.

#pragma once

#include <string>
#include <vector>

#include "amd/fstypes/types.h"
#include "maplang/eval/facts.h"

namespace amd {

// Locations that agree on everything but server and path: copies of one file
// system.  `input` is either one's.
bool are_replicas(const ResolvedLocation& a, const ResolvedLocation& b,
                  const PlanInput& input);

// Whether copies become one mount that changes servers by itself.
bool can_join(const PlanSettings& settings, const Plan& plan);

// Makes `plan` (can_join) a mount of `other`'s server as well.
void add_replica(const Plan& other, Plan& plan);

// Completes the plan with the server that answered.
void set_server(const NfsReplica& answered, int version,
                const std::vector<maplang::Network>& networks, Plan& plan);

bool is_read_only(const std::string& options);

// An IPv4 address that is on none of the networks.
bool is_remote(const std::string& address,
               const std::vector<maplang::Network>& networks);

}  // namespace amd
