// SPDX-License-Identifier: BSD-3-Clause
// AutofsFrontEnd on the real kernel: as root, in a mount namespace of its own.
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "amd/autofs/autofs_front_end.h"
#include "amd/base/log.h"
#include "amd/base/program_path.h"
#include "test/support/printers.h"
#include "test/support/real_kernel.h"

using namespace amd;

namespace {

// A tree that records what it is asked and answers when the test says so.
struct FakeNames : Names {
  std::map<std::string, std::vector<LookupReply>> lookups;
  std::map<std::string, std::vector<LookupReply>> expiries;
  size_t asked = 0;
  std::optional<std::uint32_t> last_uid;
  int lost = 0;
  std::function<int(const std::string&)> at_once;  // answers lookups itself
  std::function<int(const std::string&)> expire_at_once;

  void lookup(PointId, std::string_view name, const Requester& who,
              LookupReply reply) override {
    ++asked;
    last_uid = who.uid;
    const std::string n(name);
    if (at_once) return std::move(reply).answer(at_once(n));
    lookups[n].push_back(std::move(reply));
  }
  void expire(PointId, std::string_view name, LookupReply reply) override {
    const std::string n(name);
    if (expire_at_once) return std::move(reply).answer(expire_at_once(n));
    expiries[n].push_back(std::move(reply));
  }
  void on_point_lost(PointId, const Error&) override { ++lost; }

  // As if the process were killed: what waits is neither answered nor dropped.
  void die() {
    for (auto& [name, replies] : lookups) {
      for (LookupReply& r : replies) {
        alignas(LookupReply) std::array<std::byte, sizeof(LookupReply)> raw{};
        new (raw.data()) LookupReply(std::move(r));
      }
    }
    lookups.clear();
  }
  void answer(const std::string& name, int errno_value) {
    for (LookupReply& r : lookups[name]) std::move(r).answer(errno_value);
    lookups.erase(name);
  }
};

// Keeps descriptors in this process.
struct MemoryKeep : DescriptorKeep {
  std::map<std::string, std::pair<std::string, UniqueFd>> kept;

  Result<void> put(const std::string& name, const std::string& description,
                   int fd) override {
    kept[name] = {description, UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0))};
    return {};
  }
  Result<std::vector<Kept>> get(const std::string& prefix) override {
    std::vector<Kept> found;
    for (const auto& [name, k] : kept) {
      if (name.rfind(prefix, 0) == 0)
        found.push_back(
            {name, k.first,
             UniqueFd(::fcntl(k.second.get(), F_DUPFD_CLOEXEC, 0))});
    }
    return found;
  }
  Result<void> drop(const std::string& name) override {
    kept.erase(name);
    return {};
  }
};

// A process outside our process group: what it touches below an automount
// point makes the kernel ask us.  Killed at the end if it still waits.
class Accessor {
 public:
  // `work` returns the exit status: an errno.
  explicit Accessor(const std::function<int()>& work) : pid_(::fork()) {
    if (pid_ != 0) return;
    ::setpgid(0, 0);
    ::_exit(work());
  }
  static Accessor of(const std::string& path) {
    return Accessor([path] {
      const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
      return fd < 0 ? errno : 0;
    });
  }
  Accessor(Accessor&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}
  ~Accessor() {
    if (pid_ <= 0 || status_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }
  bool has_ended() {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
    return status_.has_value();
  }
  int status() const { return *status_; }

 private:
  pid_t pid_;
  std::optional<int> status_;
};

struct Rig {
  Loop loop;
  HelperPool pool;
  std::unique_ptr<AutofsFrontEnd> front_end;  // outlives every reply
  FakeNames names;

  explicit Rig(DescriptorKeep* keep = nullptr)
      : pool(loop, {.program = *find_program("amd-mounter")}) {
    REQUIRE(pool.prestart());
    auto device = AutofsDevice::open();
    REQUIRE(device);
    front_end = std::make_unique<AutofsFrontEnd>(
        loop, std::move(*device), pool, keep, *read_mount_table(),
        AutofsFrontEnd::Settings{"/mnt/state"});
    front_end->set_names(names);
  }

