// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/service.h"

#include <unistd.h>

#include <optional>

#include "amd/base/log.h"
#include "amd/rpc/amq_protocol.h"
#include "test/support/bytes.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using amd::test::hex;

namespace {

struct Asked {
  Asked() {
    dispatcher.add(
        77, 2,
        {{.number = 1, .name = "ECHO", .handler = echo},
         {.number = 2,
          .name = "LATER",
          .handler =
              [this](const Caller&, std::string_view, ServiceReply reply) {
                kept.emplace(std::move(reply));
              }},
         {.number = 3,
          .name = "LOCAL",
          .privilege = Privilege::Local,
          .handler = echo},
         {.number = 4,
          .name = "OWNER",
          .privilege = Privilege::Owner,
          .handler = echo},
         {.number = 5,
          .name = "FORGETFUL",
          .handler = [](const Caller&, std::string_view, ServiceReply) {}}});
    dispatcher.add(77, 4, {});
  }

  static void echo(const Caller& caller, std::string_view args,
                   ServiceReply reply) {
    const auto text = decode<AmqText>(args);
    if (!text) return reply.reject(GARBAGE_ARGS);
    const uint32_t uid = caller.claim ? caller.claim->uid : 0;
    reply.send_message(AmqText{text->text + std::to_string(uid)});
  }

  bool send(const std::string& message, const Caller& caller) {
    return dispatcher.dispatch(message, caller, [this](std::string reply) {
      ++replies;
      bytes = std::move(reply);
      XdrReader in(bytes);
      header = *decode_reply(in);
      results = in.rest();
    });
  }
  void call(uint32_t prog, uint32_t vers, uint32_t proc,
            const std::string& args = encoded(AmqText{"x"}),
            const Caller& caller = {.peer = *Address::parse("192.0.2.9", 700)},
            const opaque_auth& cred = {}) {
    XdrWriter out;
    encode_call(
        out,
        {.xid = 9, .prog = prog, .vers = vers, .proc = proc, .cred = cred});
    out.raw(args);
    CHECK(send(out.take(), caller));
  }

  Dispatcher dispatcher;
  std::optional<ServiceReply> kept;
  int replies = 0;
  std::string bytes;
  ReplyHeader header;
  std::string results;
};

}  // namespace

TEST_CASE("a procedure is called and its results go back", "[rpc][service]") {
  Asked asked;
  asked.call(77, 2, 1);

  CHECK(asked.replies == 1);
  CHECK((asked.header == ReplyHeader{.xid = 9}));
  CHECK(decode<AmqText>(asked.results)->text == "x0");
}

TEST_CASE("NULL needs no handler", "[rpc][service]") {
  Asked asked;
  asked.call(77, 4, 0, "");

  CHECK((asked.header == ReplyHeader{.xid = 9}));
  CHECK(asked.results.empty());
}

TEST_CASE("what is not there is answered as RFC 5531 says", "[rpc][service]") {
  Asked asked;
  asked.call(78, 2, 1);
  CHECK((asked.header == ReplyHeader{.xid = 9, .accepted = PROG_UNAVAIL}));
  asked.call(77, 3, 1);
  CHECK(
      (asked.header ==
       ReplyHeader{.xid = 9, .accepted = PROG_MISMATCH, .low = 2, .high = 4}));
  asked.call(77, 2, 99);
  CHECK((asked.header == ReplyHeader{.xid = 9, .accepted = PROC_UNAVAIL}));
  asked.call(77, 2, 1, "abc");
  CHECK((asked.header == ReplyHeader{.xid = 9, .accepted = GARBAGE_ARGS}));
  CHECK(asked.send(hex("00000009 00000000 00000003"), {}));
  CHECK((asked.header == ReplyHeader{.xid = 9,
                                     .kind = ReplyHeader::Kind::RpcMismatch,
                                     .low = 2,
                                     .high = 2}));
  CHECK(asked.replies == 5);
}

TEST_CASE("what is no call is not answered", "[rpc][service]") {
  Asked asked;

  CHECK_FALSE(asked.send("", {}));
  CHECK_FALSE(asked.send(hex("00000009 00000001 00000000"), {}));
  CHECK_FALSE(asked.send(hex("00000009 00000000 00000002 00000001"), {}));
  CHECK(asked.replies == 0);
}

TEST_CASE("an answer may come later", "[rpc][service]") {
  Asked asked;
  asked.call(77, 2, 2);
  CHECK(asked.replies == 0);
  asked.kept->send("");

  CHECK(asked.replies == 1);
  asked.kept->send("");
  asked.kept.reset();
  CHECK(asked.replies == 1);
}

TEST_CASE("a call that a handler forgets is answered all the same",
          "[rpc][service]") {
  Asked asked;
  log::set_test_sink([](log::Level, const std::string&) {});
  asked.call(77, 2, 5);
  log::set_test_sink({});

  CHECK((asked.header == ReplyHeader{.xid = 9, .accepted = SYSTEM_ERR}));
}

TEST_CASE("a credential is passed on; a malformed one is refused",
          "[rpc][service]") {
  Asked asked;
  const std::string body = encode_auth_sys({.uid = 42});
  asked.call(77, 2, 1, encoded(AmqText{"x"}), {}, {AUTH_SYS, body});
  CHECK(decode<AmqText>(asked.results)->text == "x42");
  asked.call(77, 2, 1, encoded(AmqText{"x"}), {}, {AUTH_SYS, "xxxx"});

  CHECK((asked.header == ReplyHeader{.xid = 9,
                                     .kind = ReplyHeader::Kind::AuthError,
                                     .auth = AUTH_BADCRED}));
}

TEST_CASE("a procedure may be for callers of this machine or its owner only",
          "[rpc][service]") {
  Asked asked;
  const auto is_allowed = [&](uint32_t proc, const Caller& caller) {
    asked.call(77, 2, proc, encoded(AmqText{"x"}), caller);
    return asked.header.is_success();
  };
  const Caller remote{.peer = *Address::parse("192.0.2.9", 700)};
  const Caller mapped{.peer = *Address::parse("::ffff:127.0.0.1", 7000)};
  const Caller user{.peer = Address::loopback(7000)};
  const Caller root{.peer = Address::loopback(700)};
  const Caller unix_user{.peer = *Address::unix_socket("/s"),
                         .peer_uid = ::geteuid() + 1};
  const Caller unix_self{.peer = *Address::unix_socket("/s"),
                         .peer_uid = ::geteuid()};

  CHECK_FALSE(is_allowed(3, remote));
  CHECK(is_allowed(3, mapped));
  CHECK(is_allowed(3, user));
  CHECK(is_allowed(3, unix_user));
  CHECK_FALSE(is_allowed(4, remote));
  CHECK_FALSE(is_allowed(4, user));
  CHECK_FALSE(is_allowed(4, unix_user));
  CHECK(is_allowed(4, root));
  CHECK(is_allowed(4, unix_self));
}

TEST_CASE("a gate refuses callers before anything else", "[rpc][service]") {
  Asked asked;
  asked.dispatcher.set_gate([](const Caller&) { return false; });
  asked.call(78, 1, 1);

  CHECK((asked.header == ReplyHeader{.xid = 9,
                                     .kind = ReplyHeader::Kind::AuthError,
                                     .auth = AUTH_FAILED}));
}
