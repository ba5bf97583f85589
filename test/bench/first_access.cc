// SPDX-License-Identifier: BSD-3-Clause
// Measures the first access to a name of an automount point.
//
// usage: first-access access DIR N [at-once]   opens DIR/1 to DIR/N for the
//                    first time, one after another or all at once
//        first-access floor N    the same on an automount point of its own that
//                    binds a directory to each name with bare system calls
//        first-access helpers N  the same through amd2's front end and its
//                    mount helpers, without tree and maps
//
// Prints "MEDIAN MIN P90 TOTAL" in microseconds.  floor and helpers need root;
// they work in a mount namespace of their own, under /mnt.

#include <fcntl.h>
#include <linux/auto_fs.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "amd/autofs/autofs_front_end.h"
#include "amd/autofs/packet.h"
#include "amd/base/program_path.h"
#include "amd/mounting/helper_mounter.h"

using namespace amd;

namespace {

constexpr const char* kPoint = "/mnt/point";
constexpr const char* kSource = "/mnt/source";

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "first-access: %s: %s\n", what.c_str(),
               std::strerror(errno));
  std::exit(1);
}

double now_us() {
  return std::chrono::duration<double, std::micro>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// How long the first open of DIR/i takes.
double open_time(const std::string& dir, int i) {
  const std::string path = dir + "/" + std::to_string(i);
  const double begin = now_us();
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const double took = now_us() - begin;
  if (!fd) die(path);
  return took;
}

void report(std::vector<double> times, double total) {
  std::sort(times.begin(), times.end());
  std::printf("%.1f %.1f %.1f %.1f\n", times[times.size() / 2], times.front(),
              times[times.size() * 9 / 10], total);
}

int access(const std::string& dir, int n, bool at_once) {
  std::vector<double> times(static_cast<size_t>(n));
  const double begin = now_us();
  const auto one = [&](int i) {
    times[static_cast<size_t>(i - 1)] = open_time(dir, i);
  };
  if (at_once) {
    std::vector<std::thread> threads;
    for (int i = 1; i <= n; ++i) threads.emplace_back(one, i);
    for (std::thread& t : threads) t.join();
  } else {
    for (int i = 1; i <= n; ++i) one(i);
  }
  report(times, now_us() - begin);
  return 0;
}

void enter_sandbox() {
  if (::unshare(CLONE_NEWNS) != 0) die("unshare");
  ::setpgid(0, 0);
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("bench", "/mnt", "tmpfs", 0, nullptr) != 0)
    die("mount");
  ::mkdir(kSource, 0755);
  ::mkdir(kPoint, 0755);
}

// A process outside our process group, waiting for a byte to begin.
struct Accessor {
  pid_t pid = -1;
  UniqueFd go;

  Accessor(int n) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) die("pipe");
    pid = ::fork();
    if (pid == 0) {
      ::setpgid(0, 0);
      ::close(ends[1]);
      char byte = 0;
      if (::read(ends[0], &byte, 1) != 1) ::_exit(1);
      const int status = access(kPoint, n, false);
      std::fflush(stdout);
      ::_exit(status);
    }
    ::close(ends[0]);
    go.reset(ends[1]);
  }
  void start() const {
    if (::write(go.get(), "x", 1) != 1) die("start");
  }
};

