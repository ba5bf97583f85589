// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/mount_client.h"

#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/rpc/portmap_client.h"

namespace amd::rpc {

namespace {

// The port is that of the service, 0 if it was not found.
using ReplyDone = std::function<void(Result<Reply>, uint16_t port)>;

// One call to the service: the port, unless it is known, then the call.
class MountCall : public RpcStep {
 public:
  MountCall(RpcNetwork& network, const MountService& service, MountProc proc,
            std::string args, Instant deadline, ReplyDone done)
      : network_(network),
        service_(service),
        call_{.prog = kMountProgram,
              .vers = service.version,
              .proc = static_cast<uint32_t>(proc),
              .credential = service.credential,
              .args = std::move(args),
              .deadline = deadline},
        done_(std::move(done)) {
    const IpProtocol first = service.protocol.value_or(IpProtocol::Tcp);
    if (service.port != 0)
      call(service.port, first);
    else
      ask_port(first);
  }

 private:
  void ask_port(IpProtocol protocol) {
    step_ = start_getport(network_, service_.host,
                          {.prog = kMountProgram,
                           .vers = service_.version,
                           .protocol = protocol,
                           .deadline = call_.deadline,
                           .portmap_port = service_.portmap_port},
                          [this, protocol](Result<uint16_t> port) {
                            on_port(protocol, std::move(port));
                          });
  }

  void on_port(IpProtocol protocol, Result<uint16_t> port) {
    if (port) return call(*port, protocol);
    const bool other_left = !service_.protocol && protocol == IpProtocol::Tcp;
    if (other_left && errno_of(port.error()) == ENOENT)
      return ask_port(IpProtocol::Udp);
    end(pass(std::move(port)));
  }

  void call(uint16_t port, IpProtocol protocol) {
    port_ = port;
    transport_ = network_.open(service_.host.with_port(port), protocol,
                               SourcePort::Reserved);
    transport_->start_call(call_,
                           [this](Result<Reply> r) { end(std::move(r)); });
  }

  void end(Result<Reply> reply) {
    // `done` may destroy this step, and with it the function itself.
    const ReplyDone done = std::move(done_);
    done(std::move(reply), port_);
  }

  RpcNetwork& network_;
  const MountService service_;
  const Call call_;
  ReplyDone done_;
  uint16_t port_ = 0;
  std::unique_ptr<RpcStep> step_;
  std::unique_ptr<RpcTransport> transport_;
};

// MNT3's numbers are nfsstat3's, and version 1's are the same as far as they
// go.
int errno_of_status(uint32_t status) {
  return errno_of(static_cast<nfsstat3>(status));
}

Result<MountResult3> decode_mnt(const Reply& reply, uint32_t version) {
  if (version == kMountV3) return decode<MountResult3>(reply.results());
  auto v1 = decode<MountResult1>(reply.results());
  if (!v1) return pass(v1);
  return MountResult3{
      .status = v1->status, .root = v1->root, .auth_flavors = {}};
}

ReplyDone expect_nothing(UmntDone done) {
  return [done = std::move(done)](Result<Reply> reply, uint16_t) {
    if (!reply) return done(pass(std::move(reply)));
    done({});
  };
}

}  // namespace

std::unique_ptr<RpcStep> start_mnt(RpcNetwork& network,
                                   const MountService& service,
                                   const std::string& path, Instant deadline,
                                   MntDone done) {
  const auto what = [path, host = service.host.host()] {
    return "MNT of " + escape(path) + " at " + host;
  };
  return std::make_unique<MountCall>(
      network, service, MountProc::Mnt, encoded(MountPath{path}), deadline,
      [what, version = service.version, done = std::move(done)](
          Result<Reply> reply, uint16_t port) {
        if (!reply) return done(pass(std::move(reply)));
        auto result = decode_mnt(*reply, version);
        if (!result) return done(pass(std::move(result)));
        if (result->status != 0)
          return done(fail(errno_of_status(result->status), what()));
        done(MntAnswer{*std::move(result), port});
      });
}

std::unique_ptr<RpcStep> start_export(RpcNetwork& network,
                                      const MountService& service,
                                      Instant deadline, ExportDone done) {
  return std::make_unique<MountCall>(
      network, service, MountProc::Export, "", deadline,
      [done = std::move(done)](Result<Reply> reply, uint16_t) {
        if (!reply) return done(pass(std::move(reply)));
        auto exports = decode<MountExports>(reply->results());
        if (!exports) return done(pass(std::move(exports)));
        done(std::move(exports->list));
      });
}

std::unique_ptr<RpcStep> start_umnt(RpcNetwork& network,
                                    const MountService& service,
                                    const std::string& path, Instant deadline,
                                    UmntDone done) {
  return std::make_unique<MountCall>(network, service, MountProc::Umnt,
                                     encoded(MountPath{path}), deadline,
                                     expect_nothing(std::move(done)));
}

std::unique_ptr<RpcStep> start_umntall(RpcNetwork& network,
                                       const MountService& service,
                                       Instant deadline, UmntDone done) {
  return std::make_unique<MountCall>(network, service, MountProc::UmntAll, "",
                                     deadline, expect_nothing(std::move(done)));
}

}  // namespace amd::rpc