  static PointSpec spec_of(const std::string& path, Seconds idle) {
    PointSpec spec;
    spec.id = PointId{1};
    spec.path = path;
    spec.source = "test:(pid1,port0)";
    spec.idle = idle;
    return spec;
  }

  Result<void> attach(const std::string& path, Seconds idle = Seconds(300)) {
    std::optional<Result<void>> result;
    front_end->start_attach(spec_of(path, idle),
                            [&](Result<void> r) { result = std::move(r); });
    CHECK_FALSE(result);
    REQUIRE(run_until([&] { return result.has_value(); }));
    return *result;
  }
  Result<void> detach() {
    std::optional<Result<void>> result;
    front_end->start_detach(PointId{1},
                            [&](Result<void> r) { result = std::move(r); });
    CHECK_FALSE(result);
    REQUIRE(run_until([&] { return result.has_value(); }));
    return *result;
  }
  bool run_until(const std::function<bool()>& condition,
                 Milliseconds limit = Seconds(20)) {
    return test::run_until(loop, condition, limit);
  }
  void run_for(Milliseconds time) {
    run_until([] { return false; }, time);
  }
  // The status with which the accessor ended.
  int wait(Accessor& accessor) {
    REQUIRE(run_until([&] { return accessor.has_ended(); }));
    return accessor.status();
  }
  int access(const std::string& path) {
    Accessor accessor = Accessor::of(path);
    return wait(accessor);
  }
};

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

// As the daemon's helpers do: we are in the automounter's process group.
int mount_tmpfs(const std::string& path) {
  ::mkdir(path.c_str(), 0555);
  return ::mount("none", path.c_str(), "tmpfs", 0, nullptr) == 0 ? 0 : errno;
}

int unmount_tmpfs(const std::string& path) {
  if (::umount(path.c_str()) != 0) return errno;
  ::rmdir(path.c_str());
  return 0;
}

bool can_run() {
  if (!test::enter_private_mounts()) return false;
  ::mkdir("/mnt/state", 0755);
  if (::access("/dev/autofs", R_OK | W_OK) == 0) return true;
  std::printf("NOT RUN: tests on the real kernel: no /dev/autofs\n");
  return false;
}

}  // namespace

#define NEEDS_REAL_KERNEL \
  if (!can_run()) return

TEST_CASE("an access waits exactly until its name is answered",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/auto/a"));
  Accessor accessor = Accessor::of("/mnt/auto/a/tree");

  REQUIRE(rig.run_until([&] { return rig.names.asked == 1; }));
  rig.run_for(Milliseconds(300));
  CHECK_FALSE(accessor.has_ended());
  CHECK(rig.names.last_uid == 0U);
  REQUIRE(mount_tmpfs("/mnt/auto/a/tree") == 0);
  rig.names.answer("tree", 0);

  CHECK(rig.wait(accessor) == 0);
  CHECK(rig.access("/mnt/auto/a/tree") == 0);
  CHECK(rig.names.asked == 1);
  REQUIRE(unmount_tmpfs("/mnt/auto/a/tree") == 0);
  CHECK(rig.detach());
  CHECK_FALSE(exists("/mnt/auto"));
}

TEST_CASE("every errno reaches the process that waits", "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/errors"));
  rig.names.at_once = [](const std::string& name) { return std::stoi(name); };

  for (const int e : {ENOENT, EACCES, EPERM, ETIMEDOUT, EHOSTUNREACH, EIO,
                      ESTALE, ECONNREFUSED})
    CHECK(rig.access("/mnt/errors/" + std::to_string(e)) == e);
  CHECK(rig.detach());
}

