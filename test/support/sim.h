// SPDX-License-Identifier: BSD-3-Clause
// A daemon without a system: the tree and the volumes on a fake loop, between
// fakes.  Time jumps from event to event; nothing happens that is not due.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "amd/base/log.h"
#include "amd/tree/tree.h"
#include "amd/volumes/volume_table.h"
#include "test/support/fake_clock.h"
#include "test/support/fake_mounter.h"
#include "test/support/fake_seams.h"

namespace amd::test {

struct Sim {
  // How mount and unmount operations end.
  struct Mounting {
    Duration delay{std::chrono::milliseconds(1)};
    // errno by target or by source; -1: never reported.
    std::map<std::string, int> failing;
  };

  explicit Sim(bool is_kernel = true, TreeSettings settings = {})
      : front_end(loop, is_kernel), tree_settings(std::move(settings)) {
    log::set_test_sink(
        [this](log::Level, const std::string& line) { lines.push_back(line); });
    facts.host = "here";
    facts.hostd = "here.test";
    facts.os = "linux";
    volumes = std::make_unique<VolumeTable>(
        mounter, loop.clock, *volume_timer,
        VolumeSettings{Seconds(120), Seconds(20), Seconds(3)});
    mounter.events = volumes.get();
    mounter.on_asked = [this](const FakeMounter::Operation& operation) {
      end_later(operation);
    };
    TreeSeams seams{loop.clock,
                    *tree_timer,
                    maps,
                    world,
                    probe,
                    *volumes,
                    facts,
                    [this](const std::string& server, ServerOrder) {
                      return outlooks[server];
                    }};
    tree = std::make_unique<Tree>(seams, tree_settings);
  }
  ~Sim() { log::set_test_sink(nullptr); }

  PointId add_point(const std::string& path, const std::string& map) {
    PointConfig config;
    config.path = path;
    config.map.name = map;
    auto point = tree->start_point(config, front_end, [](const auto&) {});
    loop.settle();
    return point.value();
  }
  // A process waits for a name; its token.
  std::uint64_t access(PointId point, const std::string& name) {
    std::uint64_t token = sink.next;
    tree->lookup(point, name, Requester{}, sink.make());
    return token;
  }
  // The same, until it is answered: its errno, -1: none within a minute.
  int get(PointId point, const std::string& name) {
    std::uint64_t token = access(point, name);
    wait_for(token, Seconds(60));
    return answer(token);
  }
  // How long an access took.
  Duration wait_for(std::uint64_t token, Duration most) {
    Instant begun = loop.now();
    while (!sink.answers.count(token) && loop.now() < begun + most) {
      loop.settle();
      auto next = loop.next_alarm();
      if (sink.answers.count(token) || !next) break;
      loop.run_until(std::min(*next, begun + most));
    }
    return loop.now() - begun;
  }
  int answer(std::uint64_t token) const {
    auto at = sink.answers.find(token);
    return at == sink.answers.end() ? -1 : at->second.at(0);
  }
  // The kernel finds a name idle.
  int expire(PointId point, const std::string& name) {
    std::uint64_t token = sink.next;
    tree->expire(point, name, sink.make());
    wait_for(token, Seconds(60));
    return answer(token);
  }
  bool has_line(const std::string& part) const {
    for (const std::string& line : lines) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }
  std::vector<std::string> shut_down() {
    std::vector<std::string> stayed{"shutdown did not end"};
    tree->start_shutdown([&](std::vector<std::string> busy) { stayed = busy; });
    loop.run_for(Seconds(120));
    return stayed;
  }

  FakeLoop loop;
  std::unique_ptr<Timer> volume_timer = loop.make_timer();
  std::unique_ptr<Timer> tree_timer = loop.make_timer();
  FakeMounter mounter;
  Mounting mounting;
  RecordingSink sink{loop};
  FakeMaps maps{loop};
  FakeProbe probe{loop};
  FakeWorld world{loop};
  FakeFrontEnd front_end;
  std::map<std::string, ServerOutlook> outlooks;
  maplang::HostFacts facts;
  TreeSettings tree_settings;
  std::vector<std::string> lines;
  std::unique_ptr<VolumeTable> volumes;
  std::unique_ptr<Tree> tree;

 private:
  void end_later(const FakeMounter::Operation& operation) {
    int how = how_it_ends(operation);
    if (how < 0) return;
    loop.call_at(loop.now() + mounting.delay, [this, how, id = operation.id] {
      auto taken = mounter.take(id);
      if (!taken) return;
      Result<void> result;
      if (how > 0) {
        result = fail(how, "mount " + taken->spec.target);
      } else {
        result = mounter.carry_out(*taken);
      }
      mounter.report(*taken, result, loop.now());
    });
  }
  int how_it_ends(const FakeMounter::Operation& operation) const {
    if (!operation.is_mount) return 0;
    auto at = mounting.failing.find(operation.spec.target);
    if (at == mounting.failing.end()) {
      at = mounting.failing.find(source_of(operation.spec.method));
    }
    return at == mounting.failing.end() ? 0 : at->second;
  }
};

}  // namespace amd::test
