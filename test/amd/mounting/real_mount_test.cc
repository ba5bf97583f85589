// SPDX-License-Identifier: BSD-3-Clause
// HelperMounter on the real kernel: as root, in a mount namespace of its own.
#include <linux/fuse.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "amd/base/log.h"
#include "amd/base/program_path.h"
#include "amd/mounting/helper_mounter.h"
#include "amd/mounting/mount_table.h"
#include "test/support/printers.h"
#include "test/support/real_kernel.h"

using namespace amd;

namespace {

// An engine that keeps the descriptor and answers as it is told.
struct FakeEngine : EngineLink {
  Loop& loop;
  UniqueFd fuse;
  std::uint64_t device = 0;
  std::optional<int> answer = 0;  // an errno; nothing: stays silent
  int detached = 0;

  explicit FakeEngine(Loop& l) : loop(l) {}
  void start_attach(const MountSpec&, UniqueFd fd, std::uint64_t dev,
                    Done done) override {
    fuse = std::move(fd);
    device = dev;
    if (!answer) return;
    loop.post([done, e = *answer] {
      done(e == 0 ? Result<void>() : Result<void>(fail(e, "attach")));
    });
  }
  void detach(const MountSpec&) override {
    ++detached;
    fuse.reset();
  }
};

struct Rig : MounterEvents {
  Loop loop;
  HelperPool pool;
  FakeEngine engine{loop};
  HelperMounter mounter;
  std::map<MountOpId, Result<void>> done;
  std::uint64_t last_id = 0;

  Rig()
      : pool(loop, {.program = *find_program("amd-mounter")}),
        mounter(loop, pool, *this, &engine) {
    REQUIRE(pool.prestart());
  }

  void on_mount_done(MountOpId id, Result<void> r, Instant) override {
    REQUIRE(done.emplace(id, std::move(r)).second);
  }
  void on_unmount_done(MountOpId id, Result<void> r, Instant) override {
    REQUIRE(done.emplace(id, std::move(r)).second);
  }

