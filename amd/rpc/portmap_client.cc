// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/portmap_client.h"

#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <utility>

#include "amd/rpc/portmap_protocol.h"

namespace amd::rpc {

namespace {

Call make_call(const Address& host, const PortQuery& query) {
  if (host.family() == AF_INET6) {
    const std::string netid = std::string(name_of(query.protocol)) + "6";
    return {.prog = kPortmapProgram,
            .vers = kRpcbindV4,
            .proc = static_cast<uint32_t>(RpcbindProc::GetAddr),
            .args = encoded(RpcbindEntry{.prog = query.prog,
                                         .vers = query.vers,
                                         .netid = netid,
                                         .addr = "",
                                         .owner = ""}),
            .deadline = query.deadline};
  }
  return {.prog = kPortmapProgram,
          .vers = kPortmapV2,
          .proc = static_cast<uint32_t>(PortmapProc::GetPort),
          .args = encoded(
              PortmapEntry{.prog = query.prog,
                           .vers = query.vers,
                           .prot = static_cast<uint32_t>(query.protocol)}),
          .deadline = query.deadline};
}

class GetPort : public RpcStep {
 public:
  GetPort(RpcNetwork& network, const Address& host, const PortQuery& query,
          PortDone done)
      : host_(host), query_(query), done_(std::move(done)) {
    const Address portmap = host.with_port(query.portmap_port);
    transports_ = {network.open(portmap, IpProtocol::Udp),
                   network.open(portmap, IpProtocol::Tcp)};
    for (const auto& transport : transports_)
      transport->start_call(make_call(host, query), [this](Result<Reply> r) {
        on_reply(std::move(r));
      });
  }

 private:
  void on_reply(Result<Reply> reply) {
    const auto port = reply ? decode_port(reply->results())
                            : Result<uint16_t>(pass(std::move(reply)));
    const bool answered =
        port || port.error().code == std::errc::no_such_file_or_directory;
    if (!answered && ++failures_ < transports_.size()) return;
    // The slower question is dropped; `done` may destroy this step, and with
    // it the function itself.
    const PortDone done = std::move(done_);
    transports_ = {};
    done(port);
  }

  Result<uint16_t> decode_port(std::string_view results) const {
    uint16_t port = 0;
    if (host_.family() == AF_INET6) {
      const auto address = decode<RpcbindAddress>(results);
      if (!address) return pass(address);
      port = address->port();
    } else {
      const auto answer = decode<PortmapPort>(results);
      if (!answer) return pass(answer);
      port = static_cast<uint16_t>(answer->port);
    }
    if (port != 0) return port;
    return fail(ENOENT, fmt::format("RPC {}.{} over {} is not registered at {}",
                                    query_.prog, query_.vers,
                                    name_of(query_.protocol), host_.host()));
  }

  const Address host_;
  const PortQuery query_;
  PortDone done_;
  std::array<std::unique_ptr<RpcTransport>, 2> transports_;
  size_t failures_ = 0;
};

struct Change {
  PortmapProc proc = PortmapProc::Unset;
  PortmapEntry entry;
};

// SETs and UNSETs, one after the other.
class Changes : public RpcStep {
 public:
  Changes(RpcNetwork& network, std::vector<Change> changes, Instant deadline,
          RegistrationDone done)
      : changes_(std::move(changes)),
        deadline_(deadline),
        done_(std::move(done)),
        // The port mapper takes a low port on loop-back for root.
        transport_(network.open(Address::loopback(kPortmapPort),
                                IpProtocol::Tcp, SourcePort::Reserved)) {
    next();
  }

 private:
  void next() {
    const Change& change = changes_[at_];
    transport_->start_call({.prog = kPortmapProgram,
                            .vers = kPortmapV2,
                            .proc = static_cast<uint32_t>(change.proc),
                            .args = encoded(change.entry),
                            .deadline = deadline_},
                           [this](Result<Reply> r) { on_reply(std::move(r)); });
  }

  void on_reply(Result<Reply> reply) {
    if (!reply) return end(pass(std::move(reply)));
    const auto flag = decode<PortmapFlag>(reply->results());
    if (!flag) return end(pass(flag));
    // UNSET of what was not there says false.
    if (!flag->done && changes_[at_].proc == PortmapProc::Set)
      return end(fail(EACCES, "registration with the port mapper"));
    if (++at_ < changes_.size()) return next();
    end({});
  }

  void end(Result<void> result) {
    // `done` may destroy this step, and with it the function itself.
    const RegistrationDone done = std::move(done_);
    done(std::move(result));
  }

  const std::vector<Change> changes_;
  size_t at_ = 0;
  const Instant deadline_;
  RegistrationDone done_;
  std::unique_ptr<RpcTransport> transport_;
};

std::vector<Change> unsets_of(const Registration& service) {
  std::vector<Change> changes;
  for (const uint32_t vers : service.versions)
    changes.push_back(
        {PortmapProc::Unset, {.prog = service.prog, .vers = vers}});
  return changes;
}

}  // namespace

std::unique_ptr<RpcStep> start_register(RpcNetwork& network,
                                        const Registration& service,
                                        Instant deadline,
                                        RegistrationDone done) {
  std::vector<Change> changes = unsets_of(service);
  const auto set = [&](uint32_t vers, IpProtocol protocol, uint16_t port) {
    if (port == 0) return;
    changes.push_back({PortmapProc::Set,
                       {.prog = service.prog,
                        .vers = vers,
                        .prot = static_cast<uint32_t>(protocol),
                        .port = port}});
  };
  for (const uint32_t vers : service.versions) {
    set(vers, IpProtocol::Tcp, service.tcp_port);
    set(vers, IpProtocol::Udp, service.udp_port);
  }
  return std::make_unique<Changes>(network, std::move(changes), deadline,
                                   std::move(done));
}

std::unique_ptr<RpcStep> start_unregister(RpcNetwork& network,
                                          const Registration& service,
                                          Instant deadline,
                                          RegistrationDone done) {
  return std::make_unique<Changes>(network, unsets_of(service), deadline,
                                   std::move(done));
}

std::unique_ptr<RpcStep> start_getport(RpcNetwork& network, const Address& host,
                                       const PortQuery& query, PortDone done) {
  return std::make_unique<GetPort>(network, host, query, std::move(done));
}

}  // namespace amd::rpc
