// SPDX-License-Identifier: BSD-3-Clause
#include "conf/changes.h"

#include <catch2/catch.hpp>

#include "conf/nfs_retry.h"
#include "test/conf/random_settings.h"

using namespace amd::conf;

namespace {

MapSettings map_of(const std::string& directory) {
  MapSettings map;
  map.directory = directory;
  map.map_name.value = "map";
  return map;
}

}  // namespace

TEST_CASE("equal settings have no changes, whatever their origins", "[conf]") {
  for (uint32_t seed = 1; seed <= 20; seed++) {
    const Settings a = random_settings(seed, WithStructures::Yes);
    Settings b = a;
    b.global.arch.origin = {Origin::Kind::Flag, "-A"};
    CHECK(compare(a, b).empty());
  }
}

TEST_CASE("changes say what a running amd can take over", "[conf]") {
  Settings running;
  running.maps = {map_of("/a"), map_of("/b")};
  Settings wanted;
  wanted.maps = {map_of("/b"), map_of("/c")};
  wanted.global.cache_duration = {60, {Origin::Kind::File, "amd.conf:2:1"}};
  wanted.global.auto_dir = {"/x", {Origin::Kind::File, "amd.conf:3:1"}};
  wanted.maps[0].map_options.value = "cache:=inc";

  const Changes changes = compare(running, wanted);

  REQUIRE(changes.values.size() == 3);
  CHECK(to_text(changes.values[0]) == "auto_dir: /a -> /x (amd.conf:3:1)");
  CHECK(changes.values[0].needs_restart());
  CHECK(to_text(changes.values[1]) ==
        "cache_duration: 300 -> 60 (amd.conf:2:1)");
  CHECK_FALSE(changes.values[1].needs_restart());
  CHECK(to_text(changes.values[2]) ==
        "/b: map_options: not set -> cache:=inc (default)");
  CHECK(changes.added_maps == std::vector<std::string>{"/c"});
  CHECK(changes.removed_maps == std::vector<std::string>{"/a"});
  CHECK_FALSE(changes.structures);

  keep_running_values(running, wanted);
  CHECK(wanted.global.auto_dir.value == "/a");
  CHECK(wanted.global.cache_duration.value == 60);
}

TEST_CASE("a change of the structures is noticed", "[conf]") {
  Settings running;
  Settings wanted;
  wanted.amq_access.push_back({true, AmqRight::Read, "local", {}});

  CHECK(compare(running, wanted).structures);
  CHECK_FALSE(compare(wanted, wanted).structures);
}

TEST_CASE("NFS retries are as am-utils computes them", "[conf]") {
  CHECK_FALSE(nfs_retry(-1, -1).timeo);
  CHECK_FALSE(nfs_retry(-1, -1).retrans);
  CHECK(nfs_retry(13, -1).timeo == 13);
  CHECK(nfs_retry(0, 5).timeo == 8);
  CHECK(nfs_retry(0, 5).retrans == 5);
  CHECK(nfs_retry(-1, 0).retrans == 110);
  CHECK(nfs_retry(20, 0).retrans == 50);
  CHECK(nfs_retry(1000000, 0).retrans == 10);
}
