// SPDX-License-Identifier: BSD-3-Clause
// Asking a host's port mapper for the port of a service, and telling this
// machine's about our own.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

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

// A service of this machine, as its port mapper should know it.
struct Registration {
  uint32_t prog = 0;
  std::vector<uint32_t> versions;
  uint16_t tcp_port = 0;  // 0: not over TCP
  uint16_t udp_port = 0;  // 0: not over UDP
};

using RegistrationDone = std::function<void(Result<void>)>;

// Puts `service` in place of what the port mapper knew of these versions.
// ECONNREFUSED: there is no port mapper.  EACCES: it does not let us.
std::unique_ptr<RpcStep> start_register(RpcNetwork& network,
                                        const Registration& service,
                                        Instant deadline,
                                        RegistrationDone done);
// Makes it forget these versions.
std::unique_ptr<RpcStep> start_unregister(RpcNetwork& network,
                                          const Registration& service,
                                          Instant deadline,
                                          RegistrationDone done);

}  // namespace amd::rpc
