// SPDX-License-Identifier: BSD-3-Clause

#include "amd/tree/tree.h"

#include "test/support/printers.h"
#include "test/support/sim.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

constexpr const char* kTree =
    "-opts:=ro,soft,intr;type:=nfs;rfs:=/share/file/tree "
    "rhost:=server1 rhost:=server2";

// The article's map, on an automount point.
struct FileTree : test::Sim {
  explicit FileTree(bool is_kernel = true, TreeSettings settings = {})
      : Sim(is_kernel, std::move(settings)) {
    maps.map("file_map").entries["tree"] = kTree;
    point = add_point("/file", "file_map");
  }
  PointId point;
};

}  // namespace

TEST_CASE("an access mounts the first living server's copy", "[tree]") {
  FileTree sim;

  CHECK(sim.get(sim.point, "tree") == 0);

  CHECK(sim.mounter.source_on("/file/tree") == "server1:/share/file/tree");
  auto spec = sim.mounter.mounted["/file/tree"][0];
  auto* user = std::get_if<UserNfsMount>(&spec.method);
  REQUIRE(user);
  CHECK(user->replicas.size() == 2);
  CHECK(user->replicas[1].server == "server2");
}

TEST_CASE("a name without an entry does not exist, at once", "[tree]") {
  FileTree sim;

  std::uint64_t token = sim.access(sim.point, "nothing");

  CHECK(sim.wait_for(token, 1s) < 1ms);
  CHECK(sim.answer(token) == ENOENT);
  CHECK(sim.tree->snapshot().points[0].nodes.empty());
}

TEST_CASE("names that no map can hold do not exist", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["*"] = "type:=link;fs:=/x";
  for (std::string name :
       {std::string("a b"), std::string("a\"b"), std::string("a@b"),
        std::string("a\tb"), std::string("a\x01"), std::string("a\nb"),
        std::string(""), std::string("."), std::string(".."),
        std::string("a/b"), std::string(300, 'x')}) {
    CAPTURE(name);
    CHECK(sim.get(sim.point, name) == ENOENT);
  }
  CHECK(sim.get(sim.point, std::string(255, 'x')) == 0);
  CHECK(sim.mounter.asked.size() == 1);
}

TEST_CASE("all who wait for a name are answered by one mount", "[tree]") {
  FileTree sim;
  std::vector<std::uint64_t> tokens;

  for (int i = 0; i < 1000; ++i) {
    tokens.push_back(sim.access(sim.point, "tree"));
  }
  sim.loop.run_for(1s);

  for (std::uint64_t token : tokens) {
    REQUIRE(sim.sink.answers[token] == std::vector{0});
  }
  CHECK(sim.mounter.asked.size() == 1);
  CHECK(sim.maps.map("file_map").asked == 2);  // the key and /defaults
}

TEST_CASE("a server that refuses costs no time", "[tree]") {
  FileTree sim;
  sim.probe.servers["server1"].errno_value = ECONNREFUSED;

  std::uint64_t token = sim.access(sim.point, "tree");

  CHECK(sim.wait_for(token, 10s) <= 10ms);
  CHECK(sim.answer(token) == 0);
  CHECK(sim.mounter.source_on("/file/tree") == "server2:/share/file/tree");
  CHECK(sim.has_line("server1:/share/file/tree: server1: Connection refused"));
}

TEST_CASE("a silent server costs its patience, not more", "[tree]") {
  FileTree sim;
  sim.probe.servers["server1"].is_silent = true;

  std::uint64_t token = sim.access(sim.point, "tree");

  CHECK(sim.wait_for(token, 10s) <= 1010ms);
  CHECK(sim.answer(token) == 0);
}

TEST_CASE("a server known to be down is asked after the others", "[tree]") {
  FileTree sim;
  sim.probe.servers["server1"].is_silent = true;
  sim.outlooks["server1"] = {3, true, 1s};

  std::uint64_t token = sim.access(sim.point, "tree");

  CHECK(sim.wait_for(token, 10s) <= 10ms);
  CHECK(sim.probe.asked == std::vector<std::string>{"server2"});
}

