// SPDX-License-Identifier: BSD-3-Clause

#include "amd/volumes/volume_table.h"

#include <map>

#include "amd/base/log.h"
#include "test/support/fake_clock.h"
#include "test/support/fake_mounter.h"
#include "test/support/printers.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

MountSpec nfs(const std::string& server, const std::string& path,
              const std::string& target) {
  MountSpec spec;
  spec.method = KernelNfsMount{.replica = {.server = server, .path = path}};
  spec.target = target;
  spec.type = "nfs";
  return spec;
}

struct Recorder : VolumeEvents {
  std::map<UseId, std::vector<int>> ready;     // errno, 0: mounted
  std::map<UseId, std::vector<int>> released;  // errno, 0: unmounted
  static int code(const Result<void>& r) { return r ? 0 : errno_of(r.error()); }
  void on_volume_ready(UseId use, Result<void> r, Instant) override {
    ready[use].push_back(code(r));
  }
  void on_volume_released(UseId use, Result<void> r, Instant) override {
    released[use].push_back(code(r));
  }
};

struct World {
  test::FakeLoop loop;
  test::FakeMounter mounter;
  Recorder events;
  std::unique_ptr<Timer> timer = loop.make_timer();
  VolumeTable table{
      mounter, loop.clock, *timer,
      VolumeSettings{.dismount_interval = 120s, .unmount_deadline = 20s}};
  World() {
    log::set_test_sink([](log::Level, const std::string&) {});
    table.set_events(events);
    mounter.events = &table;
  }
  VolumeTable::Acquired acquire(const MountSpec& spec) {
    auto got = table.acquire(spec, loop.now() + 15s, loop.now());
    REQUIRE(got);
    return *got;
  }
  UseId mount(const MountSpec& spec) {
    UseId use = acquire(spec).use;
    mounter.complete(loop.now());
    REQUIRE(events.ready[use] == std::vector{0});
    return use;
  }
  void release(UseId use) { table.release(use, loop.now()); }
  void complete() { mounter.complete(loop.now()); }
  VolumeState state() { return table.snapshot(loop.now()).at(0).state; }
};

const MountSpec kShare = nfs("server1", "/share", "/a/share");

}  // namespace

TEST_CASE("a volume is mounted once for all who ask for it", "[volumes]") {
  World w;

  auto first = w.acquire(kShare);
  auto second = w.acquire(kShare);
  CHECK_FALSE(first.is_ready);
  CHECK_FALSE(second.is_ready);
  w.complete();
  auto third = w.acquire(kShare);

  CHECK(third.is_ready);
  CHECK(w.mounter.asked.size() == 1);
  CHECK(w.events.ready[first.use] == std::vector{0});
  CHECK(w.events.ready[second.use] == std::vector{0});
  CHECK(w.events.ready.count(third.use) == 0);
}

TEST_CASE("the end of the last use unmounts", "[volumes]") {
  World w;
  UseId first = w.mount(kShare);
  UseId second = w.acquire(kShare).use;

  w.release(first);
  CHECK(w.mounter.pending.empty());
  w.release(second);

  REQUIRE(w.mounter.pending.size() == 1);
  CHECK_FALSE(w.mounter.pending[0].is_mount);
  w.complete();
  CHECK(w.table.size() == 0);
  CHECK(w.mounter.mounted.empty());
}

TEST_CASE("a failed mount tells every waiter and is shown for a while",
          "[volumes]") {
  World w;
  auto first = w.acquire(kShare);
  auto second = w.acquire(kShare);

  w.mounter.fail_next(EACCES, w.loop.now());

  CHECK(w.events.ready[first.use] == std::vector{EACCES});
  CHECK(w.events.ready[second.use] == std::vector{EACCES});
  REQUIRE(w.table.snapshot(w.loop.now()).size() == 1);
  CHECK(errno_of(*w.table.snapshot(w.loop.now())[0].error) == EACCES);
  w.loop.run_for(41s);
  CHECK(w.table.size() == 0);
  CHECK(w.loop.is_quiet());
}

TEST_CASE("a volume whose unmount is refused stays mounted and is tried later",
          "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  w.mounter.busy.insert("/a/share");
  w.release(use);
  w.complete();
  REQUIRE(w.state() == VolumeState::Mounted);

  for (auto wait : {120s, 240s, 360s, 480s, 480s}) {
    w.loop.run_for(wait - 1s);
    CHECK(w.mounter.pending.empty());
    w.loop.run_for(1s);
    REQUIRE(w.mounter.pending.size() == 1);
    w.complete();
  }
  w.mounter.busy.clear();
  w.loop.run_for(480s);
  w.complete();

  CHECK(w.table.size() == 0);
  CHECK(w.loop.is_quiet());
}

TEST_CASE("a new use of an idle volume ends the retries", "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  w.mounter.busy.insert("/a/share");
  w.release(use);
  w.complete();

  auto again = w.acquire(kShare);

  CHECK(again.is_ready);
  w.loop.run_for(3600s);
  CHECK(w.mounter.pending.empty());
}

TEST_CASE("start_release keeps the use when the file system is busy",
          "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  w.mounter.busy.insert("/a/share");

  auto begun = w.table.start_release(use, UnmountPolicy::Plain, w.loop.now());
  REQUIRE(begun == VolumeTable::Release::Started);
  w.complete();

  CHECK(w.events.released[use] == std::vector{EBUSY});
  CHECK(w.state() == VolumeState::Mounted);
  w.mounter.busy.clear();
  begun = w.table.start_release(use, UnmountPolicy::Plain, w.loop.now());
  REQUIRE(begun == VolumeTable::Release::Started);
  w.complete();
  CHECK(w.events.released[use] == std::vector{EBUSY, 0});
  CHECK(w.table.size() == 0);
}