TEST_CASE("two thousand names wait at once and each is answered once",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  constexpr int kNames = 2000;
  Rig rig;
  REQUIRE(rig.attach("/mnt/many"));

  Accessor accessor([] {
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kNames; ++i) {
      threads.emplace_back([i, &wrong] {
        const std::string path = "/mnt/many/" + std::to_string(i);
        const int fd = ::open(path.c_str(), O_RDONLY);
        const int want = i % 2 == 0 ? EACCES : ENOENT;
        if (fd >= 0 || errno != want) ++wrong;
      });
    }
    for (std::thread& t : threads) t.join();
    return std::min(wrong.load(), 100);
  });
  REQUIRE(rig.run_until([&] { return rig.names.asked == kNames; }));
  CHECK(rig.names.lookups.size() == kNames);
  CHECK_FALSE(accessor.has_ended());
  for (auto& [name, replies] : rig.names.lookups) {
    REQUIRE(replies.size() == 1);
    std::move(replies[0]).answer(std::stoi(name) % 2 == 0 ? EACCES : ENOENT);
  }

  CHECK(rig.wait(accessor) == 0);
  CHECK(rig.names.asked == kNames);
  CHECK(rig.detach());
}

TEST_CASE("many processes that wait for one name are one request",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/one"));
  std::vector<Accessor> accessors;
  for (int i = 0; i < 50; ++i) accessors.push_back(Accessor::of("/mnt/one/x"));

  REQUIRE(rig.run_until([&] { return rig.names.asked == 1; }));
  rig.run_for(Milliseconds(100));
  REQUIRE(mount_tmpfs("/mnt/one/x") == 0);
  rig.names.answer("x", 0);

  for (Accessor& a : accessors) CHECK(rig.wait(a) == 0);
  CHECK(rig.names.asked == 1);
  REQUIRE(unmount_tmpfs("/mnt/one/x") == 0);
  CHECK(rig.detach());
}

TEST_CASE("a name that is never answered delays no other", "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/slow"));
  Accessor slow = Accessor::of("/mnt/slow/dead");
  REQUIRE(rig.run_until([&] { return rig.names.asked == 1; }));
  rig.names.at_once = [](const std::string& name) {
    return mount_tmpfs("/mnt/slow/" + name);
  };

  CHECK(rig.access("/mnt/slow/quick") == 0);
  CHECK_FALSE(slow.has_ended());

  rig.names.answer("dead", ETIMEDOUT);
  CHECK(rig.wait(slow) == ETIMEDOUT);
  REQUIRE(unmount_tmpfs("/mnt/slow/quick") == 0);
  CHECK(rig.detach());
}

TEST_CASE("idle names are offered for expiry and busy ones are not",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/expire", Seconds(1)));
  rig.names.at_once = [](const std::string& name) {
    return mount_tmpfs("/mnt/expire/" + name);
  };
  REQUIRE(rig.access("/mnt/expire/idle") == 0);
  REQUIRE(rig.access("/mnt/expire/idle2") == 0);
  Accessor user([] {
    if (::open("/mnt/expire/busy", O_RDONLY) < 0) return errno;
    return ::pause();
  });
  REQUIRE(rig.run_until([&] { return exists("/mnt/expire/busy"); }));
  std::map<std::string, int> offered;
  rig.names.expire_at_once = [&](const std::string& name) {
    ++offered[name];
    // It stays the first time it is asked for.
    if (name == "idle2" && offered[name] == 1) return EBUSY;
    return unmount_tmpfs("/mnt/expire/" + name);
  };

  CHECK(rig.run_until([] {
    return !exists("/mnt/expire/idle") && !exists("/mnt/expire/idle2");
  }));
  CHECK(offered.count("busy") == 0);
  CHECK(offered["idle2"] == 2);
  CHECK(exists("/mnt/expire/busy"));

  const auto refused = rig.detach();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message() ==
        "unmount /mnt/expire: /mnt/expire/busy is mounted: Device or resource "
        "busy");
  // It goes on as before.
  CHECK(rig.access("/mnt/expire/again") == 0);
  ::kill(user.pid(), SIGKILL);
  REQUIRE(rig.run_until([&] { return user.has_ended(); }));
  CHECK(unmount_tmpfs("/mnt/expire/busy") == 0);
  CHECK(unmount_tmpfs("/mnt/expire/again") == 0);
  CHECK(rig.detach());
}

