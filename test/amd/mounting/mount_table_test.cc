// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/mount_table.h"

#include <sys/sysmacros.h>

#include "test/support/printers.h"

using namespace amd;

TEST_CASE("a line of mountinfo is taken apart", "[mounting][table]") {
  const auto table = parse_mount_table(
      "36 35 98:5 /mnt1 /mnt2 rw,noatime shared:1 master:2 - ext3 /dev/root "
      "rw,errors=continue\n");

  REQUIRE(table.entries.size() == 1);
  const MountEntry& e = table.entries[0];
  CHECK(e.id == 36);
  CHECK(e.parent == 35);
  CHECK(e.device == makedev(98, 5));
  CHECK(e.root == "/mnt1");
  CHECK(e.target == "/mnt2");
  CHECK(e.options == "rw,noatime");
  CHECK(e.is_shared);
  CHECK(e.fstype == "ext3");
  CHECK(e.source == "/dev/root");
  CHECK(e.super_options == "rw,errors=continue");
}

TEST_CASE("blanks and backslashes come unescaped", "[mounting][table]") {
  const auto table = parse_mount_table(
      "1 0 0:5 / /a\\040b\\134c\\1x rw - autofs amd2:\\0111 rw\n");

  REQUIRE(table.entries.size() == 1);
  CHECK(table.entries[0].target == "/a b\\c\\1x");
  CHECK(table.entries[0].source == "amd2:\t1");
}

TEST_CASE("a bad line is counted and the others are kept",
          "[mounting][table]") {
  const auto table = parse_mount_table(
      "1 0 0:5 / / rw - ext4 a rw\n"
      "x 0 0:5 / /x rw - ext4 a rw\n"
      "2 0 05 / /x rw - ext4 a rw\n"
      "3 0 0:5 / x rw - ext4 a rw\n"
      "4 0 0:5 / /x rw shared:1\n"
      "5 1 0:6 / /y rw - tmpfs none rw");

  CHECK(table.entries.size() == 2);
  CHECK(table.bad_lines == 4);
}

TEST_CASE("the uppermost mount of a target is found", "[mounting][table]") {
  const auto table = parse_mount_table(
      "1 0 0:5 / /a rw - ext4 one rw\n"
      "2 1 0:6 / /a rw - ext4 two rw\n"
      "3 2 0:7 / /a/b rw - ext4 three rw\n"
      "4 2 0:7 / /ab rw - ext4 four rw\n");

  REQUIRE(table.find("/a") != nullptr);
  CHECK(table.find("/a")->source == "two");
  CHECK(table.find("/c") == nullptr);
  REQUIRE(table.below("/a").size() == 1);
  CHECK(table.below("/a")[0]->source == "three");
}

TEST_CASE("this system's own mount table is read", "[mounting][table]") {
  const auto table = read_mount_table();

  REQUIRE(table);
  CHECK(table->bad_lines == 0);
  CHECK(table->find("/") != nullptr);
}
