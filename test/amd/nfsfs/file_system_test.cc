// SPDX-License-Identifier: BSD-3-Clause
// A file system between a kernel by hand and two scripted NFS servers.
#include "amd/nfsfs/file_system.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "amd/base/log.h"
#include "test/support/fake_kernel.h"
#include "test/support/printers.h"
#include "test/support/scripted_nfs3.h"

using namespace amd;
using namespace amd::nfsfs;
using namespace std::chrono_literals;
using Kind = Scripted::Kind;

namespace {

constexpr uint64_t kRoot = 1;

// Two servers with the same tree, and a file system from both.
struct World {
  Reactor reactor;
  ServerPool pool{reactor};
  Callers callers{"client"};
  ScriptedServer a{reactor};
  ScriptedServer b{reactor};
  FakeKernel kernel{reactor};
  AttachRequest request;
  std::string options = "ro,hard";
  UniqueFd log_fd;
  std::unique_ptr<FileSystem> fs;
  std::optional<Result<void>> attached;
  bool unmounted = false;
  std::vector<std::string> errors;

  World() {
    log::set_test_sink([this](log::Level level, const std::string& line) {
      if (level == log::Level::Error) errors.push_back(line);
    });
    for (ScriptedServer* s : {&a, &b}) {
      s->add_file("file", "hello, world");
      s->add_file("other", "something else");
      s->add_link("link", "file");
      auto& dir = s->add_directory("dir");
      for (const char* name : {"one", "two", "three", "four", "five"})
        s->add_in(dir, name, rpc::NF3REG, name);
    }
    request.id = "1";
    request.target = "/file/tree";
    request.settings.silence = 40ms;
    request.settings.return_after = 60ms;
    request.settings.ping_every = 30ms;
    request.settings.hedge = false;
  }
  ~World() {
    end();
    log::set_test_sink({});
  }

  NfsReplica replica_of(const ScriptedServer& s, const char* name) const {
    NfsReplica r;
    r.server = name;
    r.path = "/share";
    r.address = "127.0.0.1";
    r.port = s.port();
    r.mountport = s.port();
    return r;
  }
  void use_both() {
    request.replicas = {replica_of(a, "a"), replica_of(b, "b")};
  }
  void start(int replicas = 2) {
    use_both();
    request.replicas.resize(static_cast<size_t>(replicas));
    auto log = NodeLog::create();
    REQUIRE(log);
    log_fd.reset(::dup(log->fd()));
    begin(std::move(*log), false);
    run_until([&] { return attached.has_value(); });
    run_until([&] { return !*attached || all_up(); });
    run_until([&] { return !*attached || active() == "a:/share"; });
  }
  void begin(NodeLog log, bool is_taken_over) {
    FileSystemFds fds;
    fds.fuse = kernel.open();
    fds.log.emplace(std::move(log));
    fds.is_taken_over = is_taken_over;
    FileSystemEvents events;
    events.attached = [this](Result<void> r) { attached = std::move(r); };
    events.unmounted = [this] { unmounted = true; };
    const auto parsed = parse_mount_options(options);
    const auto policy = parse_sameness(request.settings.verify);
    fs = std::make_unique<FileSystem>(EngineParts{reactor, pool, callers},
                                      request, *parsed, *policy, std::move(fds),
                                      std::move(events));
  }
  // The engine dies; its node log and the mount stay.
  void live_again() {
    end();
    auto log = NodeLog::open(UniqueFd(::dup(log_fd.get())));
    REQUIRE(log);
    begin(std::move(*log), true);
  }
  void end() {
    if (!fs) return;
    fs->close();
    run_until([&] { return fs->is_idle(); });
    CHECK(fs->is_idle());
    fs.reset();
    reactor.turn(0ms);
  }
  bool all_up() const {
    const auto status = fs->status();
    return std::all_of(status.replicas.begin(), status.replicas.end(),
                       [](const auto& r) { return r.ends_with(": up"); });
  }
  std::string active() const { return fs->status().active; }
  uint64_t counter(const char* name) const {
    return fs->status().counters.at(name);
  }
  template <class F>
  void run_until(F condition, Milliseconds longest = 5000ms) {
    const Instant end = reactor.now() + longest;
    while (!condition() && reactor.now() < end) reactor.turn(1ms);
  }
  void run_for(Milliseconds time) {
    run_until([] { return false; }, time);
  }
  // The script of one procedure: `what` for the first `times` calls.
  static auto first(uint32_t proc, int times, Scripted what) {
    return [=, left = times](uint32_t p, std::string_view) mutable {
      if (p != proc || left == 0) return Scripted{};
      --left;
      return what;
    };
  }
};

Scripted status(rpc::nfsstat3 s) {
  Scripted scripted;
  scripted.kind = Kind::Status;
  scripted.status = s;
  return scripted;
}

Scripted of(Kind kind) {
  Scripted scripted;
  scripted.kind = kind;
  return scripted;
}

}  // namespace

