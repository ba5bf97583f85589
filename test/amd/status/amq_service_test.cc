// SPDX-License-Identifier: BSD-3-Clause
#include "amd/status/amq_service.h"

#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "amd/rpc/amq_protocol.h"
#include "test/support/fake_status.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using amd::test::FakeStatus;

namespace {

constexpr uint32_t kProgram = 300020;

const Caller kRoot{.peer = *Address::unix_socket("/s"), .peer_uid = 0};
const Caller kUser{.peer = *Address::unix_socket("/s"), .peer_uid = 65534};
const Caller kStranger{.peer = *Address::parse("192.0.2.9", 700)};

struct Service {
  Service() { add_amq_service(dispatcher, kProgram, status); }

  void call(uint32_t vers, uint32_t proc, const std::string& args = "",
            const Caller& caller = kRoot, uint32_t prog = kProgram) {
    XdrWriter out;
    encode_call(out, {.xid = 9, .prog = prog, .vers = vers, .proc = proc});
    out.raw(args);
    answers = 0;
    CHECK(dispatcher.dispatch(out.take(), caller, [this](std::string reply) {
      ++answers;
      bytes = std::move(reply);
      XdrReader in(bytes);
      header = *decode_reply(in);
      results = in.rest();
    }));
  }
  template <class T>
  T ask(AmqProc proc, const std::string& args = "",
        const Caller& caller = kRoot) {
    call(1, static_cast<uint32_t>(proc), args, caller);
    REQUIRE(answers == 1);
    CHECK((header == ReplyHeader{.xid = 9}));
    const auto answer = decode<T>(results);
    REQUIRE(answer);
    return *answer;
  }
  int set(AmqOption option, const std::string& text) {
    return ask<AmqInt>(AmqProc::SetOpt, encoded(AmqSetopt{option, text})).value;
  }
  AmqSyncUmnt unmount(const std::string& path) {
    return ask<AmqSyncUmnt>(AmqProc::SyncUmnt, text(path));
  }
  static std::string text(const std::string& t) { return encoded(AmqText{t}); }

  FakeStatus status;
  Dispatcher dispatcher;
  int answers = 0;
  std::string bytes;
  ReplyHeader header;
  std::string results;
};

using Told = std::vector<std::string>;

constexpr uint32_t kVersion1[] = {0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12};

}  // namespace

TEST_CASE("NULL answers in both versions, whoever asks", "[status][service]") {
  Service service;
  for (const uint32_t vers : {1U, 2U}) {
    service.call(vers, 0, "", kStranger);
    CHECK((service.header == ReplyHeader{.xid = 9}));
    CHECK(service.results.empty());
  }
}

TEST_CASE("the tree is shown whole and in parts", "[status][service]") {
  Service service;
  const auto all = service.ask<AmqExport>(AmqProc::Export);
  REQUIRE(all.trees.size() == 1);
  CHECK(all.trees[0].nodes.size() == 10);
  CHECK(all.trees[0].nodes[0].type == "root");

  const auto part =
      service.ask<AmqTree>(AmqProc::MntTree, Service::text("/n/deep"));
  CHECK(part.nodes.size() == 2);
  CHECK(service.ask<AmqTree>(AmqProc::MntTree, Service::text("/nowhere"))
            .nodes.empty());
}

TEST_CASE("mounts, maps and statistics are shown", "[status][service]") {
  Service service;
  CHECK(service.ask<std::vector<AmqMountInfo>>(AmqProc::GetMntFs).size() == 8);
  CHECK(service.ask<std::vector<AmqMapInfo>>(AmqProc::GetMapInfo).size() == 2);
  CHECK(service.ask<AmqStats>(AmqProc::Stats).mok == 6);
}

TEST_CASE("version, process id and PAWD are answered", "[status][service]") {
  Service service;
  CHECK(service.ask<AmqText>(AmqProc::GetVers).text == "version\ntext\n");
  CHECK(service.ask<AmqInt>(AmqProc::GetPid).value == 4711);
  CHECK(service.ask<AmqText>(AmqProc::Pawd, Service::text("/tmp/x")).text ==
        "/n/one/x");
  CHECK(service.ask<AmqText>(AmqProc::Pawd, Service::text("/x")).text.empty());
}

