// SPDX-License-Identifier: BSD-3-Clause
// RpcTransport over sockets, driven by the daemon's loop.

#pragma once

#include <memory>

#include "amd/base/loop.h"
#include "amd/rpc/transport.h"

namespace amd::rpc {

struct SocketOptions {
  SourcePort source = SourcePort::Any;
  // A longer message ends a connection.
  size_t max_record = 9 * 1024 * 1024;
};

// One connection, TCP or Unix socket by the address.  It is opened by the
// first call, and again by the next call after it was lost; losing it ends all
// calls at once, except that calls which a server's idle time-out may have
// crossed are sent once more on a new connection.
std::unique_ptr<RpcTransport> make_stream_transport(Loop& loop,
                                                    const Address& peer,
                                                    SocketOptions options);

// Datagrams, sent again with a growing interval that begins at the measured
// round trip's.  A peer whose host refuses ends all calls at once.
std::unique_ptr<RpcTransport> make_udp_transport(Loop& loop,
                                                 const Address& peer,
                                                 SocketOptions options);

class SocketNetwork : public RpcNetwork {
 public:
  explicit SocketNetwork(Loop& loop) : loop_(loop) {}
  std::unique_ptr<RpcTransport> open(const Address& peer, IpProtocol protocol,
                                     SourcePort source) override;

 private:
  Loop& loop_;
};

}  // namespace amd::rpc