TEST_CASE("with all servers dead the access fails within its limit", "[tree]") {
  FileTree sim;

  SECTION("refused: at once") {
    sim.probe.servers["server1"].errno_value = ECONNREFUSED;
    sim.probe.servers["server2"].errno_value = ENETUNREACH;
    std::uint64_t token = sim.access(sim.point, "tree");
    CHECK(sim.wait_for(token, 60s) <= 10ms);
    CHECK(sim.answer(token) == EHOSTUNREACH);
  }
  SECTION("silent: after 12 s") {
    sim.probe.servers["server1"].is_silent = true;
    sim.probe.servers["server2"].is_silent = true;
    std::uint64_t token = sim.access(sim.point, "tree");
    CHECK(sim.wait_for(token, 60s) == 12s);
    CHECK(sim.answer(token) == ETIMEDOUT);
  }
  SECTION("silent, and known to be: both asked at once, after 5 s") {
    sim.probe.servers["server1"].is_silent = true;
    sim.probe.servers["server2"].is_silent = true;
    sim.outlooks["server1"] = sim.outlooks["server2"] = {3, true, 1s};
    std::uint64_t token = sim.access(sim.point, "tree");
    CHECK(sim.probe.asked.empty());
    sim.loop.run_for(1ms);
    CHECK(sim.probe.asked.size() == 2);
    CHECK(sim.wait_for(token, 60s) < 5s);
    CHECK(sim.answer(token) == ETIMEDOUT);
  }
  SECTION("no permission is told as such") {
    sim.probe.servers["server1"].is_silent = true;
    sim.probe.servers["server2"].errno_value = EACCES;
    CHECK(sim.get(sim.point, "tree") == EACCES);
  }

  auto nodes = sim.tree->snapshot().points[0].nodes;
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].state == "failed");
  CHECK(nodes[0].failure.find("file_map:1:") != std::string::npos);
  CHECK(nodes[0].failure.find("server1:/share/file/tree: ") !=
        std::string::npos);
  CHECK(nodes[0].failure.find("server2:/share/file/tree: ") !=
        std::string::npos);
  sim.loop.run_for(20s);
  CHECK(sim.tree->snapshot().points[0].nodes.empty());
  CHECK(sim.probe.running.empty());
}

TEST_CASE("a server that comes back is used again at once", "[tree]") {
  FileTree sim;
  sim.probe.servers["server1"].errno_value = ECONNREFUSED;
  sim.probe.servers["server2"].errno_value = ECONNREFUSED;
  CHECK(sim.get(sim.point, "tree") == EHOSTUNREACH);

  sim.probe.servers["server1"].errno_value = 0;

  CHECK(sim.get(sim.point, "tree") == 0);
}

TEST_CASE("a waiting access is served as soon as a server comes up", "[tree]") {
  FileTree sim;
  sim.probe.servers["server1"].is_silent = true;
  sim.probe.servers["server2"].is_silent = true;
  sim.outlooks["server1"] = sim.outlooks["server2"] = {3, true, 1s};
  std::uint64_t token = sim.access(sim.point, "tree");
  sim.loop.run_for(3s);

  sim.probe.servers["server2"].is_silent = false;
  sim.tree->on_server_up("server2");

  CHECK(sim.wait_for(token, 10s) <= 10ms);
  CHECK(sim.answer(token) == 0);
}

TEST_CASE("when a mount fails the next server is taken", "[tree]") {
  FileTree sim;
  sim.mounting.failing["server1:/share/file/tree"] = ESTALE;

  CHECK(sim.get(sim.point, "tree") == 0);

  CHECK(sim.mounter.source_on("/file/tree") == "server2:/share/file/tree");
}