TEST_CASE("the kernel's requests are answered from the first server",
          "[nfsfs]") {
  World w;
  w.start();

  const uint64_t file = w.kernel.node(kRoot, "file");
  CHECK(w.kernel.read(file, 0, 4096).body == "hello, world");
  CHECK(w.kernel.read(file, 7, 3).body == "wor");
  CHECK(w.kernel.read(file, 100, 10).body.empty());
  CHECK(w.kernel.getattr(file).as<fuse_attr_out>().attr.size == 12);
  CHECK(w.kernel.lookup(kRoot, "nothing").as<fuse_entry_out>().nodeid == 0);
  const uint64_t link = w.kernel.node(kRoot, "link");
  CHECK(w.kernel.call(FUSE_READLINK, link, "").body == "file");
  CHECK(w.kernel.call(FUSE_STATFS, kRoot, "").as<fuse_statfs_out>().st.blocks ==
        10);
  CHECK(w.kernel.list(kRoot) ==
        std::vector<std::string>{".", "..", "dir", "file", "link", "other"});
  CHECK(w.b.calls[rpc::NFSPROC3_READ] == 0);
}

TEST_CASE("what would write, and what is unknown, is refused", "[nfsfs]") {
  World w;
  w.start();

  CHECK(w.kernel.call(FUSE_WRITE, kRoot, "").error == EROFS);
  CHECK(w.kernel.call(FUSE_MKDIR, kRoot, "").error == EROFS);
  CHECK(w.kernel.call(FUSE_OPEN, kRoot, "").error == ENOSYS);
  CHECK(w.kernel.call(4711, kRoot, "").error == ENOSYS);
  CHECK(w.kernel.call(FUSE_READ, kRoot, "short").error == EINVAL);
  CHECK(w.kernel.call(FUSE_GETATTR, 99, "").error == ESTALE);
  CHECK(w.kernel.lookup(kRoot, std::string(300, 'x')).error == ENAMETOOLONG);
  w.kernel.send_raw("nonsense");
  CHECK(w.kernel.getattr(kRoot).error == 0);
}

TEST_CASE("calls carry the caller's ids", "[nfsfs]") {
  World w;
  w.start();

  w.kernel.node(kRoot, "file");

  const auto auth = rpc::decode_auth_sys(w.a.last_credential);
  REQUIRE(auth);
  CHECK(auth->uid == 1000);
  CHECK(auth->gid == 100);
  CHECK(auth->machinename == "client");
}

TEST_CASE("a read goes on elsewhere when its connection breaks",
          "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.script = World::first(rpc::NFSPROC3_READ, 1, of(Kind::Close));
  w.a.refuse();

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");

  CHECK(w.active() == "b:/share");
  CHECK(w.kernel.doubled() == 0);
}

