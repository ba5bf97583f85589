// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/nfs_ping.h"

#include <cerrno>
#include <optional>
#include <utility>

#include "amd/rpc/nfs3.h"
#include "amd/rpc/portmap_client.h"

namespace amd::rpc {

namespace {

class Ping : public RpcStep {
 public:
  Ping(RpcNetwork& network, const NfsPing& ping, PingDone done)
      : network_(network), ping_(ping), done_(std::move(done)) {
    usual_ = call(ping.port != 0 ? ping.port : NFS_PORT);
    if (ping.port != 0) return;
    ++under_way_;
    portmap_ = start_getport(network, ping.host,
                             {.prog = NFS_PROGRAM,
                              .vers = ping.version,
                              .protocol = ping.protocol,
                              .deadline = ping.deadline,
                              .portmap_port = ping.portmap_port},
                             [this](Result<uint16_t> port) { on_port(port); });
  }

 private:
  std::unique_ptr<RpcTransport> call(uint16_t port) {
    ++under_way_;
    auto transport = network_.open(ping_.host.with_port(port), ping_.protocol);
    transport->start_call(
        {.prog = NFS_PROGRAM,
         .vers = ping_.version,
         .deadline = ping_.deadline},
        [this, port](Result<Reply> r) { on_reply(std::move(r), port); });
    return transport;
  }

  void on_port(const Result<uint16_t>& port) {
    --under_way_;
    if (port && *port != NFS_PORT) registered_ = call(*port);
    // The port mapper's own failure says nothing about NFS, unless it is all
    // that there is.
    if (under_way_ == 0) end(tl::unexpected(*failure_));
  }

  void on_reply(Result<Reply> reply, uint16_t port) {
    --under_way_;
    if (reply) return end(PingAnswer{reply->round_trip, port});
    // A server that answers "not this version" tells more than one that is
    // silent, and silence on 2049 more than a port that nobody has.
    const int error = errno_of(reply.error());
    if (!failure_ || error == EOPNOTSUPP || errno_of(*failure_) == ECONNREFUSED)
      failure_ = std::move(reply).error();
    if (under_way_ == 0) end(tl::unexpected(*failure_));
  }

  void end(Result<PingAnswer> result) {
    // `done` may destroy this step, and with it the function itself.
    const PingDone done = std::move(done_);
    portmap_.reset();
    usual_.reset();
    registered_.reset();
    done(std::move(result));
  }

  RpcNetwork& network_;
  const NfsPing ping_;
  PingDone done_;
  int under_way_ = 0;
  std::optional<Error> failure_;
  std::unique_ptr<RpcStep> portmap_;
  std::unique_ptr<RpcTransport> usual_;
  std::unique_ptr<RpcTransport> registered_;
};

}  // namespace

std::unique_ptr<RpcStep> start_nfs_ping(RpcNetwork& network,
                                        const NfsPing& ping, PingDone done) {
  return std::make_unique<Ping>(network, ping, std::move(done));
}

}  // namespace amd::rpc
