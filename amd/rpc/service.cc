// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/service.h"

#include <netinet/in.h>
#include <unistd.h>

#include <utility>

#include "amd/base/log.h"

namespace amd::rpc {

namespace {

bool is_loopback(const Address& address) {
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address.raw());
    return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
  }
  if (address.family() != AF_INET6) return false;
  const in6_addr& v6 =
      reinterpret_cast<const sockaddr_in6*>(address.raw())->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return v6.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_allowed(const Caller& caller, Privilege privilege) {
  switch (privilege) {
    case Privilege::Anyone:
      return true;
    case Privilege::Local:
      return caller.is_local();
    case Privilege::Owner:
      return caller.is_owner();
  }
  return false;
}

}  // namespace

bool Caller::is_local() const {
  return peer_uid || is_loopback(peer);
}

bool Caller::is_owner() const {
  if (peer_uid) return *peer_uid == 0 || *peer_uid == ::geteuid();
  // Only root binds ports below 1024.
  return is_loopback(peer) && peer.port() < IPPORT_RESERVED;
}

ServiceReply::ServiceReply(ServiceReply&& other) noexcept
    : xid_(other.xid_), send_(std::exchange(other.send_, nullptr)) {
}

ServiceReply::~ServiceReply() {
  if (!send_) return;
  log::error("rpc: a call was left without an answer (a bug)");
  reject(SYSTEM_ERR);
}

void ServiceReply::send(std::string_view results) {
  send({.xid = xid_}, results);
}

void ServiceReply::reject(accept_stat why) {
  send({.xid = xid_, .accepted = why}, {});
}

void ServiceReply::refuse(auth_stat why) {
  send({.xid = xid_, .kind = ReplyHeader::Kind::AuthError, .auth = why}, {});
}

void ServiceReply::mismatch(ReplyHeader::Kind kind, uint32_t low,
                            uint32_t high) {
  send({.xid = xid_,
        .kind = kind,
        .accepted = PROG_MISMATCH,
        .low = low,
        .high = high},
       {});
}

void ServiceReply::send(const ReplyHeader& header, std::string_view results) {
  const Send send = std::exchange(send_, nullptr);
  if (!send) return;
  XdrWriter out;
  out.reserve(32 + results.size());
  encode_reply(out, header);
  out.raw(results);
  send(out.take());
}

void Dispatcher::add(uint32_t prog, uint32_t vers,
                     std::vector<Procedure> procedures) {
  auto& table = programs_[prog][vers];
  for (Procedure& p : procedures) table.emplace(p.number, std::move(p));
  table.emplace(
      0, Procedure{.number = 0,
                   .name = "NULL",
                   .handler = [](const Caller&, std::string_view,
                                 ServiceReply reply) { reply.send({}); }});
}

const Procedure* Dispatcher::find(const CallHeader& call,
                                  ServiceReply& reply) const {
  const auto program = programs_.find(call.prog);
  if (program == programs_.end()) {
    reply.reject(PROG_UNAVAIL);
    return nullptr;
  }
  const Versions& versions = program->second;
  const auto version = versions.find(call.vers);
  if (version == versions.end()) {
    reply.mismatch(ReplyHeader::Kind::Accepted, versions.begin()->first,
                   versions.rbegin()->first);
    return nullptr;
  }
  const auto procedure = version->second.find(call.proc);
  if (procedure == version->second.end()) {
    reply.reject(PROC_UNAVAIL);
    return nullptr;
  }
  return &procedure->second;
}

bool Dispatcher::dispatch(std::string_view message, Caller caller,
                          ServiceReply::Send send) const {
  XdrReader in(message);
  const auto call = decode_call(in);
  if (!call) return false;
  ServiceReply reply(call->header.xid, std::move(send));
  if (call->rpc_version != 2) {
    reply.mismatch(ReplyHeader::Kind::RpcMismatch, 2, 2);
    return true;
  }
  if (call->header.cred.flavor == AUTH_SYS) {
    auto claim = decode_auth_sys(call->header.cred.body);
    if (!claim) {
      reply.refuse(AUTH_BADCRED);
      return true;
    }
    caller.claim = std::move(*claim);
  }
  if (gate_ && !gate_(caller)) {
    reply.refuse(AUTH_FAILED);
    return true;
  }
  const Procedure* procedure = find(call->header, reply);
  if (procedure == nullptr) return true;
  if (!is_allowed(caller, procedure->privilege)) {
    reply.refuse(AUTH_TOOWEAK);
    return true;
  }
  procedure->handler(caller, in.rest(), std::move(reply));
  return true;
}

}  // namespace amd::rpc