TEST_CASE("a server that failed is not asked twice for one access", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["x"] =
      "-type:=nfs;opts:=ro;rfs:=/x rhost:=server1 rhost:=server2 "
      "rhost:=server3";
  sim.probe.servers["server1"].errno_value = ECONNREFUSED;
  sim.mounting.failing["server2:/x"] = ESTALE;

  CHECK(sim.get(sim.point, "x") == 0);

  CHECK(sim.probe.asked ==
        std::vector<std::string>{"server1", "server2", "server3"});
  auto spec = sim.mounter.mounted["/file/x"][0];
  CHECK(std::get<UserNfsMount>(spec.method).replicas.size() == 3);
}

TEST_CASE("locations of other kinds are tried in their order", "[tree]") {
  FileTree sim;
  sim.world.existing.insert("/there");
  auto& entries = sim.maps.map("file_map").entries;

  SECTION("link after dead servers") {
    entries["x"] = "type:=nfs;rhost:=dead type:=link;fs:=/local";
    sim.probe.servers["dead"].errno_value = ECONNREFUSED;
    CHECK(sim.get(sim.point, "x") == 0);
    CHECK(sim.mounter.source_on("/file/x") == "/local");
  }
  SECTION("linkx that leads nowhere, then one that does not") {
    entries["x"] = "type:=linkx;fs:=/gone type:=linkx;fs:=/there";
    CHECK(sim.get(sim.point, "x") == 0);
    CHECK(sim.mounter.source_on("/file/x") == "/there");
  }
  SECTION("linkx that leads nowhere") {
    entries["x"] = "type:=linkx;fs:=/gone";
    CHECK(sim.get(sim.point, "x") == ENOENT);
  }
  SECTION("a type that this system lacks is passed over") {
    entries["x"] = "type:=host;rhost:=a type:=lofs;rfs:=/usr";
    CHECK(sim.get(sim.point, "x") == 0);
    CHECK(sim.mounter.source_on("/file/x") == "/usr");
  }
  SECTION("error") {
    entries["x"] = "type:=error";
    CHECK(sim.get(sim.point, "x") == ENOENT);
  }
  SECTION("the world is asked for what an entry wants to know") {
    entries["x"] =
        "exists(/gone);type:=link;fs:=/a exists(/there);"
        "type:=link;fs:=/b";
    CHECK(sim.get(sim.point, "x") == 0);
    CHECK(sim.mounter.source_on("/file/x") == "/b");
  }
  SECTION("no location matches this host") {
    entries["x"] = "host==elsewhere;type:=link;fs:=/a";
    CHECK(sim.get(sim.point, "x") == ENOENT);
  }
}

TEST_CASE("a link is bound in place, or linked when that cannot be", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["x"] = "type:=link;fs:=/local";

  CHECK(sim.get(sim.point, "x") == 0);
  CHECK(std::holds_alternative<BindMount>(
      sim.mounter.mounted["/file/x"][0].method));

  sim.expire(sim.point, "x");
  sim.mounter.on_asked = [&](const auto& operation) {
    bool is_bind = std::holds_alternative<BindMount>(operation.spec.method);
    sim.loop.post([&sim, is_bind] {
      auto op = sim.mounter.take();
      sim.mounter.report(op,
                         is_bind ? Result<void>(fail(ENOTDIR, "bind"))
                                 : sim.mounter.carry_out(op),
                         sim.loop.now());
    });
  };
  CHECK(sim.get(sim.point, "x") == 0);
  CHECK(std::holds_alternative<SymbolicLink>(
      sim.mounter.mounted["/file/x"][0].method));
}

TEST_CASE("helpers that hang delay a link, but do not fail it", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["x"] = "type:=link;fs:=/local";
  int hung = 0;
  sim.mounter.on_asked = [&](const auto& operation) {
    bool hangs = hung < 4;
    if (hangs) ++hung;
    sim.loop.call_at(hangs ? operation.deadline : sim.loop.now(), [&, hangs] {
      auto op = sim.mounter.take();
      sim.mounter.report(op,
                         hangs ? Result<void>(fail(ETIMEDOUT, "helper"))
                               : sim.mounter.carry_out(op),
                         sim.loop.now());
    });
  };

  std::uint64_t token = sim.access(sim.point, "x");

  CHECK(sim.wait_for(token, 60s) <= 13s);
  CHECK(sim.answer(token) == 0);
}

