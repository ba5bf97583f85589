// SPDX-License-Identifier: BSD-3-Clause
// ONC RPC version 2 messages (RFC 5531): call and reply headers, AUTH_SYS.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "amd/base/result.h"
#include "amd/rpc/xdr.h"

namespace amd::rpc {

// RFC 5531 9: enumerators in its spelling.
enum accept_stat : uint32_t {
  SUCCESS = 0,
  PROG_UNAVAIL = 1,
  PROG_MISMATCH = 2,
  PROC_UNAVAIL = 3,
  GARBAGE_ARGS = 4,
  SYSTEM_ERR = 5,
};

enum auth_stat : uint32_t {
  AUTH_OK = 0,
  AUTH_BADCRED = 1,
  AUTH_REJECTEDCRED = 2,
  AUTH_BADVERF = 3,
  AUTH_REJECTEDVERF = 4,
  AUTH_TOOWEAK = 5,
  AUTH_INVALIDRESP = 6,
  AUTH_FAILED = 7,
};

enum auth_flavor : uint32_t { AUTH_NONE = 0, AUTH_SYS = 1 };

inline constexpr uint32_t kMaxAuthBytes = 400;  // RFC 5531 8.2
inline constexpr uint32_t kMaxAuthGroups = 16;  // RFC 5531 appendix A

// Who a call is made for.  Groups beyond the sixteenth are left out on the
// wire.
struct AuthSys {
  uint32_t stamp = 0;
  std::string machinename = {};  // at most 255 bytes
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::vector<uint32_t> gids = {};

  bool operator==(const AuthSys&) const = default;
};

// Credential and verifier as they came; views of the message.
struct opaque_auth {
  uint32_t flavor = AUTH_NONE;
  std::string_view body = {};
};

struct CallHeader {
  uint32_t xid = 0;
  uint32_t prog = 0;
  uint32_t vers = 0;
  uint32_t proc = 0;
  opaque_auth cred = {};
  opaque_auth verf = {};
};

// The body of an AUTH_SYS credential.
std::string encode_auth_sys(const AuthSys& auth);
[[nodiscard]] Result<AuthSys> decode_auth_sys(std::string_view body);

// The arguments follow the header.
void encode_call(XdrWriter& out, const CallHeader& call);
// Reads the header of a call.  An RPC version other than 2 is reported in
// `rpc_version`, with only the xid decoded; a reply in place of a call is an
// error.
struct IncomingCall {
  uint32_t rpc_version = 2;
  CallHeader header;
};
[[nodiscard]] Result<IncomingCall> decode_call(XdrReader& in);

// What a reply says apart from the results.
struct ReplyHeader {
  enum class Kind {
    Accepted,     // look at `accepted`
    RpcMismatch,  // the peer speaks RPC versions `low` to `high`
    AuthError,    // look at `auth`
  };

  uint32_t xid = 0;
  Kind kind = Kind::Accepted;
  accept_stat accepted = SUCCESS;
  auth_stat auth = AUTH_OK;
  uint32_t low = 0;   // with RpcMismatch and PROG_MISMATCH
  uint32_t high = 0;  // likewise

  bool is_success() const {
    return kind == Kind::Accepted && accepted == SUCCESS;
  }
  bool operator==(const ReplyHeader&) const = default;
};

// The results follow a successful header.
void encode_reply(XdrWriter& out, const ReplyHeader& reply);
[[nodiscard]] Result<ReplyHeader> decode_reply(XdrReader& in);

// An unsuccessful reply as an error: EACCES for a credential that was refused,
// EOPNOTSUPP for a program, version or procedure the peer does not have, EIO
// for the rest.  Requires: !reply.is_success().
Error error_of(const ReplyHeader& reply, std::string context);

}  // namespace amd::rpc