  MountOpId start_mount(const MountSpec& spec, Milliseconds allowed) {
    const MountOpId id{++last_id};
    mounter.start_mount(id, spec, loop.now() + allowed);
    return id;
  }
  MountOpId start_unmount(const MountSpec& spec, UnmountForce force) {
    const MountOpId id{++last_id};
    mounter.start_unmount(id, spec, force, loop.now() + Seconds(10));
    return id;
  }
  Result<void> wait(MountOpId id) {
    REQUIRE(done.count(id) == 0);
    REQUIRE(test::run_until(loop, [&] { return done.count(id) == 1; }));
    return done.at(id);
  }
  Result<void> mount(const MountSpec& spec,
                     Milliseconds allowed = Seconds(10)) {
    return wait(start_mount(spec, allowed));
  }
  Result<void> unmount(const MountSpec& spec,
                       UnmountForce force = UnmountForce::None) {
    return wait(start_unmount(spec, force));
  }
};

MountSpec spec_of(MountMethod method, const std::string& target,
                  const std::string& options = "",
                  const std::string& type = "lofs") {
  MountSpec spec;
  spec.method = std::move(method);
  spec.target = target;
  spec.options = options;
  spec.type = type;
  return spec;
}

MountSpec fuse_at(const std::string& target) {
  UserNfsMount m;
  m.replicas.emplace_back();
  m.replicas[0].server = "server1";
  m.replicas[0].path = "/share";
  return spec_of(m, target, "ro,soft", "nfs");
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool is_mounted(const std::string& target) {
  const auto table = read_mount_table();
  REQUIRE(table);
  return table->find(target) != nullptr;
}

std::string link_text(const std::string& path) {
  std::array<char, 256> buffer{};
  const ssize_t n = ::readlink(path.c_str(), buffer.data(), buffer.size());
  return n < 0 ? "" : std::string(buffer.data(), static_cast<size_t>(n));
}

std::vector<pid_t> own_children() {
  std::ifstream file("/proc/thread-self/children");
  return {std::istream_iterator<pid_t>(file), std::istream_iterator<pid_t>()};
}

// A source directory with one file.
const std::string& source() {
  static const std::string dir = [] {
    ::mkdir("/mnt/source", 0755);
    test::write_file("/mnt/source/file", "text");
    return std::string("/mnt/source");
  }();
  return dir;
}

}  // namespace

#define NEEDS_REAL_KERNEL \
  if (!test::enter_private_mounts()) return

TEST_CASE("a directory is bound to a target that is made and removed again",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto spec = spec_of(BindMount{source()}, "/mnt/made/deep/target");

  REQUIRE(rig.mount(spec));
  CHECK(exists("/mnt/made/deep/target/file"));
  CHECK(rig.unmount(spec));

  CHECK_FALSE(exists("/mnt/made"));
}

TEST_CASE("a bind mount has the read-only and nosuid of its options",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto spec = spec_of(BindMount{source()}, "/mnt/ro", "ro,nosuid,soft");

  REQUIRE(rig.mount(spec));
  struct statvfs status {};
  REQUIRE(::statvfs("/mnt/ro", &status) == 0);
  CHECK((status.f_flag & (ST_RDONLY | ST_NOSUID)) == (ST_RDONLY | ST_NOSUID));
  CHECK(rig.unmount(spec));
}

TEST_CASE("a mount that fails leaves nothing and says what failed",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;

  const auto r = rig.mount(spec_of(BindMount{"/mnt/nosuch"}, "/mnt/x/y"));

  REQUIRE_FALSE(r);
  CHECK(r.error().message() ==
        "mount /mnt/nosuch on /mnt/x/y: No such file or directory");
  CHECK_FALSE(exists("/mnt/x"));
}

TEST_CASE("a link whose destination is no directory is shown as a link",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto missing =
      spec_of(BindMount{"/mnt/nosuch"}, "/mnt/shown", "", "link");
  const auto file =
      spec_of(BindMount{source() + "/file"}, "/mnt/shown2", "", "link");

  REQUIRE(rig.mount(missing));
  REQUIRE(rig.mount(file));
  CHECK(link_text("/mnt/shown") == "/mnt/nosuch");
  CHECK(link_text("/mnt/shown2") == source() + "/file");
  CHECK(rig.unmount(missing));
  CHECK(rig.unmount(file));

  CHECK_FALSE(exists("/mnt/shown"));
  CHECK_FALSE(exists("/mnt/shown2"));
}

TEST_CASE("a symbolic link is made and removed", "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto spec =
      spec_of(SymbolicLink{"../elsewhere"}, "/mnt/links/a", "", "link");

  REQUIRE(rig.mount(spec));
  CHECK(link_text("/mnt/links/a") == "../elsewhere");
  CHECK(rig.unmount(spec));

  CHECK_FALSE(exists("/mnt/links"));
}

TEST_CASE("any kernel file system gets its flags and its data",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto spec = spec_of(KernelMount{"tmpfs", "none"}, "/mnt/tmp",
                            "nosuid,size=64k,soft", "tmpfs");

  REQUIRE(rig.mount(spec));
  struct statvfs status {};
  REQUIRE(::statvfs("/mnt/tmp", &status) == 0);
  CHECK(status.f_blocks * status.f_frsize == 65536);
  CHECK((status.f_flag & ST_NOSUID) != 0);
  CHECK(rig.unmount(spec));
}

TEST_CASE("a file system type that the kernel lacks is ENODEV",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;

  const auto r =
      rig.mount(spec_of(KernelMount{"nosuchfs", "none"}, "/mnt/none"));

  REQUIRE_FALSE(r);
  CHECK(r.error().code.value() == ENODEV);
}

TEST_CASE("a busy file system stays, and can be detached", "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto spec = spec_of(KernelMount{"tmpfs", "none"}, "/mnt/busy");
  REQUIRE(rig.mount(spec));
  const UniqueFd inside(::open("/mnt/busy", O_RDONLY | O_CLOEXEC));

  const auto refused = rig.unmount(spec);
  const bool stayed = is_mounted("/mnt/busy");
  const auto detached = rig.unmount(spec, UnmountForce::Detach);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code.value() == EBUSY);
  CHECK(stayed);
  CHECK(detached);
  CHECK_FALSE(exists("/mnt/busy"));
}