TEST_CASE("names with a sublink share one mount", "[tree]") {
  FileTree sim;
  auto& entries = sim.maps.map("file_map").entries;
  entries["*"] = "type:=nfs;rhost:=server1;rfs:=/home;sublink:=${key}";

  CHECK(sim.get(sim.point, "ann") == 0);
  CHECK(sim.get(sim.point, "bob") == 0);

  CHECK(sim.mounter.source_on("/a/server1/home") == "server1:/home");
  CHECK(sim.mounter.source_on("/file/ann") == "/a/server1/home/ann");
  CHECK(sim.mounter.mounted["/a/server1/home"].size() == 1);
  CHECK(sim.expire(sim.point, "ann") == 0);
  sim.loop.run_for(1s);
  CHECK(sim.mounter.is_mounted("/a/server1/home"));
  CHECK(sim.expire(sim.point, "bob") == 0);
  sim.loop.run_for(1s);
  CHECK(sim.mounter.mounted.empty());
}

TEST_CASE("an idle name is unmounted, a busy one stays", "[tree]") {
  FileTree sim;
  CHECK(sim.get(sim.point, "tree") == 0);
  sim.mounter.busy.insert("/file/tree");

  CHECK(sim.expire(sim.point, "tree") == EBUSY);
  CHECK(sim.mounter.is_mounted("/file/tree"));
  sim.mounter.busy.clear();
  CHECK(sim.expire(sim.point, "tree") == 0);

  CHECK(sim.mounter.mounted.empty());
  CHECK(sim.tree->snapshot().points[0].nodes.empty());
  CHECK(sim.expire(sim.point, "tree") == 0);  // was not there
}

TEST_CASE("options keep a name from expiring", "[tree]") {
  FileTree sim;
  auto& entries = sim.maps.map("file_map").entries;
  entries["never"] = "type:=link;fs:=/x;opts:=nounmount";
  entries["long"] = "type:=link;fs:=/x;opts:=utimeout=1000";
  CHECK(sim.get(sim.point, "never") == 0);
  CHECK(sim.get(sim.point, "long") == 0);

  sim.loop.run_for(300s);
  CHECK(sim.expire(sim.point, "never") == EBUSY);
  CHECK(sim.expire(sim.point, "long") == EBUSY);
  sim.loop.run_for(300s);
  CHECK(sim.expire(sim.point, "long") == EBUSY);
  sim.loop.run_for(400s);
  CHECK(sim.expire(sim.point, "long") == 0);
}

TEST_CASE("a front end without idle times leaves them to the tree", "[tree]") {
  FileTree sim(false);
  CHECK(sim.get(sim.point, "tree") == 0);
  std::string target = "/a/server1/share/file/tree";
  REQUIRE(sim.mounter.is_mounted(target));

  sim.loop.run_for(200s);
  CHECK(sim.get(sim.point, "tree") == 0);  // a use
  sim.loop.run_for(299s);
  CHECK(sim.mounter.is_mounted(target));
  sim.mounter.busy.insert(target);
  sim.loop.run_for(2s);
  CHECK(sim.mounter.asked.size() == 2);
  sim.loop.run_for(119s);
  CHECK(sim.mounter.asked.size() == 2);
  sim.loop.run_for(1s);
  CHECK(sim.mounter.asked.size() == 3);
  sim.mounter.busy.clear();
  sim.loop.run_for(240s);

  CHECK(sim.mounter.mounted.empty());
}

TEST_CASE("a mounted name that the kernel misses is mounted again", "[tree]") {
  FileTree sim;
  CHECK(sim.get(sim.point, "tree") == 0);

  SECTION("it is gone") {
    sim.mounter.mounted.clear();
    CHECK(sim.get(sim.point, "tree") == 0);
  }
  SECTION("it is there after all, in use") {
    sim.mounter.busy.insert("/file/tree");
    CHECK(sim.get(sim.point, "tree") == 0);
  }

  CHECK(sim.mounter.mounted["/file/tree"].size() == 1);
}