TEST_CASE("options are set", "[status][service]") {
  Service service;
  CHECK(service.set(AmqOption::Flush, "") == 0);
  CHECK(service.set(AmqOption::Xlog, "all") == 0);
  CHECK(service.set(AmqOption::Logfile, "/var/log/amd") == 0);
  CHECK(service.status.told ==
        Told{"flush", "log options all", "log file /var/log/amd"});
}

TEST_CASE("options that cannot be set are refused", "[status][service]") {
  Service service;
  service.status.result = fail(EACCES, "no");
  CHECK(service.set(AmqOption::Xlog, "nonsense") == EINVAL);
  CHECK(service.set(AmqOption::Logfile, "/etc/passwd") == EACCES);
  CHECK(service.set(AmqOption::Debug, "all") == EINVAL);
  // 4 is no option.
  XdrWriter unknown;
  unknown.u32(4);
  unknown.opaque("text");
  CHECK(service.ask<AmqInt>(AmqProc::SetOpt, unknown.take()).value == EINVAL);
}

TEST_CASE("UMNT is answered before anything is unmounted",
          "[status][service]") {
  Service service;
  service.status.holds = true;
  service.call(1, static_cast<uint32_t>(AmqProc::Umnt), Service::text("/n/lf"));
  CHECK(service.answers == 1);
  CHECK((service.header == ReplyHeader{.xid = 9}));
  CHECK(service.results.empty());
  CHECK(service.status.told == Told{"unmount /n/lf"});

  service.status.result = fail(EBUSY, "unmount /n/lf");
  service.status.release();
  CHECK(service.answers == 1);
}

TEST_CASE("SYNC_UMNT is answered when the unmount is over",
          "[status][service]") {
  Service service;
  service.status.holds = true;
  service.call(1, static_cast<uint32_t>(AmqProc::SyncUmnt),
               Service::text("/n/lf"));
  CHECK(service.answers == 0);

  service.status.release();
  REQUIRE(service.answers == 1);
  CHECK((decode<AmqSyncUmnt>(service.results) == AmqSyncUmnt{}));
}

TEST_CASE("SYNC_UMNT says why it failed", "[status][service]") {
  Service service;
  service.status.result = fail(EBUSY, "busy");
  CHECK((service.unmount("/n/lf") ==
         AmqSyncUmnt{.status = AmqUmntStatus::Failed, .error = EBUSY}));
  // As the old daemon says of a path that it does not know.
  service.status.result = fail(ENOENT, "none");
  CHECK((service.unmount("/nowhere") ==
         AmqSyncUmnt{.status = AmqUmntStatus::Fork, .error = 0}));
  service.status.result = fail(Errc::ServerDown, "srv1");
  CHECK(service.unmount("/n/lf").status == AmqUmntStatus::Server);
}

TEST_CASE("an unmount that is never over gets its caller an error",
          "[status][service]") {
  Service service;
  service.status.holds = true;
  service.call(1, static_cast<uint32_t>(AmqProc::SyncUmnt),
               Service::text("/n/lf"));
  service.status.held.clear();
  CHECK(service.answers == 1);
  CHECK((service.header == ReplyHeader{.xid = 9, .accepted = SYSTEM_ERR}));
}

TEST_CASE("version 2 tells everything and drains servers",
          "[status][service]") {
  Service service;
  service.call(2, static_cast<uint32_t>(AmqProc2::Json), "", kUser);
  const auto json = decode<AmqJson>(service.results);
  REQUIRE(json);
  CHECK(nlohmann::json::parse(json->text)["pid"] == 4711);

  service.call(2, static_cast<uint32_t>(AmqProc2::Drain),
               Service::text("srv1"));
  CHECK(decode<AmqInt>(service.results)->value == 0);
  service.status.result = fail(ENOENT, "srv9");
  service.call(2, static_cast<uint32_t>(AmqProc2::Drain),
               Service::text("srv9"));
  CHECK(decode<AmqInt>(service.results)->value == ENOENT);
  CHECK(service.status.told == Told{"drain srv1", "drain srv9"});
}