TEST_CASE("unmounting what is not mounted is success", "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  ::mkdir("/mnt/plain", 0755);

  CHECK(rig.unmount(spec_of(BindMount{source()}, "/mnt/plain")));
  CHECK(rig.unmount(spec_of(BindMount{source()}, "/mnt/not-there/at/all")));

  CHECK(exists("/mnt/plain"));  // we had not made it
}

TEST_CASE("programs mount and unmount without a shell", "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  ::mkdir("/mnt/prog", 0755);
  const auto spec = spec_of(
      ProgramMount{
          {"/bin/mount", "mount", "-n", "-t", "tmpfs", "a;b $x", "/mnt/prog"},
          {"/bin/umount", "umount", "/mnt/prog"}},
      "/mnt/prog", "", "program");

  REQUIRE(rig.mount(spec));
  const auto table = read_mount_table();
  REQUIRE(table->find("/mnt/prog") != nullptr);
  CHECK(table->find("/mnt/prog")->source == "a;b $x");
  CHECK(rig.unmount(spec));
  CHECK_FALSE(is_mounted("/mnt/prog"));
}

TEST_CASE("a program's exit status is an errno and its output is logged",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  std::string logged;
  amd::log::set_test_sink(
      [&](amd::log::Level, const std::string& line) { logged += line + "\n"; });

  const auto r = rig.mount(spec_of(
      ProgramMount{{"/bin/sh", "sh", "-c", "echo no luck; exit 13"}, {}},
      "/mnt/p", "", "program"));
  const auto missing = rig.mount(spec_of(
      ProgramMount{{"/nonexistent/p", "p"}, {}}, "/mnt/p", "", "program"));
  amd::log::set_test_sink({});

  REQUIRE_FALSE(r);
  CHECK(r.error().code.value() == EACCES);
  CHECK(logged.find("/mnt/p: no luck") != std::string::npos);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code.value() == ENOENT);
}

TEST_CASE("a program that never ends is killed at its deadline",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;

  const auto r =
      rig.mount(spec_of(ProgramMount{{"/bin/sleep", "sleep", "1000"}, {}},
                        "/mnt/p", "", "program"),
                Milliseconds(100));

  REQUIRE_FALSE(r);
  CHECK(r.error().code.value() == ETIMEDOUT);
}

TEST_CASE("a FUSE file system is mounted and handed to the engine",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto spec = fuse_at("/mnt/fuse");

  REQUIRE(rig.mount(spec));
  const auto table = read_mount_table();
  const MountEntry* entry = table->find("/mnt/fuse");
  REQUIRE(entry != nullptr);
  CHECK(entry->fstype == "fuse.amd2");
  CHECK(entry->source == "server1:/share");
  CHECK(entry->device == rig.engine.device);
  // The kernel's first request is there to be read.
  std::array<char, 65536> buffer{};
  REQUIRE(::read(rig.engine.fuse.get(), buffer.data(), buffer.size()) > 0);
  fuse_in_header header{};
  std::memcpy(&header, buffer.data(), sizeof header);
  CHECK(header.opcode == FUSE_INIT);
  CHECK(rig.unmount(spec));
  CHECK(rig.engine.detached == 1);
  CHECK_FALSE(exists("/mnt/fuse"));
}

