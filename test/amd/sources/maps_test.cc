// SPDX-License-Identifier: BSD-3-Clause

#include "amd/sources/maps.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "test/support/fake_clock.h"
#include "test/support/printers.h"

namespace amd {
namespace {

Post into(test::FakeLoop& loop) {
  return [&loop](std::function<void()> task) { loop.post(std::move(task)); };
}

}  // namespace

TEST_CASE("a map is opened once for all who name it", "[sources]") {
  test::FakeLoop loop;
  Maps maps(loop.clock, into(loop));

  auto first = maps.open({"/etc/amd.home", "", ""});
  auto second = maps.open({"/etc/amd.home", "nis", ""});

  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first == *second);
  CHECK(maps.info().size() == 1);
}

TEST_CASE("a map type that is not there is refused by name", "[sources]") {
  test::FakeLoop loop;
  Maps maps(loop.clock, into(loop));

  auto nis = maps.open({"amd.home", "nis", ""});
  auto union_map = maps.open({"union:/a:/b", "", ""});
  auto junk = maps.open({"amd.home", "junk", ""});

  REQUIRE_FALSE(nis);
  CHECK(nis.error().message().find("nis are not there yet") !=
        std::string::npos);
  CHECK(nis.error().code.value() == ENOTSUP);
  REQUIRE_FALSE(union_map);
  REQUIRE_FALSE(junk);
  CHECK(junk.error().code.value() == EINVAL);
}

TEST_CASE("the form of a name says what it is", "[sources]") {
  CHECK(type_of_name("/etc/amd.home") == "file");
  CHECK(type_of_name("amd.home") == "file");
  CHECK(type_of_name("union:/a:/b") == "union");
  CHECK(type_of_name("hesiod.home") == "hesiod");
  CHECK(type_of_name("/etc/passwd") == "passwd");
  CHECK(type_of_name("/etc/passwd:type:=link") == "passwd");
}

TEST_CASE("a name without a slash is looked for in the search path",
          "[sources]") {
  char name[] = "/tmp/amd-maps-XXXXXX";
  std::string dir = ::mkdtemp(name);
  std::filesystem::create_directories(dir + "/b");
  std::ofstream(dir + "/b/amd.home") << "one fs:=/1\n";
  std::string search_path = dir + "/a::" + dir + "/b";

  CHECK(find_map_file("amd.home", search_path) == dir + "/b/amd.home");
  CHECK(find_map_file("amd.net", search_path) == "amd.net");
  CHECK(find_map_file("/x/amd.home", search_path) == "/x/amd.home");
  CHECK(find_map_file("amd.home", "") == "amd.home");
  std::filesystem::remove_all(dir);
}

}  // namespace amd
