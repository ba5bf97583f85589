// SPDX-License-Identifier: BSD-3-Clause
#include "amd/status/amq_views.h"

#include <cerrno>
#include <string>
#include <vector>

#include "test/support/fake_status.h"
#include "test/support/printers.h"

using namespace amd;
using amd::test::sample_status;

namespace {

using Lines = std::vector<std::string>;

std::string line(const rpc::AmqTreeNode& n) {
  return n.directory + " " + n.type + " " + n.mountinfo + " " + n.mountpoint;
}

// In the order of the wire, which is that of amq's output.
Lines listing(const rpc::AmqTree& tree) {
  const auto sent = rpc::decode<rpc::AmqTree>(rpc::encoded(tree));
  REQUIRE(sent);
  Lines lines;
  for (const rpc::AmqTreeNode& n : sent->nodes) lines.push_back(line(n));
  return lines;
}

Lines listing(const std::vector<rpc::AmqMountInfo>& mounts) {
  Lines lines;
  for (const rpc::AmqMountInfo& m : mounts)
    lines.push_back(m.mountinfo + " " + m.mountpt + " " + m.type + " " +
                    std::to_string(m.refc) + " " + m.fserver + " " +
                    std::to_string(m.up) + " " + std::to_string(m.error));
  return lines;
}

NodeSnapshot& name(StatusReport& report, const std::string& path) {
  for (PointSnapshot& p : report.tree.points)
    for (NodeSnapshot& n : p.nodes)
      if (n.path == path) return n;
  FAIL("no node " + path);
  throw 0;
}

}  // namespace

TEST_CASE("the tree has the newest siblings first, and shows where files are",
          "[status]") {
  const auto tree = tree_of(sample_status(), "");
  REQUIRE(tree);
  // After a node its older siblings with all that is below them, then what is
  // below itself.
  CHECK(listing(*tree) ==
        Lines{" root \"root\" ",  //
              "/m toplvl /etc/amd.m /m", "/n toplvl /etc/amd.n /n",
              "/n/bad error . //nil//", "/n/deep auto /etc/amd.deep /n/deep",
              "/n/sub nfs srv1:/home /a/srv1/home/ann",
              "/n/files nfs srv1:/share /n/files",
              "/n/lf lofs /usr /n/lf",  //
              "/n/one link /tmp /tmp", "/n/deep/x link /var /var"});
}

TEST_CASE("times and counters of the tree are those of the report",
          "[status]") {
  const StatusReport report = sample_status();
  const auto tree = tree_of(report, "/n");
  REQUIRE(tree);
  const auto now = static_cast<int32_t>(
      std::chrono::duration_cast<Seconds>(report.wall.time_since_epoch())
          .count());

  REQUIRE(tree->nodes.size() == 8);
  CHECK(tree->nodes[0].lookup == 24);
  CHECK(tree->nodes[0].mounttime == now - 999);
  // Since it was mounted, or since it failed.
  for (const rpc::AmqTreeNode& n : tree->nodes) {
    if (n.directory == "/n/one") CHECK(n.mounttime == now - 500);
    if (n.directory == "/n/bad") CHECK(n.mounttime == now - 5);
  }
}

TEST_CASE("a part of the tree is found by its exact path", "[status]") {
  const StatusReport report = sample_status();
  const auto below = [&](const std::string& path) {
    const auto tree = tree_of(report, path);
    return tree ? listing(*tree) : Lines{};
  };

  CHECK(below("/m") == Lines{"/m toplvl /etc/amd.m /m"});
  CHECK(below("/n/one") == Lines{"/n/one link /tmp /tmp"});
  CHECK(below("/n/deep") == Lines{"/n/deep auto /etc/amd.deep /n/deep",
                                  "/n/deep/x link /var /var"});
  CHECK(below("/n/deep/x") == Lines{"/n/deep/x link /var /var"});
  CHECK(below("/n").size() == 8);
  for (const char* unknown : {"/", "/n/", "/n/on", "/n/one/", "n", "//n"})
    CHECK_FALSE(tree_of(report, unknown));
}

TEST_CASE("a name that nothing is known of yet is shown as an error",
          "[status]") {
  StatusReport report = sample_status();
  NodeSnapshot& bad = name(report, "/n/bad");
  bad.error = 0;
  bad.state = "pending";
  CHECK(listing(*tree_of(report, "/n/bad")) == Lines{"/n/bad error . //nil//"});
}

