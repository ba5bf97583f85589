// SPDX-License-Identifier: BSD-3-Clause
// Is there an NFS server that answers?  One NULL call to the NFS program.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "amd/rpc/transport.h"

namespace amd::rpc {

struct NfsPing {
  Address host;          // its port is ignored
  uint16_t port = 0;     // of the NFS service; 0: find it
  uint32_t version = 3;  // 2, 3 or 4
  IpProtocol protocol = IpProtocol::Tcp;
  Instant deadline;
  uint16_t portmap_port = 111;
};

struct PingAnswer {
  Duration round_trip{};  // of the NULL call
  uint16_t port = 0;      // of the service that answered
};

// EOPNOTSUPP: a server answers, and does not have this version.  ECONNREFUSED:
// the host refuses.  ETIMEDOUT: silence.
using PingDone = std::function<void(Result<PingAnswer>)>;

// With no port given, 2049 and the port mapper's answer are tried together, so
// that neither a firewall before the port mapper nor a server on another port
// hides a server that works; a version 4 server needs no port mapper.
std::unique_ptr<RpcStep> start_nfs_ping(RpcNetwork& network,
                                        const NfsPing& ping, PingDone done);

}  // namespace amd::rpc
