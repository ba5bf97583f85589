// SPDX-License-Identifier: BSD-3-Clause

#include "amd/fstypes/candidates.h"

#include "test/support/printers.h"

namespace amd {
namespace {

maplang::ResolvedLocation nfs(const std::string& server,
                              const std::string& opts = "ro,soft") {
  maplang::ResolvedLocation location;
  location.type = location.resolved_type = "nfs";
  location.rhost = server;
  location.rfs = "/share";
  location.fs = "/a/" + server + "/share";
  location.opts = location.remopts = opts;
  location.origin = "map:1:" + server;
  return location;
}

maplang::ResolvedLocation link(const std::string& fs) {
  maplang::ResolvedLocation location;
  location.type = location.resolved_type = "link";
  location.fs = fs;
  return location;
}

// "user(server1,server2) kernel(server3) other": the plans in short.
std::string shape(const std::vector<maplang::ResolvedLocation>& locations,
                  const PlanSettings& settings = {}, bool in_place = true) {
  PlanContext context;
  context.path = "/n/key";
  context.in_place = in_place;
  std::string text;
  for (const Plan& plan : make_candidates(locations, settings, context).plans) {
    if (!text.empty()) text += ' ';
    if (plan.replicas.empty()) {
      text += "other";
      continue;
    }
    bool is_user = std::holds_alternative<UserNfsMount>(plan.mount->method);
    text += is_user ? "user(" : "kernel(";
    for (const NfsReplica& replica : plan.replicas) {
      if (text.back() != '(') text += ',';
      text += replica.server;
    }
    text += ')';
  }
  return text;
}

}  // namespace

TEST_CASE("read-only copies become one mount of the userspace engine",
          "[fstypes]") {
  CHECK(shape({nfs("s1"), nfs("s2"), nfs("s3")}) == "user(s1,s2,s3)");
  CHECK(shape({nfs("s1"), nfs("s2")}, {}, false) == "user(s1,s2)");
}

TEST_CASE("what is not a read-only copy is the kernel's", "[fstypes]") {
  CHECK(shape({nfs("s1")}) == "kernel(s1)");
  CHECK(shape({nfs("s1", "rw"), nfs("s2", "rw")}) == "kernel(s1) kernel(s2)");
  CHECK(shape({nfs("s1", "ro,soft"), nfs("s2", "ro,hard")}) ==
        "kernel(s1) kernel(s2)");
  CHECK(shape({nfs("s1"), link("/x"), nfs("s2")}) ==
        "kernel(s1) other kernel(s2)");
  CHECK(shape({nfs("s1", "ro,vers=4"), nfs("s2", "ro,vers=4")}) ==
        "kernel(s1) kernel(s2)");
  CHECK(shape({nfs("s1", "ro,sec=krb5"), nfs("s2", "ro,sec=krb5")}) ==
        "kernel(s1) kernel(s2)");
}

TEST_CASE("different places below fs are different files", "[fstypes]") {
  auto one = nfs("s1");
  auto two = nfs("s2");
  one.sublink = one.fs + "/sub";
  two.sublink = two.fs + "/sub";
  CHECK(shape({one, two}) == "user(s1,s2)");
  two.sublink = two.fs + "/other";
  CHECK(shape({one, two}) == "kernel(s1) kernel(s2)");
  two.sublink.clear();
  CHECK(shape({one, two}) == "kernel(s1) kernel(s2)");
}

TEST_CASE("fs set to different directories keeps mounts apart", "[fstypes]") {
  auto one = nfs("s1");
  auto two = nfs("s2");
  one.fs = "/x";
  two.fs = "/y";
  CHECK(shape({one, two}, {}, false) == "kernel(s1) kernel(s2)");
  two.fs = "/x";
  CHECK(shape({one, two}, {}, false) == "user(s1,s2)");
}

TEST_CASE("nfs_engine decides, as far as it can", "[fstypes]") {
  PlanSettings settings;
  settings.nfs_engine = NfsEngine::Kernel;
  CHECK(shape({nfs("s1"), nfs("s2")}, settings) == "kernel(s1) kernel(s2)");
  settings.nfs_engine = NfsEngine::User;
  CHECK(shape({nfs("s1")}, settings) == "user(s1)");
  CHECK(shape({nfs("s1", "rw"), nfs("s2", "rw")}, settings) == "user(s1,s2)");
  settings.nfs_engine = NfsEngine::Kernel;
  settings.kernel_has_nfs = false;
  CHECK(shape({nfs("s1")}, settings) == "user(s1)");
}

TEST_CASE("a location that cannot be done does not disturb its neighbours",
          "[fstypes]") {
  auto host = nfs("s1");
  host.type = host.resolved_type = "host";
  PlanContext context;
  context.path = "/n/key";

  auto candidates =
      make_candidates({nfs("s1"), host, nfs("s2")}, PlanSettings{}, context);

  CHECK(candidates.plans.size() == 2);
  REQUIRE(candidates.unfit.size() == 1);
  CHECK(candidates.unfit[0].origin == "map:1:s1");
  CHECK(candidates.unfit[0].why.code.value() == ENOTSUP);
}

}  // namespace amd