int floor_of(int n) {
  enter_sandbox();
  const Accessor accessor(n);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_DIRECT) != 0) die("pipe");
  const std::string data = "fd=" + std::to_string(ends[1]) +
                           ",pgrp=" + std::to_string(::getpgrp()) +
                           ",minproto=5,maxproto=5,indirect";
  if (::mount("bench", kPoint, "autofs", 0, data.c_str()) != 0) die("autofs");
  ::close(ends[1]);
  auto device = AutofsDevice::open();
  struct stat status {};
  if (!device || ::stat(kPoint, &status) != 0) die("/dev/autofs");
  const auto control = device->open_mount(kPoint, status.st_dev);
  if (!control) die("open mount");
  accessor.start();
  for (int i = 0; i < n; ++i) {
    std::array<char, kAutofsPacketSize> bytes{};
    const ssize_t got = ::read(ends[0], bytes.data(), bytes.size());
    if (got <= 0) die("read");
    const auto packet =
        decode_packet(std::string_view(bytes.data(), static_cast<size_t>(got)));
    const std::string target = std::string(kPoint) + "/" + packet->name;
    if (::mkdir(target.c_str(), 0555) != 0 ||
        ::mount(kSource, target.c_str(), nullptr, MS_BIND, nullptr) != 0)
      die("bind");
    device->ready(control->get(), packet->token);
  }
  int ended = 0;
  ::waitpid(accessor.pid, &ended, 0);
  return ended == 0 ? 0 : 1;
}

// Binds the source to every name.
struct Binder : Names, MounterEvents {
  HelperMounter* mounter = nullptr;
  Loop& loop;
  std::map<std::uint64_t, LookupReply> waiting;
  std::uint64_t last = 0;

  explicit Binder(Loop& l) : loop(l) {}
  void lookup(PointId, std::string_view name, const Requester&,
              LookupReply reply) override {
    MountSpec spec;
    spec.method = BindMount{kSource};
    spec.target = std::string(kPoint) + "/" + std::string(name);
    spec.type = "lofs";
    waiting.emplace(++last, std::move(reply));
    mounter->start_mount(MountOpId{last}, spec, loop.now() + Seconds(10));
  }
  void expire(PointId, std::string_view, LookupReply reply) override {
    std::move(reply).answer(EBUSY);
  }
  void on_point_lost(PointId, const Error&) override {}
  void on_mount_done(MountOpId id, Result<void> result, Instant) override {
    const auto found = waiting.find(static_cast<std::uint64_t>(id));
    std::move(found->second).answer(result ? 0 : errno_of(result.error()));
    waiting.erase(found);
  }
  void on_unmount_done(MountOpId, Result<void>, Instant) override {}
};

int through_helpers(int n) {
  enter_sandbox();
  const Accessor accessor(n);
  const auto program = find_program("amd-mounter");
  if (!program) die("amd-mounter");
  Loop loop;
  HelperPool pool(loop, {.program = *program});
  if (!pool.prestart()) die("amd-mounter");
  AutofsFrontEnd front_end(loop, *AutofsDevice::open(), pool, nullptr, {},
                           {"/mnt/state"});
  Binder binder(loop);
  HelperMounter mounter(loop, pool, binder, nullptr);
  binder.mounter = &mounter;
  front_end.set_names(binder);
  PointSpec spec;
  spec.id = PointId{1};
  spec.path = kPoint;
  spec.source = "bench";
  front_end.start_attach(spec, [&](Result<void> r) {
    if (!r) die(r.error().message());
    accessor.start();
  });
  const UniqueFd ended(
      static_cast<int>(::syscall(SYS_pidfd_open, accessor.pid, 0)));
  const auto watch = loop.watch_readable(ended.get(), [&] { loop.stop(); });
  loop.run();
  int status = 0;
  ::waitpid(accessor.pid, &status, 0);
  return status == 0 ? 0 : 1;
}

int usage() {
  std::fprintf(stderr,
               "usage: first-access access DIR N [at-once]\n"
               "       first-access floor N\n"
               "       first-access helpers N\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) return usage();
  const bool is_access = words[0] == "access";
  if (is_access && words.size() < 3) return usage();
  const int n = std::atoi(words[is_access ? 2 : 1].c_str());
  if (n < 1 || n > 100000) return usage();
  if (is_access)
    return access(words[1], n, words.size() > 3 && words[3] == "at-once");
  if (words[0] == "floor") return floor_of(n);
  if (words[0] == "helpers") return through_helpers(n);
  return usage();
}