TEST_CASE("an access during the unmount mounts again", "[tree]") {
  FileTree sim;
  CHECK(sim.get(sim.point, "tree") == 0);
  std::uint64_t expire = sim.sink.next;
  sim.tree->expire(sim.point, "tree", sim.sink.make());

  std::uint64_t access = sim.access(sim.point, "tree");
  sim.loop.run_for(1s);

  CHECK(sim.answer(expire) == 0);
  CHECK(sim.answer(access) == 0);
  CHECK(sim.mounter.is_mounted("/file/tree"));
}

TEST_CASE("a server that goes down is left by kernel mounts with another one",
          "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["rw"] =
      "-type:=nfs;opts:=rw;rfs:=/rw rhost:=server1 rhost:=server2";
  sim.maps.map("file_map").entries["v4"] =
      "-type:=nfs;opts:=ro,vers=4;rfs:=/v4 rhost:=server1 rhost:=server2";
  sim.maps.map("file_map").entries["one"] = "type:=nfs;rhost:=server1";
  for (const char* name : {"tree", "rw", "v4", "one"}) {
    REQUIRE(sim.get(sim.point, name) == 0);
  }
  sim.mounter.busy = {"/file/v4", "/file/tree", "/file/one"};

  sim.tree->on_server_down("server1");
  sim.loop.run_for(10s);

  CHECK_FALSE(sim.mounter.is_mounted("/file/rw"));
  CHECK_FALSE(sim.mounter.is_mounted("/file/v4"));  // detached
  CHECK(sim.mounter.is_mounted("/file/tree"));      // the engine sees to it
  CHECK(sim.mounter.is_mounted("/file/one"));       // there is no other
  sim.probe.servers["server1"].is_silent = true;
  sim.outlooks["server1"] = {3, true, 1s};
  CHECK(sim.get(sim.point, "v4") == 0);
  CHECK(sim.mounter.source_on("/file/v4") == "server2:/v4");
}

TEST_CASE("a better server that comes back is used by the next access",
          "[tree]") {
  FileTree sim;
  sim.outlooks["server1"] = {3, true, 1s};
  REQUIRE(sim.get(sim.point, "tree") == 0);
  REQUIRE(sim.mounter.source_on("/file/tree") == "server2:/share/file/tree");
  sim.outlooks["server1"] = {0, false, 1s};

  SECTION("when nobody uses the mount") {
    sim.tree->on_server_up("server1");
    sim.loop.run_for(1s);
    CHECK(sim.get(sim.point, "tree") == 0);
    CHECK(sim.mounter.source_on("/file/tree") == "server1:/share/file/tree");
  }
  SECTION("but not under somebody's feet") {
    sim.mounter.busy.insert("/file/tree");
    sim.tree->on_server_up("server1");
    sim.loop.run_for(1s);
    CHECK(sim.mounter.source_on("/file/tree") == "server2:/share/file/tree");
    CHECK(sim.tree->snapshot().points[0].nodes[0].state == "ready");
  }
  SECTION("nor when it is no better") {
    sim.outlooks["server1"] = {1, false, 1s};
    sim.tree->on_server_up("server1");
    sim.loop.run_for(1s);
    CHECK(sim.mounter.asked.size() == 1);
  }
}

TEST_CASE("auto makes an automount point that expires after its names",
          "[tree]") {
  FileTree sim;
  auto& entries = sim.maps.map("file_map").entries;
  entries["sub"] = "type:=auto;fs:=.";
  entries["sub/x"] = "type:=link;fs:=/x";

  CHECK(sim.get(sim.point, "sub") == 0);
  REQUIRE(sim.front_end.attached.size() == 2);
  PointId sub = sim.front_end.attached.rbegin()->first;
  CHECK(sim.front_end.attached[sub].path == "/file/sub");
  CHECK(sim.front_end.attached[sub].nested);
  CHECK_FALSE(sim.front_end.attached[sim.point].nested);
  CHECK(sim.get(sub, "x") == 0);
  CHECK(sim.mounter.source_on("/file/sub/x") == "/x");
  CHECK(sim.expire(sim.point, "sub") == EBUSY);
  CHECK(sim.expire(sub, "x") == 0);
  CHECK(sim.expire(sim.point, "sub") == 0);

  CHECK(sim.front_end.attached.size() == 1);
  CHECK(sim.tree->snapshot().points.size() == 1);
}