TEST_CASE("a file system that the engine cannot serve is unmounted again",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  rig.engine.answer = EHOSTUNREACH;

  const auto r = rig.mount(fuse_at("/mnt/fuse2"));
  rig.engine.answer = std::nullopt;
  const auto silent = rig.mount(fuse_at("/mnt/fuse3"), Milliseconds(100));

  REQUIRE_FALSE(r);
  CHECK(r.error().code.value() == EHOSTUNREACH);
  REQUIRE_FALSE(silent);
  CHECK(silent.error().code.value() == ETIMEDOUT);
  CHECK(rig.engine.detached == 2);
  CHECK(test::run_until(
      rig.loop, [] { return !exists("/mnt/fuse2") && !exists("/mnt/fuse3"); }));
}

TEST_CASE("who waits for a mount does not notice that its helper died",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  const auto spec = spec_of(BindMount{source()}, "/mnt/survives");
  const std::vector<pid_t> helpers = own_children();
  REQUIRE(helpers.size() == 2);
  for (const pid_t pid : helpers) ::kill(pid, SIGSTOP);
  const auto id = rig.start_mount(spec, Seconds(10));
  for (const pid_t pid : helpers) ::kill(pid, SIGKILL);

  const auto mounted = rig.wait(id);

  CHECK(mounted);
  CHECK(exists("/mnt/survives/file"));
  CHECK(rig.unmount(spec));
  CHECK_FALSE(exists("/mnt/survives"));
}

TEST_CASE("a mount that hangs delays nobody and is undone when it ends",
          "[mounting][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  // A dead file server: its client reads one request and never answers, so
  // that who waits for it cannot even be killed.
  const auto dead = fuse_at("/mnt/dead");
  REQUIRE(rig.mount(dead));
  std::array<char, 65536> buffer{};
  const int fuse = rig.engine.fuse.get();
  REQUIRE(::read(fuse, buffer.data(), buffer.size()) > 0);
  fuse_in_header init{};
  std::memcpy(&init, buffer.data(), sizeof init);
  struct {
    fuse_out_header header{};
    fuse_init_out body{};
  } answer;
  answer.header.len = sizeof answer;
  answer.header.unique = init.unique;
  answer.body.major = FUSE_KERNEL_VERSION;
  answer.body.minor = 31;
  answer.body.max_write = 4096;
  REQUIRE(::write(fuse, &answer, sizeof answer) == sizeof answer);

  const auto hung = rig.start_mount(
      spec_of(BindMount{"/mnt/dead/a/b"}, "/mnt/victim"), Seconds(1));
  std::thread reader([&] {
    [[maybe_unused]] const ssize_t n =
        ::read(fuse, buffer.data(), buffer.size());
  });
  for (int i = 0; i < 50; ++i) {
    const auto other =
        spec_of(BindMount{source()}, "/mnt/other" + std::to_string(i));
    REQUIRE(rig.mount(other));
    REQUIRE(rig.unmount(other));
  }
  const bool others_waited = rig.done.count(hung) != 0;
  if (!others_waited) (void)rig.wait(hung);
  reader.join();
  // The same target again: it waits for the one that hangs.
  const auto again = rig.start_mount(
      spec_of(BindMount{source()}, "/mnt/victim"), Milliseconds(100));
  const auto refused = rig.wait(again);
  const size_t stuck = rig.pool.counts().stuck;
  const auto last =
      rig.start_mount(spec_of(BindMount{source()}, "/mnt/victim"), Seconds(10));
  rig.engine.fuse.reset();  // the server is gone for good: the kernel gives up
  const auto worked = rig.wait(last);

  CHECK_FALSE(others_waited);
  CHECK(rig.done.at(hung).error().code.value() == ETIMEDOUT);
  CHECK(stuck == 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code.value() == ETIMEDOUT);
  CHECK(worked);
  CHECK(exists("/mnt/victim/file"));
  CHECK(rig.pool.counts().stuck == 0);
  CHECK(rig.unmount(spec_of(BindMount{source()}, "/mnt/victim")));
  CHECK(rig.unmount(dead));
}
