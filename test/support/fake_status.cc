// SPDX-License-Identifier: BSD-3-Clause
#include "test/support/fake_status.h"

#include <cerrno>

namespace amd::test {

namespace {

// 2026-11-23 06:37:52 UTC.
const WallTime kNow{Seconds(1795415872)};

NodeSnapshot node(const std::string& path, const std::string& type,
                  const std::string& info) {
  NodeSnapshot n;
  n.path = path;
  n.type = type;
  n.info = info;
  n.state = "ready";
  n.origin = "/etc/amd.n:3:7";
  n.age = Seconds(600);
  n.ready_for = Seconds(500);
  n.time_to_ready = Milliseconds(12);
  n.lookups = 4;
  return n;
}

std::vector<NodeSnapshot> names() {
  NodeSnapshot one = node("/n/one", "link", "/tmp");
  one.link_text = one.mount_point = "/tmp";
  NodeSnapshot lf = node("/n/lf", "lofs", "/usr");
  lf.link_text = "/a/client/usr";
  lf.mount_point = "/n/lf";
  NodeSnapshot files = node("/n/files", "nfs", "srv1:/share");
  files.link_text = "/a/srv1/share";
  files.mount_point = "/n/files";
  NodeSnapshot sub = node("/n/sub", "nfs", "srv1:/home");
  sub.link_text = "/a/srv1/home/ann";
  sub.mount_point = "/a/srv1/home";
  NodeSnapshot deep = node("/n/deep", "auto", "/etc/amd.deep");
  deep.link_text = deep.mount_point = "/etc/amd.deep";
  NodeSnapshot bad;
  bad.path = "/n/bad";
  bad.state = "failed";
  bad.error = ETIMEDOUT;
  bad.failure = "srv2:/x: no answer";
  bad.age = Seconds(5);
  return {one, lf, files, sub, deep, bad};
}

std::vector<PointSnapshot> points() {
  PointSnapshot n;
  n.id = PointId{1};
  n.path = "/n";
  n.map_name = "/etc/amd.n";
  n.lookups = 24;
  n.age = Seconds(999);
  n.nodes = names();
  PointSnapshot m;
  m.id = PointId{2};
  m.path = "/m";
  m.map_name = "/etc/amd.m";
  m.age = Seconds(998);
  NodeSnapshot x = node("/n/deep/x", "link", "/var");
  x.link_text = x.mount_point = "/var";
  PointSnapshot deep;
  deep.id = PointId{3};
  deep.parent = PointId{1};
  deep.path = "/n/deep";
  deep.map_name = "/etc/amd.deep";
  deep.age = Seconds(350);
  deep.nodes = {x};
  return {n, m, deep};
}

VolumeSnapshot volume(const std::string& target, const std::string& type,
                      MountMethod method) {
  VolumeSnapshot v;
  v.spec.method = std::move(method);
  v.spec.target = target;
  v.spec.type = type;
  v.spec.options = "ro";
  v.spec.origin = "/etc/amd.n:3:7";
  v.state = VolumeState::Mounted;
  v.uses = 1;
  v.mounted_for = Seconds(500);
  return v;
}

NfsReplica replica(const char* server, const char* path) {
  return {.server = server, .path = path, .address = "192.0.2.1"};
}

std::vector<VolumeSnapshot> volumes() {
  VolumeSnapshot home =
      volume("/a/srv1/home", "nfs", KernelNfsMount{replica("srv1", "/home")});
  home.mounted_for = Seconds(400);
  VolumeSnapshot face = volume("/n/sub", "nfs", BindMount{"/a/srv1/home/ann"});
  face.mounted_for = Seconds(400);
  VolumeSnapshot coming =
      volume("/n/bad", "nfs", KernelNfsMount{replica("srv2", "/x")});
  coming.state = VolumeState::Unmounted;
  coming.uses = 0;
  coming.mounted_for.reset();
  coming.error = errno_error(ETIMEDOUT, "mount srv2:/x on /n/bad");
  return {volume("/n/one", "link", BindMount{"/tmp"}),
          volume("/n/lf", "lofs", BindMount{"/usr"}),
          volume("/n/files", "nfs",
                 UserNfsMount{
                     {replica("srv1", "/share"), replica("srv2", "/share")}}),
          home,
          face,
          coming};
}

std::vector<ServerSnapshot> servers() {
  ServerSnapshot up;
  up.id = ServerId{1};
  up.key.name = ServerName("srv1");
  up.address = "192.0.2.1:2049";
  up.state = ServerState::Up;
  up.since = Seconds(600);
  up.last_answer = Seconds(3);
  up.round_trip = std::chrono::microseconds(450);
  up.uses = 2;
  up.ping_interval = Seconds(30);
  up.next_probe_in = Seconds(27);
  up.history = {{.ago = Seconds(600),
                 .from = ServerState::Unknown,
                 .to = ServerState::Up,
                 .reason = "it answered"}};
  ServerSnapshot down;
  down.id = ServerId{2};
  down.key.name = ServerName("srv2");
  down.state = ServerState::Down;
  down.since = Seconds(8);
  down.failures = 4;
  down.history = {{.ago = Seconds(10),
                   .from = ServerState::Up,
                   .to = ServerState::Suspect,
                   .reason = "no answer"},
                  {.ago = Seconds(8),
                   .from = ServerState::Suspect,
                   .to = ServerState::Down,
                   .reason = "4 pings unanswered"}};
  return {up, down};
}

}  // namespace

StatusReport sample_status() {
  StatusReport report;
  report.version = "0.1.0";
  report.pid = 4711;
  report.wall = kNow;
  report.up_for = Seconds(1000);
  report.tree.points = points();
  report.tree.counters = {.lookups = 30,
                          .deferred = 9,
                          .no_entry = 1,
                          .mounts_ok = 6,
                          .mounts_failed = 2,
                          .accesses_failed = 3,
                          .unmounts_ok = 4,
                          .unmounts_failed = 5};
  report.volumes = volumes();
  report.servers = servers();
  MapInfo map;
  map.name = "/etc/amd.n";
  map.type = "file";
  map.wildcard = "fs:=/srv";
  map.entries = 7;
  map.reloads = 1;
  map.modified = kNow - Seconds(86400);
  report.maps = {map};
  report.helpers = {{.name = "amd-mounter", .idle = 3, .busy = 1}};
  return report;
}

}  // namespace amd::test