TEST_CASE("a nested map that cannot be had fails its location", "[tree]") {
  FileTree sim;
  auto& entries = sim.maps.map("file_map").entries;
  entries["a"] = "type:=auto;fs:=m;maptype:=nis type:=link;fs:=/x";
  entries["b"] = "type:=auto;fs:=m type:=link;fs:=/x";
  sim.front_end.bad.insert("/file/b");

  CHECK(sim.get(sim.point, "a") == 0);
  CHECK(sim.get(sim.point, "b") == 0);

  CHECK(sim.mounter.source_on("/file/a") == "/x");
  CHECK(sim.mounter.source_on("/file/b") == "/x");
  CHECK(sim.tree->snapshot().points.size() == 1);
}

TEST_CASE("delay holds a location back, and only that one", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["x"] =
      "-type:=nfs;rfs:=/x rhost:=server1;delay:=3 rhost:=server2";

  std::uint64_t token = sim.access(sim.point, "x");

  Duration took = sim.wait_for(token, 60s);
  CHECK(took >= 3s);
  CHECK(took < 3100ms);
  CHECK(sim.answer(token) == 0);
}

TEST_CASE("an access ends at its deadline whatever hangs", "[tree]") {
  FileTree sim;

  SECTION("the map") {
    sim.maps.map("file_map").delay = 100s;
  }
  SECTION("the world") {
    sim.maps.map("file_map").entries["tree"] = "exists(/x);type:=link;fs:=/x";
    sim.world.delay = 100s;
  }
  SECTION("the mounter") {
    sim.mounting.failing["/file/tree"] = -1;
  }

  std::uint64_t token = sim.access(sim.point, "tree");
  CHECK(sim.wait_for(token, 60s) <= 40s);
  CHECK(sim.answer(token) == ETIMEDOUT);
  sim.loop.run_for(200s);
  CHECK(sim.sink.answers[token].size() == 1);
}

TEST_CASE("a map that cannot be read is no entry", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").error = Error(Errc::MapNotFound, "file_map");

  CHECK(sim.get(sim.point, "tree") == ENOENT);
  CHECK(sim.has_line("file_map: map not found"));
}

TEST_CASE("bad words of an entry are told once, the rest goes on", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["x"] = "junk;type:=link;fs:=/x";

  CHECK(sim.get(sim.point, "x") == 0);
  sim.expire(sim.point, "x");
  CHECK(sim.get(sim.point, "x") == 0);

  auto told = std::count_if(sim.lines.begin(), sim.lines.end(),
                            [](const std::string& line) {
                              return line.find("junk") != std::string::npos;
                            });
  CHECK(told == 1);
}

TEST_CASE("amq -u unmounts a name, or says why not", "[tree]") {
  FileTree sim;
  sim.maps.map("file_map").entries["never"] =
      "type:=link;fs:=/x;"
      "opts:=nounmount";
  REQUIRE(sim.get(sim.point, "never") == 0);
  REQUIRE(sim.get(sim.point, "tree") == 0);
  sim.mounter.busy.insert("/file/tree");
  std::map<std::string, int> results;
  for (const std::string path : {"/file/never", "/file/tree", "/file/none"}) {
    sim.tree->start_unmount(path, [&results, path](const Result<void>& r) {
      results[path] = r ? 0 : errno_of(r.error());
    });
  }

  sim.loop.run_for(1s);

  CHECK(results["/file/never"] == 0);
  CHECK(results["/file/tree"] == EBUSY);
  CHECK(results["/file/none"] == ENOENT);
}