TEST_CASE("start_release of one of several uses leaves the mount alone",
          "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  (void)w.acquire(kShare);

  auto begun = w.table.start_release(use, UnmountPolicy::Plain, w.loop.now());

  CHECK(begun == VolumeTable::Release::Gone);
  CHECK(w.mounter.pending.empty());
}

TEST_CASE("a busy volume is detached when that is allowed", "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  w.mounter.busy.insert("/a/share");

  (void)w.table.start_release(use, UnmountPolicy::DetachIfBusy, w.loop.now());
  w.complete();
  REQUIRE(w.mounter.pending.size() == 1);
  CHECK(w.mounter.pending[0].force == UnmountForce::Detach);
  w.complete();

  CHECK(w.events.released[use] == std::vector{0});
  CHECK(w.mounter.mounted.empty());
}

TEST_CASE("a use that comes while the volume is unmounted mounts it again",
          "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  w.release(use);
  auto next = w.acquire(kShare);
  CHECK_FALSE(next.is_ready);

  SECTION("the unmount succeeds") {
    w.complete();
    REQUIRE(w.mounter.pending.size() == 1);
    CHECK(w.mounter.pending[0].is_mount);
    w.complete();
  }
  SECTION("the unmount is refused") {
    w.mounter.busy.insert("/a/share");
    w.complete();
    CHECK(w.mounter.pending.empty());
  }

  CHECK(w.events.ready[next.use] == std::vector{0});
  CHECK(w.mounter.is_mounted("/a/share"));
}

TEST_CASE("a mount that nobody waits for any more is undone", "[volumes]") {
  World w;
  UseId use = w.acquire(kShare).use;

  w.release(use);
  w.complete();

  REQUIRE(w.mounter.pending.size() == 1);
  w.complete();
  CHECK(w.mounter.mounted.empty());
  CHECK(w.events.ready.empty());
}

TEST_CASE("a Mounter that never reports is given up, a late mount is undone",
          "[volumes]") {
  World w;
  UseId use = w.acquire(kShare).use;
  auto lost = w.mounter.take();

  w.loop.run_for(20s);

  REQUIRE(w.events.ready[use] == std::vector{ETIMEDOUT});
  w.mounter.report(lost, w.mounter.carry_out(lost), w.loop.now());
  w.mounter.complete_all(w.loop.now());
  CHECK(w.mounter.mounted.empty());
  CHECK(w.events.ready[use].size() == 1);
}

TEST_CASE("after an unmount of unknown outcome nobody is told it is mounted",
          "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  w.release(use);
  auto lost = w.mounter.take();
  w.loop.run_for(25s);
  REQUIRE(w.state() == VolumeState::Mounted);
  (void)w.mounter.carry_out(lost);  // it did happen, unheard

  auto next = w.acquire(kShare);

  CHECK_FALSE(next.is_ready);
  w.mounter.complete_all(w.loop.now());
  CHECK(w.events.ready[next.use] == std::vector{0});
  CHECK(w.mounter.is_mounted("/a/share"));
}

TEST_CASE("a target in use by another file system is refused", "[volumes]") {
  World w;
  w.mount(kShare);

  auto other = w.table.acquire(nfs("server1", "/other", "/a/share"),
                               w.loop.now() + 15s, w.loop.now());

  REQUIRE_FALSE(other);
  CHECK(errno_of(other.error()) == EBUSY);
  CHECK(other.error().message().find("server1:/share") != std::string::npos);
  auto replica = w.acquire(nfs("server2", "/share", "/a/share"));
  CHECK(replica.is_ready);
}

TEST_CASE("an idle volume from another server is replaced", "[volumes]") {
  World w;
  UseId use = w.mount(kShare);
  w.mounter.busy.insert("/a/share");
  w.release(use);
  w.complete();
  w.mounter.busy.clear();

  auto next = w.acquire(nfs("server2", "/share", "/a/share"));
  CHECK_FALSE(next.is_ready);
  w.mounter.complete_all(w.loop.now());

  CHECK(w.mounter.source_on("/a/share") == "server2:/share");
  CHECK(w.events.ready[next.use] == std::vector{0});
}

TEST_CASE("who asks for another file system during a mount gets that one",
          "[volumes]") {
  World w;
  UseId use = w.acquire(kShare).use;
  w.release(use);

  auto next = w.acquire(nfs("server1", "/other", "/a/share"));
  w.mounter.complete_all(w.loop.now());

  CHECK(w.events.ready[next.use] == std::vector{0});
  CHECK(w.mounter.source_on("/a/share") == "server1:/other");
}

TEST_CASE("unmounts are retried after 1, 2, 3, 4, 4 times the interval",
          "[volumes]") {
  CHECK(next_unmount_retry(1, 120s) == 120s);
  CHECK(next_unmount_retry(2, 120s) == 240s);
  CHECK(next_unmount_retry(3, 120s) == 360s);
  CHECK(next_unmount_retry(4, 120s) == 480s);
  CHECK(next_unmount_retry(99, 120s) == 480s);
}

}  // namespace amd