TEST_CASE("everybody on this machine may look, strangers may not",
          "[status][service]") {
  Service service;
  const std::string path = Service::text("/n");
  for (const uint32_t proc : {1U, 3U, 4U, 6U, 8U, 9U, 10U, 12U}) {
    const std::string args = proc == 1 || proc == 10 ? path : "";
    INFO("procedure " << proc);
    service.call(1, proc, args, kUser);
    CHECK((service.header == ReplyHeader{.xid = 9}));
    service.call(1, proc, args, kStranger);
    CHECK(service.header.kind == ReplyHeader::Kind::AuthError);
  }
}

TEST_CASE("only root may change something", "[status][service]") {
  Service service;
  const std::string path = Service::text("/n/lf");
  const std::string option = encoded(AmqSetopt{AmqOption::Flush, ""});
  // A credential is a claim: it proves nothing.
  Caller liar = kUser;
  liar.claim = AuthSys{.uid = 0};
  for (const Caller& caller : {kUser, liar, kStranger}) {
    for (const auto& [vers, proc, args] :
         {std::tuple(1U, 2U, path), std::tuple(1U, 5U, option),
          std::tuple(1U, 11U, path), std::tuple(2U, 2U, path)}) {
      INFO("version " << vers << " procedure " << proc);
      service.call(vers, proc, args, caller);
      CHECK((service.header == ReplyHeader{.xid = 9,
                                           .kind = ReplyHeader::Kind::AuthError,
                                           .auth = AUTH_TOOWEAK}));
    }
  }
  CHECK(service.status.told.empty());
}

TEST_CASE("garbage in place of arguments does nothing", "[status][service]") {
  Service service;
  for (const uint32_t proc : kVersion1) {
    if (proc == 0) continue;
    for (const std::string& args :
         {std::string("abc"), std::string(4, '\xff'), std::string(3000, 'x')}) {
      INFO("procedure " << proc);
      service.call(1, proc, args);
      CHECK(service.answers == 1);
      CHECK(
          (service.header == ReplyHeader{.xid = 9, .accepted = GARBAGE_ARGS}));
    }
  }
  for (const uint32_t proc : {1U, 2U}) {
    service.call(2, proc, "abc");
    CHECK((service.header == ReplyHeader{.xid = 9, .accepted = GARBAGE_ARGS}));
  }
  CHECK(service.status.told.empty());
}

TEST_CASE("arguments that are cut short anywhere are garbage",
          "[status][service]") {
  Service service;
  const std::string option = encoded(AmqSetopt{AmqOption::Xlog, "all"});
  for (size_t size = 0; size < option.size(); ++size) {
    service.call(1, 5, option.substr(0, size));
    CHECK((service.header == ReplyHeader{.xid = 9, .accepted = GARBAGE_ARGS}));
  }
  const std::string path = Service::text("/n/lf");
  for (size_t size = 0; size < path.size(); ++size) {
    service.call(1, 11, path.substr(0, size));
    CHECK((service.header == ReplyHeader{.xid = 9, .accepted = GARBAGE_ARGS}));
  }
  CHECK(service.status.told.empty());
}

TEST_CASE("a path above the protocol's limit is garbage", "[status][service]") {
  Service service;
  XdrWriter out;
  out.opaque(std::string(16385, 'x'));
  service.call(1, 1, out.take());
  CHECK((service.header == ReplyHeader{.xid = 9, .accepted = GARBAGE_ARGS}));
}

TEST_CASE("programs, versions and procedures that are not there",
          "[status][service]") {
  Service service;
  service.call(1, 0, "", kRoot, 300019);
  CHECK((service.header == ReplyHeader{.xid = 9, .accepted = PROG_UNAVAIL}));
  service.call(3, 0);
  CHECK(
      (service.header ==
       ReplyHeader{.xid = 9, .accepted = PROG_MISMATCH, .low = 1, .high = 2}));
  // 7 was MOUNT.
  for (const uint32_t proc : {7U, 13U, 0xffffffffU}) {
    service.call(1, proc);
    CHECK((service.header == ReplyHeader{.xid = 9, .accepted = PROC_UNAVAIL}));
  }
  service.call(2, 3);
  CHECK((service.header == ReplyHeader{.xid = 9, .accepted = PROC_UNAVAIL}));
}