TEST_CASE("the end unmounts from the leaves up and says what stays", "[tree]") {
  FileTree sim;
  auto& entries = sim.maps.map("file_map").entries;
  entries["sub"] = "type:=auto;fs:=.";
  entries["sub/x"] = "type:=link;fs:=/x";
  entries["home"] = "type:=nfs;rhost:=server1;rfs:=/home;sublink:=a";
  REQUIRE(sim.get(sim.point, "sub") == 0);
  PointId sub = sim.front_end.attached.rbegin()->first;
  REQUIRE(sim.get(sub, "x") == 0);
  REQUIRE(sim.get(sim.point, "home") == 0);
  REQUIRE(sim.get(sim.point, "tree") == 0);

  SECTION("nothing is busy") {
    CHECK(sim.shut_down().empty());
    CHECK(sim.mounter.mounted.empty());
    CHECK(sim.front_end.attached.empty());
    CHECK(sim.volumes->size() == 0);
  }
  SECTION("a name in the middle is busy") {
    sim.mounter.busy.insert("/file/sub/x");
    sim.front_end.busy = {"/file/sub", "/file"};
    auto busy = sim.shut_down();
    std::sort(busy.begin(), busy.end());
    CHECK(busy ==
          std::vector<std::string>{"/file", "/file/sub", "/file/sub/x"});
    CHECK(sim.mounter.mounted.size() == 1);
  }
  SECTION("accesses that wait are answered") {
    sim.probe.servers["server9"].is_silent = true;
    entries["y"] = "type:=nfs;rhost:=server9";
    std::uint64_t token = sim.access(sim.point, "y");
    sim.loop.run_for(100ms);
    CHECK(sim.shut_down().empty());
    CHECK(sim.answer(token) == ENOENT);
    CHECK(sim.get(sim.point, "tree") == ENOENT);
  }
}

TEST_CASE("front ends with links leave mounts behind unless told otherwise",
          "[tree]") {
  TreeSettings settings;
  settings.unmount_on_exit = GENERATE(false, true);
  FileTree sim(false, settings);
  REQUIRE(sim.get(sim.point, "tree") == 0);

  CHECK(sim.shut_down().empty());

  CHECK(sim.mounter.mounted.empty() == settings.unmount_on_exit);
}

TEST_CASE("an automount point that somebody unmounts is given up", "[tree]") {
  FileTree sim;
  REQUIRE(sim.get(sim.point, "tree") == 0);

  sim.tree->on_point_lost(sim.point, errno_error(EPIPE, "autofs"));
  sim.loop.run_for(1s);

  CHECK(sim.tree->snapshot().points.empty());
  CHECK(sim.mounter.mounted.empty());
  CHECK(sim.get(sim.point, "tree") == ENOENT);
}

TEST_CASE("one directory is one automount point", "[tree]") {
  FileTree sim;
  PointConfig config;
  config.path = "/file";
  config.map.name = "other";
  CHECK_FALSE(sim.tree->start_point(config, sim.front_end, [](auto) {}));
  config.path = "/other";
  config.map.type = "nis";
  CHECK_FALSE(sim.tree->start_point(config, sim.front_end, [](auto) {}));
}

TEST_CASE("a snapshot shows what amq lists", "[tree]") {
  FileTree sim;
  REQUIRE(sim.get(sim.point, "tree") == 0);
  sim.loop.run_for(7s);

  TreeSnapshot shown = sim.tree->snapshot();

  REQUIRE(shown.points.size() == 1);
  CHECK(shown.points[0].path == "/file");
  CHECK(shown.points[0].map_name == "file_map");
  REQUIRE(shown.points[0].nodes.size() == 1);
  const NodeSnapshot& node = shown.points[0].nodes[0];
  CHECK(node.path == "/file/tree");
  CHECK(node.type == "nfs");
  CHECK(node.info == "server1:/share/file/tree");
  CHECK(node.mount_point == "/file/tree");
  CHECK(node.state == "ready");
  CHECK(node.ready_for >= 7s);
  CHECK(shown.counters.mounts_ok == 1);
  CHECK(shown.counters.lookups == 1);
}

}  // namespace amd