TEST_CASE("a directory is served by one amd and the other says so",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  Rig other;
  REQUIRE(rig.attach("/mnt/twice"));

  const auto refused = other.attach("/mnt/twice");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find(
            "amd (pid " + std::to_string(::getpid()) +
            ") already serves /mnt/twice") != std::string::npos);
  CHECK(rig.detach());
}

TEST_CASE("a directory that is not empty is covered with a warning",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  ::mkdir("/mnt/full", 0755);
  test::write_file("/mnt/full/file", "text");
  std::string logged;
  amd::log::set_test_sink(
      [&](amd::log::Level, const std::string& line) { logged += line + "\n"; });
  Rig rig;

  const auto attached = rig.attach("/mnt/full");
  amd::log::set_test_sink({});

  REQUIRE(attached);
  CHECK(logged.find("/mnt/full: is not empty") != std::string::npos);
  CHECK(rig.detach());
  CHECK(exists("/mnt/full/file"));
}

TEST_CASE("requests that wait when a point is detached are told ENOENT",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/stop"));
  Accessor accessor = Accessor::of("/mnt/stop/x");
  REQUIRE(rig.run_until([&] { return rig.names.asked == 1; }));

  // The process that waits may still be on its way out.
  bool detached = false;
  for (int i = 0; i < 20 && !detached; ++i) detached = rig.detach().has_value();

  CHECK(detached);
  CHECK(rig.wait(accessor) == ENOENT);
  rig.names.answer("x", 0);  // too late: ignored
}

TEST_CASE("without a keeper an end leaves a directory where nothing waits",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  std::optional<Accessor> accessor;
  {
    Rig rig;
    REQUIRE(rig.attach("/mnt/left"));
    REQUIRE(mount_tmpfs("/mnt/left/stays") == 0);
    accessor.emplace(Accessor::of("/mnt/left/x"));
    REQUIRE(rig.run_until([&] { return rig.names.asked == 1; }));
    rig.names.die();
    rig.front_end.reset();
    CHECK(rig.wait(*accessor) == ENOENT);
    CHECK(rig.access("/mnt/left/y") == ENOENT);
    CHECK(rig.access("/mnt/left/stays") == 0);
  }

  Rig next;
  REQUIRE(next.attach("/mnt/left"));
  next.names.at_once = [](const std::string&) { return EACCES; };
  CHECK(next.access("/mnt/left/y") == EACCES);
  CHECK(next.access("/mnt/left/stays") == 0);
  CHECK(next.detach());  // what its predecessor left goes as well
}

TEST_CASE("with a keeper nobody who waits notices a restart",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  MemoryKeep keep;
  std::optional<Accessor> read, unread;
  {
    Rig rig(&keep);
    REQUIRE(rig.attach("/mnt/kept"));
    REQUIRE(mount_tmpfs("/mnt/kept/before") == 0);
    read.emplace(Accessor::of("/mnt/kept/read"));
    REQUIRE(rig.run_until([&] { return rig.names.asked == 1; }));
    rig.names.die();
    rig.front_end.reset();
    // Asked while there is no amd at all.
    unread.emplace(Accessor::of("/mnt/kept/unread"));
    rig.run_for(Milliseconds(100));
    CHECK_FALSE(read->has_ended());
    CHECK_FALSE(unread->has_ended());
  }

  Rig next(&keep);
  next.names.at_once = [](const std::string& name) {
    return mount_tmpfs("/mnt/kept/" + name);
  };
  REQUIRE(next.attach("/mnt/kept"));

  CHECK(next.wait(*read) == 0);
  CHECK(next.wait(*unread) == 0);
  CHECK(next.access("/mnt/kept/before") == 0);
  CHECK(next.names.asked == 2);
  CHECK(unmount_tmpfs("/mnt/kept/read") == 0);
  CHECK(unmount_tmpfs("/mnt/kept/unread") == 0);
  CHECK(next.detach());
  CHECK(keep.kept.empty());
}

