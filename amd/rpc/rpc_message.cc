// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/rpc_message.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

namespace amd::rpc {

namespace {

constexpr uint32_t kCall = 0;
constexpr uint32_t kReply = 1;
constexpr uint32_t kRpcVersion = 2;
constexpr uint32_t kMsgAccepted = 0;
constexpr uint32_t kMsgDenied = 1;
constexpr uint32_t kRejectRpcMismatch = 0;
constexpr uint32_t kRejectAuthError = 1;
constexpr uint32_t kMaxMachineName = 255;

opaque_auth decode_auth(XdrReader& in) {
  opaque_auth auth;
  auth.flavor = in.u32();
  auth.body = in.opaque(kMaxAuthBytes);
  return auth;
}

void encode_auth(XdrWriter& out, const opaque_auth& auth) {
  out.u32(auth.flavor);
  out.opaque(auth.body);
}

void decode_accepted(XdrReader& in, ReplyHeader& reply) {
  decode_auth(in);
  const uint32_t status = in.u32();
  if (status > SYSTEM_ERR) return in.fail("holds an unknown accept_stat");
  reply.accepted = static_cast<accept_stat>(status);
  if (reply.accepted != PROG_MISMATCH) return;
  reply.low = in.u32();
  reply.high = in.u32();
}

void decode_denied(XdrReader& in, ReplyHeader& reply) {
  switch (in.u32()) {
    case kRejectRpcMismatch:
      reply.kind = ReplyHeader::Kind::RpcMismatch;
      reply.low = in.u32();
      reply.high = in.u32();
      return;
    case kRejectAuthError:
      reply.kind = ReplyHeader::Kind::AuthError;
      // Later documents (RPCSEC_GSS) add values; any of them means "refused".
      reply.auth = static_cast<auth_stat>(
          std::min(in.u32(), static_cast<uint32_t>(AUTH_FAILED)));
      return;
    default:
      in.fail("holds an unknown reject_stat");
  }
}

const char* text_of(accept_stat s) {
  switch (s) {
    case SUCCESS:
      return "success";
    case PROG_UNAVAIL:
      return "program not available";
    case PROG_MISMATCH:
      return "program version not available";
    case PROC_UNAVAIL:
      return "procedure not available";
    case GARBAGE_ARGS:
      return "arguments not understood";
    case SYSTEM_ERR:
      return "system error at the server";
  }
  return "unknown status";
}

}  // namespace

std::string encode_auth_sys(const AuthSys& auth) {
  XdrWriter out;
  out.u32(auth.stamp);
  out.opaque(std::string_view(auth.machinename).substr(0, kMaxMachineName));
  out.u32(auth.uid);
  out.u32(auth.gid);
  const size_t groups = std::min<size_t>(auth.gids.size(), kMaxAuthGroups);
  out.u32(static_cast<uint32_t>(groups));
  for (size_t i = 0; i < groups; ++i) out.u32(auth.gids[i]);
  return out.take();
}

Result<AuthSys> decode_auth_sys(std::string_view body) {
  XdrReader in(body);
  AuthSys auth;
  auth.stamp = in.u32();
  auth.machinename = in.opaque(kMaxMachineName);
  auth.uid = in.u32();
  auth.gid = in.u32();
  const uint32_t groups = in.u32();
  if (groups > kMaxAuthGroups) in.fail("holds more than 16 groups");
  for (uint32_t i = 0; i < groups && in.ok(); ++i)
    auth.gids.push_back(in.u32());
  if (auto end = in.finish(); !end) return pass(end);
  return auth;
}

void encode_call(XdrWriter& out, const CallHeader& call) {
  out.u32(call.xid);
  out.u32(kCall);
  out.u32(kRpcVersion);
  out.u32(call.prog);
  out.u32(call.vers);
  out.u32(call.proc);
  encode_auth(out, call.cred);
  encode_auth(out, call.verf);
}

Result<IncomingCall> decode_call(XdrReader& in) {
  IncomingCall call;
  call.header.xid = in.u32();
  if (in.u32() != kCall) in.fail("is not an RPC call");
  call.rpc_version = in.u32();
  if (in.ok() && call.rpc_version != kRpcVersion) return call;
  call.header.prog = in.u32();
  call.header.vers = in.u32();
  call.header.proc = in.u32();
  call.header.cred = decode_auth(in);
  call.header.verf = decode_auth(in);
  if (auto so_far = in.check(); !so_far) return pass(so_far);
  return call;
}

void encode_reply(XdrWriter& out, const ReplyHeader& reply) {
  out.u32(reply.xid);
  out.u32(kReply);
  switch (reply.kind) {
    case ReplyHeader::Kind::Accepted:
      out.u32(kMsgAccepted);
      encode_auth(out, {});
      out.u32(reply.accepted);
      if (reply.accepted != PROG_MISMATCH) return;
      out.u32(reply.low);
      out.u32(reply.high);
      return;
    case ReplyHeader::Kind::RpcMismatch:
      out.u32(kMsgDenied);
      out.u32(kRejectRpcMismatch);
      out.u32(reply.low);
      out.u32(reply.high);
      return;
    case ReplyHeader::Kind::AuthError:
      out.u32(kMsgDenied);
      out.u32(kRejectAuthError);
      out.u32(reply.auth);
      return;
  }
}

Result<ReplyHeader> decode_reply(XdrReader& in) {
  ReplyHeader reply;
  reply.xid = in.u32();
  if (in.u32() != kReply) in.fail("is not an RPC reply");
  switch (in.u32()) {
    case kMsgAccepted:
      decode_accepted(in, reply);
      break;
    case kMsgDenied:
      decode_denied(in, reply);
      break;
    default:
      in.fail("holds an unknown reply_stat");
  }
  if (auto so_far = in.check(); !so_far) return pass(so_far);
  return reply;
}

Error error_of(const ReplyHeader& reply, std::string context) {
  switch (reply.kind) {
    case ReplyHeader::Kind::AuthError:
      return errno_error(
          EACCES, fmt::format("{}: credential refused (auth_stat {})", context,
                              static_cast<int>(reply.auth)));
    case ReplyHeader::Kind::RpcMismatch:
      return errno_error(EOPNOTSUPP,
                         fmt::format("{}: peer speaks RPC versions {} to {}",
                                     context, reply.low, reply.high));
    case ReplyHeader::Kind::Accepted:
      break;
  }
  const bool lacking = reply.accepted == PROG_UNAVAIL ||
                       reply.accepted == PROG_MISMATCH ||
                       reply.accepted == PROC_UNAVAIL;
  return errno_error(lacking ? EOPNOTSUPP : EIO,
                     fmt::format("{}: {}", context, text_of(reply.accepted)));
}

}  // namespace amd::rpc