TEST_CASE("a server that stops in the middle of an answer is left",
          "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.script = World::first(rpc::NFSPROC3_READ, 100, of(Kind::HalfRecord));

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
}

TEST_CASE("a silent server is left after the time that is set",
          "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.is_hung = true;

  const Instant before = w.reactor.now();
  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
  const auto took = w.reactor.now() - before;

  CHECK(took >= 30ms);
  CHECK(took < 400ms);
  CHECK(w.active() == "b:/share");
}

TEST_CASE("slow is not dead: the active server stays, the read is hedged",
          "[nfsfs][failover]") {
  World w;
  w.request.settings.hedge = true;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.kernel.read(file, 0, 100);
  w.a.script = World::first(rpc::NFSPROC3_READ, 1, of(Kind::Never));

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
  w.run_for(200ms);

  CHECK(w.active() == "a:/share");
  CHECK(w.counter("hedges_won") == 1);
}

TEST_CASE("the preferred server is returned to when it has been well",
          "[nfsfs][failover]") {
  World w;
  w.start();
  w.a.refuse();
  w.run_until([&] { return w.active() == "b:/share"; });
  CHECK(w.active() == "b:/share");

  w.a.listen();
  w.run_until([&] { return w.active() == "a:/share"; }, 10000ms);

  CHECK(w.active() == "a:/share");
}

TEST_CASE("a drained server is left at once, and not returned to",
          "[nfsfs][failover]") {
  World w;
  w.start();

  w.fs->drain("a");
  CHECK(w.active() == "b:/share");
  w.run_for(150ms);
  CHECK(w.active() == "b:/share");
  w.fs->drain("");
  w.run_until([&] { return w.active() == "a:/share"; });
  CHECK(w.active() == "a:/share");
}

TEST_CASE("a stale handle is asked for again by name", "[nfsfs][failover]") {
  World w;
  w.start(1);
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.script = World::first(rpc::NFSPROC3_READ, 1, status(rpc::NFS3ERR_STALE));

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
  CHECK(w.a.calls[rpc::NFSPROC3_LOOKUP] == 2);
}

TEST_CASE("a file that is gone is stale, and its name is looked up anew",
          "[nfsfs]") {
  World w;
  w.start(1);
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.remove("file");
  w.a.add_file("file", "a new one");

  CHECK(w.kernel.read(file, 0, 100).error == ESTALE);
  const uint64_t anew = w.kernel.node(kRoot, "file");
  CHECK(anew != file);
  CHECK(w.kernel.read(anew, 0, 100).body == "a new one");
}

TEST_CASE("a server that asks for patience is asked again", "[nfsfs]") {
  World w;
  w.start(1);
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.script =
      World::first(rpc::NFSPROC3_READ, 2, status(rpc::NFS3ERR_JUKEBOX));

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
}

TEST_CASE("a server's fault is another server's work", "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  const auto fault = GENERATE(rpc::NFS3ERR_IO, rpc::NFS3ERR_SERVERFAULT,
                              rpc::NFS3ERR_JUKEBOX, rpc::NFS3ERR_ACCES);
  w.a.script = World::first(rpc::NFSPROC3_READ, 100, status(fault));

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
}

TEST_CASE("a fault of all servers is the reader's error", "[nfsfs]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.script = World::first(rpc::NFSPROC3_READ, 100, status(rpc::NFS3ERR_IO));
  w.b.script = w.a.script;

  CHECK(w.kernel.read(file, 0, 100).error == EIO);
}

TEST_CASE("answers that are no answers are another server's work",
          "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  Scripted bad = of(Kind::Raw);
  SECTION("nothing") {
  }
  SECTION("an unknown status") {
    bad.raw = std::string("\0\0\x77\x77", 4);
  }
  SECTION("a length above all bounds") {
    bad.raw =
        std::string("\0\0\0\0\0\0\0\0\0\0\0\4\0\0\0\0\xff\xff\xff\xff", 20);
  }
  SECTION("an answer to somebody else") {
    bad = of(Kind::WrongXid);
  }
  SECTION("a refused credential") {
    bad = of(Kind::Denied);
  }
  w.request.settings.hedge = true;
  w.a.script = World::first(rpc::NFSPROC3_READ, 100, bad);
  if (bad.kind == Kind::WrongXid) w.a.is_hung = true;

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
}