TEST_CASE("a daemon without automount points has a root", "[status]") {
  const StatusReport empty;
  CHECK(listing(*tree_of(empty, "")) == Lines{" root \"root\" "});
  CHECK(listing(mounts_of(empty)) == Lines{"\"root\"  root 1 localhost 1 0"});
  CHECK(maps_of(empty).size() == 1);
}

TEST_CASE("file systems are listed oldest first, links and faces are not",
          "[status]") {
  CHECK(listing(mounts_of(sample_status())) ==
        Lines{"\"root\"  root 1 localhost 1 0",
              "/etc/amd.n /n toplvl 1 localhost 1 0",
              "/etc/amd.m /m toplvl 1 localhost 1 0",
              "/usr /n/lf lofs 1 localhost 1 0",
              "srv1:/share /n/files nfs 1 srv1 1 0",
              "srv1:/home /a/srv1/home nfs 1 srv1 1 0",
              "/etc/amd.deep /n/deep auto 1 localhost 1 0",
              "srv2:/x /n/bad nfs 0 srv2 0 " + std::to_string(ETIMEDOUT)});
}

TEST_CASE("a mount that is under way says so", "[status]") {
  for (const VolumeState state :
       {VolumeState::Mounting, VolumeState::Unmounting}) {
    StatusReport report = sample_status();
    report.volumes.back().state = state;
    report.volumes.back().error.reset();
    CHECK(mounts_of(report).back().error == -1);
  }
}

TEST_CASE("a server is up, down or not known yet", "[status]") {
  StatusReport report = sample_status();
  const auto up_with = [&](ServerState state) {
    report.servers[1].state = state;
    return mounts_of(report).back().up;
  };
  CHECK(up_with(ServerState::Up) == 1);
  CHECK(up_with(ServerState::Suspect) == 1);
  CHECK(up_with(ServerState::Down) == 0);
  CHECK(up_with(ServerState::Unknown) == -1);
  report.servers.clear();
  CHECK(mounts_of(report).back().up == -1);
}

TEST_CASE("a name for which nothing could be mounted is listed with its error",
          "[status]") {
  StatusReport report = sample_status();
  report.volumes.pop_back();
  CHECK(listing(mounts_of(report)).back() ==
        ". /n/bad error 0 localhost 1 " + std::to_string(ETIMEDOUT));

  NodeSnapshot& bad = name(report, "/n/bad");
  bad.type = "nfs";
  bad.info = "srv2:/x";
  CHECK(listing(mounts_of(report)).back() ==
        "srv2:/x /n/bad nfs 0 srv2 0 " + std::to_string(ETIMEDOUT));
}

TEST_CASE("maps are listed, then the map of the root", "[status]") {
  const StatusReport report = sample_status();
  const auto maps = maps_of(report);

  REQUIRE(maps.size() == 2);
  CHECK(maps[0].name == "/etc/amd.n");
  CHECK(maps[0].wildcard == "fs:=/srv");
  CHECK(maps[0].nentries == 7);
  CHECK(maps[0].reloads == 1);
  CHECK(maps[0].refc == 1);
  CHECK(maps[0].up == -1);
  CHECK(maps[1].name == "\"root\"");
  CHECK(maps[1].nentries == 3);
  CHECK(maps[1].modify - maps[0].modify == 86400 - 1000);
}

TEST_CASE("statistics count what waited, was mounted and failed", "[status]") {
  CHECK(
      (stats_of(sample_status()) ==
       rpc::AmqStats{.drops = 9, .stale = 0, .mok = 6, .merr = 2, .uerr = 5}));

  StatusReport report;
  report.tree.counters.deferred = ~std::uint64_t{0};
  CHECK(stats_of(report).drops == 2147483647);
}

TEST_CASE("a directory's name for users is found", "[status]") {
  const StatusReport report = sample_status();
  CHECK(user_path_of(report, "/tmp") == "/n/one");
  CHECK(user_path_of(report, "/tmp/a/b") == "/n/one/a/b");
  CHECK(user_path_of(report, "/a/srv1/home/ann/x") == "/n/sub/x");
  CHECK(user_path_of(report, "/var/log") == "/n/deep/x/log");
  CHECK(user_path_of(report, "/n/files/x") == "/n/files/x");
}

TEST_CASE("a directory that no name leads to has no name for users",
          "[status]") {
  const StatusReport report = sample_status();
  for (const char* path :
       {"", "/", "/tmpfile", "/a/srv1/home", "/a/srv1/home/annabel",
        "/a/srv1/share/x", "/n/deep", "//nil//", "/etc/amd.deep", "tmp"}) {
    INFO(path);
    CHECK(user_path_of(report, path).empty());
  }
}
