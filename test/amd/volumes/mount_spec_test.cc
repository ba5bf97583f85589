// SPDX-License-Identifier: BSD-3-Clause

#include "amd/volumes/mount_spec.h"

#include "test/support/printers.h"

namespace amd {

TEST_CASE("a spec says what is mounted where", "[volumes]") {
  MountSpec spec;
  spec.target = "/n/k";

  SECTION("nfs") {
    spec.method = KernelNfsMount{.replica = {.server = "s1", .path = "/x"}};
    CHECK(to_text(spec) == "s1:/x on /n/k");
    CHECK(servers_of(spec) == std::vector<std::string>{"s1"});
  }
  SECTION("replicated nfs") {
    spec.method = UserNfsMount{
        {{.server = "s1", .path = "/x"}, {.server = "s2", .path = "/y"}}};
    CHECK(to_text(spec) == "s1:/x on /n/k");
    CHECK(servers_of(spec) == std::vector<std::string>{"s1", "s2"});
  }
  SECTION("disk") {
    spec.method = KernelMount{"ext4", "/dev/sda1"};
    CHECK(to_text(spec) == "/dev/sda1 on /n/k");
    CHECK(servers_of(spec).empty());
  }
  SECTION("program") {
    spec.method = ProgramMount{{"/sbin/mount", "mount", "/dev/x", "/n/k"}, {}};
    CHECK(to_text(spec) == "mount /dev/x /n/k on /n/k");
  }
}

}  // namespace amd