TEST_CASE("more data than was asked for is refused", "[nfsfs]") {
  World w;
  w.start(1);
  const uint64_t file = w.kernel.node(kRoot, "file");
  rpc::READ3res res;
  res.resok.data = "too much";
  res.resok.count = 8;
  rpc::XdrWriter writer;
  rpc::encode(writer, res);
  Scripted bad = of(Kind::Raw);
  bad.raw = writer.take();
  w.a.script = World::first(rpc::NFSPROC3_READ, 100, bad);

  CHECK(w.kernel.read(file, 0, 4).error == EIO);
}

TEST_CASE("short answers are joined", "[nfsfs]") {
  World w;
  w.a.most_bytes = 5;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
  CHECK(w.a.calls[rpc::NFSPROC3_READ] == 3);
}

TEST_CASE("a file that ends before its size is read elsewhere",
          "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.object("file").content = "hello";  // its attributes go on to say 12

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
  CHECK(w.counter("garbage") == 1);
}

TEST_CASE("a file that differs on the only living server is an error, at once",
          "[nfsfs][failover]") {
  World w;
  SECTION("by its size") {
    w.b.object("file").attributes.size = 13;
  }
  SECTION("by its time") {
    w.b.object("file").attributes.mtime.nseconds = 1;
  }
  SECTION("by its type") {
    w.b.object("file").attributes.type = rpc::NF3DIR;
  }
  SECTION("by its absence") {
    w.b.remove("file");
  }
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  const uint64_t other = w.kernel.node(kRoot, "other");
  w.a.refuse();

  CHECK(w.kernel.read(file, 0, 100).error == EIO);
  CHECK(w.kernel.read(file, 0, 100).error == EIO);

  CHECK(w.kernel.read(other, 0, 100).body == "something else");
  REQUIRE(w.errors.size() == 1);
  CHECK(w.errors[0].starts_with(
      "/file/tree: /file is not the same on b:/share as on a:/share: "));
}

TEST_CASE("a time that differs does not matter where the map says so",
          "[nfsfs][failover]") {
  World w;
  w.b.object("file").attributes.mtime.nseconds = 1;
  w.request.settings.verify = "type,size";
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.refuse();

  CHECK(w.kernel.read(file, 0, 100).body == "hello, world");
}

TEST_CASE("who opens a differing file anew gets the living server's",
          "[nfsfs][failover]") {
  World w;
  w.b.object("file").content = "other content!";
  w.b.object("file").attributes.size = 14;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.refuse();
  CHECK(w.kernel.read(file, 0, 100).error == EIO);
  CHECK(w.kernel.getattr(file).error == ESTALE);  // makes the kernel look up

  const uint64_t anew = w.kernel.node(kRoot, "file");

  CHECK(anew != file);
  CHECK(w.kernel.read(anew, 0, 100).body == "other content!");
  CHECK(w.kernel.read(file, 0, 100).error == EIO);
}

TEST_CASE("a replica that changes under a reader is not read on",
          "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.refuse();
  CHECK(w.kernel.read(file, 0, 5).body == "hello");
  w.b.object("file").content = "HELLO, WORLD";
  w.b.object("file").attributes.mtime.seconds += 1;

  CHECK(w.kernel.read(file, 5, 100).error == EIO);
}

