// SPDX-License-Identifier: BSD-3-Clause
// Asking a host's port mapper for the port of a service.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "amd/rpc/transport.h"

namespace amd::rpc {

struct PortQuery {
  uint32_t prog = 0;
  uint32_t vers = 0;
  IpProtocol protocol = IpProtocol::Tcp;
  Instant deadline;
  // Where the port mapper itself listens.
  uint16_t portmap_port = 111;
};

using PortDone = std::function<void(Result<uint16_t>)>;

// Asks over TCP and UDP at once; the first answer counts.  ENOENT: the port
// mapper answers, and the service is not registered.  Other errors are those
// of the call.  IPv6 hosts are asked with version 4 of the protocol.
std::unique_ptr<RpcStep> start_getport(RpcNetwork& network, const Address& host,
                                       const PortQuery& query, PortDone done);

}  // namespace amd::rpc
