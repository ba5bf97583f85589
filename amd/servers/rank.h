// SPDX-License-Identifier: BSD-3-Clause
// Where a server stands among others: one number, by what is known of it alone,
// so that any set of servers has one order.

#pragma once

#include <string_view>

#include "amd/servers/server.h"
#include "amd/servers/server_order.h"

namespace amd {

// Lower is tried earlier.  First by state: Up, Up but flapping, Suspect,
// Unknown, Down; then as `order` says; equal: as the map lists them.
int rank_of(const Server& server, ServerOrder order, std::string_view client,
            Instant now);

// A rendezvous hash, [0, 2^24): the same on every machine.  A client takes the
// server with the lowest; when one goes, only its own clients go elsewhere.
int spread_rank(std::string_view client, std::string_view server);

}  // namespace amd