TEST_CASE("attributes stay what they were first seen to be",
          "[nfsfs][failover]") {
  World w;
  w.b.object("file").attributes.fileid = 4711;
  w.start();
  const auto before = w.kernel.lookup(kRoot, "file").as<fuse_entry_out>();
  w.a.refuse();

  const auto after = w.kernel.getattr(before.nodeid).as<fuse_attr_out>().attr;

  CHECK(w.b.calls[rpc::NFSPROC3_GETATTR] > 1);
  CHECK(after.ino == before.attr.ino);
  CHECK(after.ctime == before.attr.ctime);
}

TEST_CASE("a file that changes on its own server is seen changed", "[nfsfs]") {
  World w;
  w.start();
  const auto file = w.kernel.lookup(kRoot, "file").as<fuse_entry_out>();
  w.a.object("file").content = "changed";
  w.a.object("file").attributes.size = 7;
  w.a.object("file").attributes.mtime.seconds += 5;

  const auto after = w.kernel.getattr(file.nodeid).as<fuse_attr_out>().attr;

  CHECK(after.size == 7);
  CHECK(after.ino == file.attr.ino);
  CHECK(w.kernel.read(file.nodeid, 0, 100).body == "changed");
}

TEST_CASE("servers without attributes in their answers are asked for them",
          "[nfsfs]") {
  World w;
  w.a.gives_attributes = w.b.gives_attributes = false;
  w.start();
  const auto file = w.kernel.lookup(kRoot, "file").as<fuse_entry_out>();

  CHECK(file.attr.size == 12);
  CHECK(w.kernel.read(file.nodeid, 0, 100).body == "hello, world");
  w.a.refuse();
  CHECK(w.kernel.read(file.nodeid, 0, 100).body == "hello, world");
}

TEST_CASE("a directory is whole whatever happens while it is read",
          "[nfsfs][directory]") {
  const std::vector<std::string> whole = {".",   "..",    "five", "four",
                                          "one", "three", "two"};
  World w;
  SECTION("nothing happens") {
  }
  SECTION("the server breaks off in the middle") {
    w.a.script = [&](uint32_t proc, std::string_view) {
      return of(proc == rpc::NFSPROC3_READDIRPLUS &&
                        w.a.calls[rpc::NFSPROC3_READDIRPLUS] == 2
                    ? Kind::Close
                    : Kind::Answer);
    };
  }
  SECTION("the server falls silent in the middle") {
    w.a.script = [&](uint32_t proc, std::string_view) {
      if (proc == rpc::NFSPROC3_READDIRPLUS &&
          w.a.calls[rpc::NFSPROC3_READDIRPLUS] == 2)
        w.a.is_hung = true;
      return of(w.a.is_hung ? Kind::Never : Kind::Answer);
    };
  }
  SECTION("the server has no READDIRPLUS") {
    w.a.gives_plus = w.b.gives_plus = false;
  }
  w.start();
  const uint64_t dir = w.kernel.node(kRoot, "dir");

  CHECK(w.kernel.list(dir) == whole);
}

TEST_CASE("a directory is read on where it was after a failover",
          "[nfsfs][directory]") {
  World w;
  w.start();
  const uint64_t dir = w.kernel.node(kRoot, "dir");
  const auto page =
      w.kernel.call(FUSE_READDIRPLUS, dir, FakeKernel::read_args(0, 350));
  fuse_direntplus second{};
  std::memcpy(&second, page.body.data() + FUSE_DIRENTPLUS_SIZE(&second),
              sizeof second);
  REQUIRE(second.dirent.namelen <= 2);

  w.live_again();
  w.a.refuse();
  const auto rest = w.kernel.call(
      FUSE_READDIRPLUS, dir, FakeKernel::read_args(second.dirent.off, 4096));

  CHECK(rest.body.find("five") != std::string::npos);
  CHECK(rest.body.find("two") != std::string::npos);
}

