// SPDX-License-Identifier: BSD-3-Clause
// In which order the servers of one location are asked (`server_order` of
// amd.conf, global or per map).

#pragma once

namespace amd {

// All of them put servers that answer before those that do not.
enum class ServerOrder {
  Map,      // as the map lists them: amd's own rule
  Fastest,  // by measured round trip; small differences count for nothing
  Spread,   // every client another order, the same each time
};

}  // namespace amd
