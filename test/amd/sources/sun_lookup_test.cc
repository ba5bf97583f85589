// SPDX-License-Identifier: BSD-3-Clause
#include "amd/sources/sun_lookup.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace amd;

namespace {

struct Sun {
  explicit Sun(std::string t) : text(std::move(t)), index(text) {}
  std::string text;
  maplang::MapIndex index;
  std::vector<std::string> said;

  std::optional<MapEntryText> find(const std::string& key) {
    return find_in_sun_map(
        index, "/etc/auto_x", key,
        [this](const maplang::Diagnostic& d) { said.push_back(d.message); });
  }
};

constexpr const char* kMap =
    "tree\t-ro,soft\tserver1:/share/file/tree server2:/share/file/tree\n"
    "src /bin srv:/bin /man -ro srv:/man\n"
    "*\tsrv:/home/&\n";

}  // namespace

TEST_CASE("an entry of a Sun map becomes one of amd's", "[sources][sun]") {
  Sun sun(kMap);
  const auto tree = sun.find("tree");

  REQUIRE(tree);
  CHECK(tree->matched == "tree");
  CHECK(tree->origin.position_of(0).line == 1);
  CHECK(tree->value.find("rhost:=server1") != std::string::npos);
  CHECK(tree->value.find("rhost:=server2") != std::string::npos);
  CHECK(tree->value.find("addopts:=ro,soft") != std::string::npos);
  CHECK(sun.said.empty());
}

TEST_CASE("mount points below a key of a Sun map are keys", "[sources][sun]") {
  Sun sun(kMap);
  const auto src = sun.find("src");
  const auto man = sun.find("src/man");

  REQUIRE(src);
  CHECK(src->value.find("type:=auto") != std::string::npos);
  REQUIRE(man);
  CHECK(man->matched == "src/man");
  CHECK(man->value.find("rfs:=/man") != std::string::npos);
}

TEST_CASE("the wildcard of a Sun map serves other keys, and not /defaults",
          "[sources][sun]") {
  Sun sun(kMap);
  const auto ann = sun.find("ann");

  REQUIRE(ann);
  CHECK(ann->matched == "*");
  CHECK(ann->value.find("rfs:=/home/${key}") != std::string::npos);
  CHECK_FALSE(sun.find("/defaults"));
}