TEST_CASE("a directory without end, or without memory, is an error",
          "[nfsfs][directory]") {
  World w;
  SECTION("pages of nothing") {
    w.a.entries_a_page = 0;
  }
  SECTION("cookies that are forgotten again and again") {
    w.a.forgets_cookies = true;
  }
  w.start(1);
  const uint64_t dir = w.kernel.node(kRoot, "dir");

  CHECK(w.kernel.list(dir) == std::vector<std::string>{"error 5"});
}

TEST_CASE("a hard file system waits, and goes on when a server is back",
          "[nfsfs][failover]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.refuse();
  w.b.refuse();
  const uint64_t read =
      w.kernel.send(FUSE_READ, file, FakeKernel::read_args(0, 100));
  CHECK_FALSE(w.kernel.wait(read, 300ms));

  w.b.listen();

  const auto reply = w.kernel.wait(read);
  REQUIRE(reply);
  CHECK(reply->body == "hello, world");
}

TEST_CASE("a soft file system fails after its time", "[nfsfs][failover]") {
  World w;
  w.options = "ro,soft,timeo=1,retrans=1";
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  SECTION("refused") {
    w.a.refuse();
    w.b.refuse();
  }
  SECTION("silent") {
    w.a.is_hung = w.b.is_hung = true;
  }

  CHECK(w.kernel.read(file, 0, 100).error == ETIMEDOUT);
  CHECK(w.kernel.call(FUSE_STATFS, kRoot, "").error == ETIMEDOUT);
}

TEST_CASE("a waiting process that is gone is answered at once", "[nfsfs]") {
  World w;
  w.start();
  w.a.is_hung = w.b.is_hung = true;
  const uint64_t waits =
      w.kernel.send(FUSE_LOOKUP, kRoot, std::string("x\0", 2), 0x7ffffff0);
  CHECK_FALSE(w.kernel.wait(waits, 100ms));

  fuse_interrupt_in in{waits};
  w.kernel.send(FUSE_INTERRUPT, kRoot, bytes_of(in));

  const auto reply = w.kernel.wait(waits, 1000ms);
  REQUIRE(reply);
  CHECK(reply->error == EINTR);
  w.a.is_hung = false;
  CHECK(w.kernel.doubled() == 0);
}

TEST_CASE("a signal that its process will handle changes nothing", "[nfsfs]") {
  World w;
  w.start(1);
  Scripted late = of(Kind::Late);
  late.delay = 150ms;
  w.a.script = World::first(rpc::NFSPROC3_LOOKUP, 1, late);
  const uint64_t waits =
      w.kernel.send(FUSE_LOOKUP, kRoot, std::string("file\0", 5), ::getpid());
  fuse_interrupt_in in{waits};
  w.kernel.send(FUSE_INTERRUPT, kRoot, bytes_of(in));

  const auto reply = w.kernel.wait(waits);
  REQUIRE(reply);
  CHECK(reply->error == 0);
}

TEST_CASE("nodes that the kernel forgets are gone", "[nfsfs]") {
  World w;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.kernel.node(kRoot, "file");
  CHECK(w.counter("nodes") == 2);

  fuse_forget_in in{1};
  w.kernel.send(FUSE_FORGET, file, bytes_of(in));
  CHECK(w.kernel.read(file, 0, 5).body == "hello");
  w.kernel.send(FUSE_FORGET, file, bytes_of(in));

  CHECK(w.kernel.read(file, 0, 5).error == ESTALE);
  CHECK(w.counter("nodes") == 1);
}

TEST_CASE("the next life of the engine knows the nodes of this one",
          "[nfsfs]") {
  World w;
  w.start();
  const uint64_t dir = w.kernel.node(kRoot, "dir");
  const uint64_t one = w.kernel.node(dir, "one");
  const uint64_t gone = w.kernel.node(kRoot, "other");
  fuse_forget_in in{1};
  w.kernel.send(FUSE_FORGET, gone, bytes_of(in));
  const auto before = w.kernel.getattr(one).as<fuse_attr_out>().attr;

  w.live_again();

  CHECK(w.kernel.read(one, 0, 100).body == "one");
  CHECK(w.kernel.getattr(one).as<fuse_attr_out>().attr.ino == before.ino);
  CHECK(w.kernel.node(dir, "one") == one);
  CHECK(w.kernel.read(gone, 0, 10).error == ESTALE);
}

