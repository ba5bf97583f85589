// SPDX-License-Identifier: BSD-3-Clause
// The promises of the tree, over many random histories: a seed decides what
// maps hold, what servers, mounts and helpers do and when, who accesses what,
// and what the kernel does behind our back.  A failure prints its seed.

#include <random>
#include <set>

#include "test/support/printers.h"
#include "test/support/sim.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

class History : public test::Sim {
 public:
  explicit History(unsigned seed)
      : Sim(seed % 5 != 0, settings_for(seed)), random_(seed) {
    mounter.on_asked = [this](const test::FakeMounter::Operation& operation) {
      check_unmount(operation);
      decide_end(operation);
    };
    mounter.foreign = {"/a/foreign"};
    mounter.mounted["/a/foreign"].emplace_back();
    fill_map("wild");
    maps.map("good").entries["*"] =
        "type:=nfs;rhost:=good;rfs:=/${key};fs:=/a/good/${key}";
    points_.push_back(add_point("/wild", "wild"));
    good_ = add_point("/good", "good");
  }

  void live(int events) {
    for (int i = 0; i < events; ++i) one_event();
  }

  // Everything that was asked is answered, once, and in time.
  void check_answers() {
    loop.run_for(100s);
    for (const auto& [token, asked_at] : asked_) {
      INFO("token " << token);
      REQUIRE(sink.answers.count(token) == 1);
      REQUIRE(sink.answers[token].size() == 1);
      REQUIRE(sink.answered_at[token] - asked_at <= 40s);
    }
    for (std::uint64_t token : good_tokens_) {
      INFO("token " << token);
      REQUIRE(sink.answers[token] == std::vector{0});
      REQUIRE(sink.answered_at[token] - asked_[token] <= 100ms);
    }
    for (auto& [token, answers] : sink.answers) {
      REQUIRE(answers.size() == 1);
    }
  }

  // What is shown as ready is mounted, unless somebody took it away.
  void check_mounts() {
    for (const PointSnapshot& point : tree->snapshot().points) {
      for (const NodeSnapshot& node : point.nodes) {
        if (node.state != "ready" || node.mount_point.empty()) continue;
        if (node.type == "link" || node.type == "auto") continue;
        INFO(node.path << " " << node.mount_point);
        REQUIRE((mounter.is_mounted(node.mount_point) ||
                 taken_.count(node.mount_point)));
      }
    }
  }

  void check_end() {
    std::set<std::string> busy = mounter.busy;
    int ended = 0;
    tree->start_shutdown([&](const auto&) { ++ended; });
    loop.run_for(200s);
    REQUIRE(ended == 1);
    REQUIRE(mounter.torn.empty());
    REQUIRE(mounter.is_mounted("/a/foreign"));
    check_answers();
    REQUIRE(probe.running.empty());
  }

 private:
  static TreeSettings settings_for(unsigned seed) {
    TreeSettings settings;
    settings.unmount_on_exit = seed % 3 == 0;
    settings.plan.use_lofs = seed % 7 != 0;
    return settings;
  }

  int pick(int below) {
    return static_cast<int>(random_() % static_cast<unsigned>(below));
  }
  bool chance(int percent) { return pick(100) < percent; }
  Duration some_time(Duration most) {
    return Duration(static_cast<Duration::rep>(
        random_() % static_cast<unsigned long>(most.count() + 1)));
  }
  std::string name() { return "n" + std::to_string(pick(8)); }
  std::string server() { return "s" + std::to_string(1 + pick(4)); }

  std::string value() {
    switch (pick(9)) {
      case 0:
        return "type:=link;fs:=/local" + std::to_string(pick(3));
      case 1:
        return "type:=linkx;fs:=/gone type:=linkx;fs:=/there";
      case 2:
        return "type:=auto;fs:=.;pref:=null";
      case 3:
        return "type:=nfs;rhost:=" + server() + ";rfs:=/home;sublink:=${key}";
      case 4:
        return "-type:=nfs;opts:=rw;rfs:=/rw rhost:=" + server() +
               " rhost:=" + server();
      case 5:
        return "-type:=nfs;opts:=ro,vers=4;rfs:=/v4 rhost:=" + server() +
               ";delay:=1 rhost:=" + server() + " rhost:=" + server();
      case 6:
        return "type:=lofs;rfs:=/lofs;opts:=utimeout=" +
               std::to_string(1 + pick(600));
      case 7:
        return "exists(/there);type:=nfs;rhost:=" + server() +
               " type:=host;rhost:=x type:=error";
      default:
        return "-type:=nfs;opts:=ro;rfs:=/ro rhost:=" + server() +
               " rhost:=" + server();
    }
  }
  void fill_map(const std::string& map) {
    for (int i = 0; i < 8; ++i) {
      auto& entries = maps.map(map).entries;
      std::string key = "n" + std::to_string(i);
      if (chance(15)) {
        entries.erase(key);
      } else {
        entries[key] = value();
      }
    }
  }