TEST_CASE("what a killed amd leaves is taken over and its mounts expire",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  std::array<int, 2> ready{};
  REQUIRE(::pipe(ready.data()) == 0);
  Accessor holder([&] {  // an amd of its own process group
    Rig rig;
    if (!rig.attach("/mnt/killed")) return 1;
    if (mount_tmpfs("/mnt/killed/tree") != 0) return 2;
    ::mkdir("/mnt/killed/tree/sub", 0755);
    if (mount_tmpfs("/mnt/killed/tree/sub") != 0) return 3;
    if (::symlink("/usr", "/mnt/killed/link") != 0) return 4;
    if (::write(ready[1], "x", 1) != 1) return 5;
    rig.run_for(Seconds(60));
    return 0;
  });
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  ::close(ready[0]);
  ::close(ready[1]);
  ::kill(holder.pid(), SIGKILL);
  Rig rig;
  rig.wait(holder);

  REQUIRE(rig.attach("/mnt/killed", Seconds(1)));
  rig.names.at_once = [](const std::string& name) {
    return name == "new" ? mount_tmpfs("/mnt/killed/new") : ENOENT;
  };
  rig.names.expire_at_once = [](const std::string& name) {
    return unmount_tmpfs("/mnt/killed/" + name);
  };
  CHECK(exists("/mnt/killed/tree/sub"));
  CHECK(rig.access("/mnt/killed/new") == 0);
  CHECK(rig.access("/mnt/killed/none") == ENOENT);

  CHECK(rig.run_until([] {
    return !exists("/mnt/killed/tree") && !exists("/mnt/killed/new") &&
           !exists("/mnt/killed/link");
  }));
  CHECK(rig.detach());
  CHECK_FALSE(exists("/mnt/killed"));
}

TEST_CASE("a mount that somebody else has set catatonic works again",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/rescued"));
  {
    auto device = AutofsDevice::open();
    struct stat status {};
    REQUIRE(::stat("/mnt/rescued", &status) == 0);
    const auto control = device->open_mount("/mnt/rescued", status.st_dev);
    REQUIRE(control);
    REQUIRE(device->set_catatonic(control->get()) == 0);
  }

  rig.names.at_once = [](const std::string&) { return EACCES; };
  // Until it has been taken over, names do not exist.
  int status = ENOENT;
  for (int i = 0; i < 100 && status == ENOENT; ++i)
    status = rig.access("/mnt/rescued/y");
  CHECK(status == EACCES);
  CHECK(rig.names.lost == 0);
  CHECK(rig.detach());
}

TEST_CASE("a nested automount point goes before the one around it",
          "[autofs][real]") {
  NEEDS_REAL_KERNEL;
  Rig rig;
  REQUIRE(rig.attach("/mnt/outer"));
  PointSpec inner = Rig::spec_of("/mnt/outer/inner", Seconds(300));
  inner.id = PointId{2};
  inner.nested = true;
  std::optional<Result<void>> attached, detached;

  rig.front_end->start_attach(inner, [&](Result<void> r) { attached = r; });
  REQUIRE(rig.run_until([&] { return attached.has_value(); }));
  REQUIRE(*attached);
  rig.names.at_once = [](const std::string& name) { return std::stoi(name); };
  CHECK(rig.access("/mnt/outer/inner/13") == 13);
  CHECK_FALSE(rig.detach());
  rig.front_end->start_detach(PointId{2},
                              [&](Result<void> r) { detached = r; });
  REQUIRE(rig.run_until([&] { return detached.has_value(); }));

  CHECK(*detached);
  CHECK(rig.detach());
  CHECK_FALSE(exists("/mnt/outer"));
}
