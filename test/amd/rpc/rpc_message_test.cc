// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/rpc_message.h"

#include "test/support/bytes.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using amd::test::hex;
using amd::test::to_hex;

namespace {

// RFC 5531 9 and appendix A, by hand.
const std::string kNullCall =
    hex("12345678"           // xid
        "00000000"           // CALL
        "00000002"           // rpcvers
        "000186a3 00000003"  // NFS, version 3
        "00000000"           // NULL
        "00000001 0000001c"  // AUTH_SYS, 28 bytes
        "00000007"           // stamp
        "00000002 68310000"  // machinename "h1"
        "000003e8 000003e9"  // uid 1000, gid 1001
        "00000001 00000018"  // one group, 24
        "00000000 00000000");

const std::string kCredential = kNullCall.substr(32, 28);

ReplyHeader reply_of(std::string_view bytes) {
  XdrReader in(bytes);
  auto reply = decode_reply(in);
  REQUIRE(reply);
  CHECK(in.finish());
  return *reply;
}

}  // namespace

TEST_CASE("a call with AUTH_SYS is written as RFC 5531 says", "[rpc]") {
  const AuthSys who{
      .stamp = 7, .machinename = "h1", .uid = 1000, .gid = 1001, .gids = {24}};
  const std::string body = encode_auth_sys(who);
  XdrWriter out;
  encode_call(out, {.xid = 0x12345678,
                    .prog = 100003,
                    .vers = 3,
                    .proc = 0,
                    .cred = {AUTH_SYS, body},
                    .verf = {}});

  CHECK(to_hex(out.bytes()) == to_hex(kNullCall));
}

TEST_CASE("a call is read back with its credential", "[rpc]") {
  XdrReader in(kNullCall);
  const auto call = decode_call(in);

  REQUIRE(call);
  CHECK(call->rpc_version == 2);
  CHECK(call->header.xid == 0x12345678);
  CHECK(call->header.prog == 100003);
  CHECK(call->header.cred.flavor == AUTH_SYS);
  const auto who = decode_auth_sys(call->header.cred.body);
  REQUIRE(who);
  CHECK(who->machinename == "h1");
  CHECK(who->uid == 1000);
  CHECK(who->gid == 1001);
  CHECK(who->gids == std::vector<uint32_t>{24});
}

TEST_CASE("a call cut short anywhere is refused", "[rpc]") {
  for (size_t size = 0; size < kNullCall.size(); ++size) {
    XdrReader in(std::string_view(kNullCall).substr(0, size));
    CHECK_FALSE(decode_call(in));
  }
}

TEST_CASE("a credential cut short anywhere or with 17 groups is refused",
          "[rpc]") {
  for (size_t size = 0; size < kCredential.size(); ++size)
    CHECK_FALSE(decode_auth_sys(std::string_view(kCredential).substr(0, size)));
  std::string many = kCredential.substr(0, 20) + hex("00000011");
  many += std::string(17 * 4, '\0');
  CHECK_FALSE(decode_auth_sys(many));
  CHECK_FALSE(decode_auth_sys(kCredential + std::string(4, '\0')));
}

TEST_CASE("only sixteen groups go on the wire", "[rpc]") {
  AuthSys who;
  who.gids.assign(40, 5);

  CHECK(decode_auth_sys(encode_auth_sys(who))->gids.size() == 16);
}

TEST_CASE("another RPC version is reported, not decoded further", "[rpc]") {
  const std::string bytes = hex("00000001 00000000 00000003 ffffffff");
  XdrReader in(bytes);
  const auto call = decode_call(in);

  REQUIRE(call);
  CHECK(call->rpc_version == 3);
  CHECK(call->header.xid == 1);
}

TEST_CASE("every kind of reply is read and written as RFC 5531 says", "[rpc]") {
  const auto both_ways = [](const ReplyHeader& reply, std::string_view text) {
    XdrWriter out;
    encode_reply(out, reply);
    CHECK(to_hex(out.bytes()) == to_hex(hex(text)));
    CHECK((reply_of(hex(text)) == reply));
    const std::string bytes = hex(text);
    for (size_t size = 0; size < bytes.size(); ++size) {
      XdrReader in(std::string_view(bytes).substr(0, size));
      CHECK_FALSE(decode_reply(in));
    }
  };

  both_ways({.xid = 1},
            "00000001 00000001 00000000 00000000 00000000 00000000");
  both_ways({.xid = 2, .accepted = PROG_MISMATCH, .low = 3, .high = 4},
            "00000002 00000001 00000000 00000000 00000000 00000002"
            "00000003 00000004");
  both_ways({.xid = 3, .accepted = GARBAGE_ARGS},
            "00000003 00000001 00000000 00000000 00000000 00000004");
  both_ways(
      {.xid = 4, .kind = ReplyHeader::Kind::RpcMismatch, .low = 2, .high = 2},
      "00000004 00000001 00000001 00000000 00000002 00000002");
  both_ways(
      {.xid = 5, .kind = ReplyHeader::Kind::AuthError, .auth = AUTH_TOOWEAK},
      "00000005 00000001 00000001 00000001 00000005");
}

TEST_CASE("replies with unknown numbers in them are refused", "[rpc]") {
  const auto refused = [](std::string_view text) {
    const std::string bytes = hex(text);
    XdrReader in(bytes);
    CHECK_FALSE(decode_reply(in));
  };

  refused("00000001 00000000 00000000 00000000 00000000 00000000");  // a call
  refused("00000001 00000001 00000002 00000000 00000000 00000000");
  refused("00000001 00000001 00000000 00000000 00000000 00000006");
  refused("00000001 00000001 00000001 00000002 00000000");
  // A verifier of 401 bytes.
  refused("00000001 00000001 00000000 00000000 00000191 " +
          to_hex(std::string(404, '\0')) + "00000000");
}

TEST_CASE("an unsuccessful reply becomes an errno and a sentence", "[rpc]") {
  CHECK(error_of({.accepted = PROG_UNAVAIL}, "ping srv1").message() ==
        "ping srv1: program not available: Operation not supported");
  CHECK(errno_of(error_of(
            {.kind = ReplyHeader::Kind::AuthError, .auth = AUTH_TOOWEAK},
            "mount")) == EACCES);
  CHECK(errno_of(error_of({.accepted = SYSTEM_ERR}, "mount")) == EIO);
}