  void one_event() {
    switch (pick(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return ask_wild();
      case 5:
        return ask_good();
      case 6:
      case 7:
        return offer();
      case 8:
        return change_server();
      case 9:
        return change_kernel();
      case 10:
        maps.map("wild").delay = chance(70) ? Duration(0) : some_time(50s);
        world.delay = chance(70) ? Duration(0) : some_time(50s);
        return;
      case 11:
        return fill_map("wild");
      case 12:
        tree->start_unmount("/wild/" + name(), [](const auto&) {});
        return;
      case 13:
        return change_front_end();
      default:
        return loop.run_for(chance(80) ? some_time(3s) : some_time(200s));
    }
  }

  PointId point() {
    std::vector<PointId> all;
    for (const auto& [id, spec] : front_end.attached) all.push_back(id);
    if (all.empty()) return good_;
    return all[static_cast<size_t>(pick(static_cast<int>(all.size())))];
  }
  void ask_wild() {
    PointId at = point();
    for (int i = 1 + pick(3); i > 0; --i) {
      asked_[sink.next] = loop.now();
      access(at, name());
    }
    if (chance(50)) loop.run_for(some_time(1s));
  }
  void ask_good() {
    asked_[sink.next] = loop.now();
    good_tokens_.push_back(access(good_, "g" + std::to_string(pick(5))));
  }
  void offer() {
    // An offer waits for an unmount, which has its own deadlines.
    tree->expire(point(), name(), sink.make());
  }
  void change_server() {
    std::string which = server();
    test::FakeProbe::Server& s = probe.servers[which];
    s = {};
    switch (pick(4)) {
      case 0:
        s.is_silent = true;
        break;
      case 1:
        s.errno_value = chance(50) ? ECONNREFUSED : EACCES;
        break;
      case 2:
        s.delay = some_time(2s);
        break;
      default:
        break;
    }
    bool is_down = s.is_silent || s.errno_value;
    outlooks[which] = {is_down ? 3 : 0, is_down, 50ms + some_time(1s)};
    if (is_down) {
      tree->on_server_down(which);
    } else {
      tree->on_server_up(which);
    }
  }
  void change_kernel() {
    if (chance(60)) {
      std::string target = some_target();
      if (mounter.busy.count(target)) {
        mounter.busy.erase(target);
      } else if (!is_good(target)) {
        mounter.busy.insert(target);
      }
      return;
    }
    std::string target = some_target();
    if (is_good(target) || mounter.foreign.count(target)) return;
    mounter.mounted.erase(target);
    taken_.insert(target);
  }
  void change_front_end() {
    front_end.delay = some_time(2s);
    std::string path = "/wild/" + name();
    if (chance(20)) front_end.bad.insert(path);
    if (chance(20)) front_end.bad.clear();
    if (chance(20)) front_end.busy.insert(path);
    if (chance(20)) front_end.busy.clear();
    if (!chance(3) || front_end.attached.size() < 3) return;
    PointId lost = front_end.attached.rbegin()->first;
    front_end.attached.erase(lost);
    tree->on_point_lost(lost, errno_error(EPIPE, "autofs"));
  }
  std::string some_target() {
    if (mounter.mounted.empty()) return "/none";
    auto at = mounter.mounted.begin();
    std::advance(at, pick(static_cast<int>(mounter.mounted.size())));
    return at->first;
  }
  static bool is_good(const std::string& target) {
    return target.starts_with("/good/") || target.starts_with("/a/good/");
  }

  std::string last_lines() const {
    std::string text;
    size_t first = lines.size() < 40 ? 0 : lines.size() - 40;
    for (size_t i = first; i < lines.size(); ++i) text += lines[i] + "\n";
    return text;
  }

  // Nothing that a ready name stands on is unmounted, nor anything of others.
  void check_unmount(const test::FakeMounter::Operation& operation) {
    if (operation.is_mount || !tree) return;
    const std::string& target = operation.spec.target;
    for (const PointSnapshot& point : tree->snapshot().points) {
      for (const NodeSnapshot& node : point.nodes) {
        if (node.state != "ready") continue;
        if (node.mount_point != target && node.path != target) continue;
        FAIL("unmount of " << target << " under " << node.path << "\n"
                           << last_lines());
      }
    }
  }

  void decide_end(const test::FakeMounter::Operation& operation) {
    Duration delay = 1ms;
    int errno_value = 0;
    bool is_late = false;
    if (!is_good(operation.spec.target)) {
      delay = chance(80) ? some_time(100ms) : some_time(10s);
      if (operation.is_mount && chance(10)) errno_value = EIO;
      // A helper hangs: reported at the deadline, nothing was done.
      if (chance(3)) {
        delay = std::max(Duration(0), operation.deadline - loop.now());
        errno_value = ETIMEDOUT;
      }
      is_late = chance(1);  // a Mounter that breaks its word
    }
    if (is_late) {
      taken_.insert(operation.spec.target);
      delay = operation.deadline - loop.now() + some_time(100s);
      if (chance(50)) return;
    }
    loop.call_at(loop.now() + delay, [this, errno_value, id = operation.id] {
      auto taken = mounter.take(id);
      if (!taken) return;
      Result<void> result;
      if (errno_value) {
        result = fail(errno_value, taken->spec.target);
      } else {
        result = mounter.carry_out(*taken);
      }
      mounter.report(*taken, result, loop.now());
    });
  }

  std::mt19937 random_;
  std::vector<PointId> points_;
  PointId good_{};
  std::map<std::uint64_t, Instant> asked_;
  std::vector<std::uint64_t> good_tokens_;
  std::set<std::string> taken_;  // the kernel's truth is not ours any more
};

void run(unsigned first, unsigned last, int events) {
  for (unsigned seed = first; seed < last; ++seed) {
    INFO("seed " << seed);
    History history(seed);
    history.live(events);
    history.check_answers();
    history.check_mounts();
    history.check_end();
  }
}

}  // namespace

TEST_CASE("the promises hold in short histories", "[tree]") {
  run(0, 3000, 30);
}

TEST_CASE("the promises hold in long histories", "[tree]") {
  run(10000, 10100, 400);
}

}  // namespace amd