TEST_CASE("a file is the same one for the next life of the engine",
          "[nfsfs][failover]") {
  World w;
  w.b.object("file").attributes.size = 13;
  w.start();
  const uint64_t file = w.kernel.node(kRoot, "file");
  w.a.refuse();

  w.live_again();

  CHECK(w.kernel.read(file, 0, 100).error == EIO);
}

TEST_CASE("nothing is attached when no server can serve", "[nfsfs]") {
  World w;
  SECTION("refused") {
    w.a.refuse();
    w.b.refuse();
  }
  SECTION("silent") {
    w.a.is_hung = w.b.is_hung = true;
  }

  w.start();

  REQUIRE(w.attached);
  REQUIRE_FALSE(*w.attached);
  CHECK((*w.attached).error().context.find("a:/share: ") == 0);
}

TEST_CASE("one living server is enough to attach, the other joins later",
          "[nfsfs]") {
  World w;
  w.a.refuse();
  w.use_both();
  w.begin(std::move(*NodeLog::create()), false);
  w.run_until([&] { return w.attached.has_value(); });
  REQUIRE(w.attached);
  CHECK(*w.attached);
  CHECK(w.active() == "b:/share");

  w.a.listen();
  w.run_until([&] { return w.active() == "a:/share"; }, 8000ms);
  CHECK(w.active() == "a:/share");
}

TEST_CASE("the end of the mount is noticed", "[nfsfs]") {
  World w;
  w.start();

  w.kernel.unmount();
  w.run_until([&] { return w.unmounted; });

  CHECK(w.unmounted);
}

TEST_CASE("idle servers are asked whether they are alive", "[nfsfs]") {
  World w;
  w.start();
  const unsigned before = w.a.calls[rpc::NFSPROC3_NULL];

  w.run_for(150ms);

  CHECK(w.a.calls[rpc::NFSPROC3_NULL] > before + 1);
  CHECK(w.b.calls[rpc::NFSPROC3_NULL] > 1);
}

TEST_CASE("one connection serves all file systems of a server", "[nfsfs]") {
  World w;
  w.start();
  FakeKernel second(w.reactor);
  FileSystemFds fds;
  fds.fuse = second.open();
  FileSystem fs(EngineParts{w.reactor, w.pool, w.callers}, w.request, {}, {},
                std::move(fds), {[](auto) {}, [] {}});
  CHECK(second.read(second.node(kRoot, "file"), 0, 5).body == "hello");
  fs.close();
  w.run_until([&] { return fs.is_idle(); });

  // One more was for MOUNT, by each of the two.
  CHECK(w.a.connections == 3);
}

TEST_CASE("the kernel's hello is answered with what both can do", "[nfsfs]") {
  World w;
  w.start();
  fuse_init_in in{};
  in.major = 7;
  in.minor = 45;
  in.max_readahead = 131072;
  in.flags = FUSE_ASYNC_READ | FUSE_INIT_EXT | FUSE_NO_OPEN_SUPPORT |
             FUSE_WRITEBACK_CACHE;
  in.flags2 = static_cast<uint32_t>(kFuseHasResend >> 32);

  const auto out =
      w.kernel.call(FUSE_INIT, 0, bytes_of(in)).as<fuse_init_out>();

  CHECK(out.major == 7);
  CHECK(out.flags == (FUSE_ASYNC_READ | FUSE_INIT_EXT | FUSE_NO_OPEN_SUPPORT));
  CHECK(out.flags2 == in.flags2);
  CHECK(out.max_write == kFuseMaxWrite);
}
