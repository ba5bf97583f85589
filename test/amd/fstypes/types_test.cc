// SPDX-License-Identifier: BSD-3-Clause

#include "amd/fstypes/types.h"

#include "amd/fstypes/nfs.h"
#include "amd/fstypes/program.h"
#include "test/support/printers.h"

namespace amd {
namespace {

struct Case {
  ResolvedLocation location;
  PlanSettings settings;
  PlanContext context;

  explicit Case(const std::string& type) {
    location.type = location.resolved_type = type;
    location.rhost = "server1";
    location.rfs = "/share";
    location.fs = "/a/server1/share";
    location.opts = "ro,soft";
    location.remopts = "ro,soft";
    location.origin = "/etc/map:3:6";
    context.path = "/n/key";
    context.map_name = "/etc/map";
    context.name = "key";
  }
  Result<Plan> plan() const {
    return make_plan(PlanInput{location, settings, context});
  }
};

std::string method_on(const MountSpec& spec) {
  static const char* const kNames[] = {"bind",     "symlink", "kernel-nfs",
                                       "user-nfs", "kernel",  "program"};
  return std::string(kNames[spec.method.index()]) + " " + to_text(spec);
}

}  // namespace

TEST_CASE("nfs is mounted on the name itself", "[fstypes]") {
  Case c("nfs");

  auto plan = c.plan();

  REQUIRE(plan);
  CHECK(plan->mount->target == "/n/key");
  CHECK(plan->mount->options == "ro,soft");
  CHECK(plan->faces.empty());
  CHECK(plan->info == "server1:/share");
  REQUIRE(plan->replicas.size() == 1);
  CHECK(plan->replicas[0].server == "server1");
  CHECK_FALSE(plan->never_expires);
}

TEST_CASE("an entry with a sublink is mounted on fs and shown at the name",
          "[fstypes]") {
  Case c("nfs");
  c.location.sublink = "/a/server1/share/sub";

  auto plan = c.plan();

  REQUIRE(plan);
  CHECK(plan->mount->target == "/a/server1/share");
  REQUIRE(plan->faces.size() == 2);
  CHECK(method_on(plan->faces[0]) == "bind /a/server1/share/sub on /n/key");
  CHECK(method_on(plan->faces[1]) == "symlink /a/server1/share/sub on /n/key");
}

TEST_CASE("front ends with links get the file system on fs and no face",
          "[fstypes]") {
  Case c("nfs");
  c.context.in_place = false;

  auto plan = c.plan();

  REQUIRE(plan);
  CHECK(plan->mount->target == "/a/server1/share");
  CHECK(plan->faces.empty());
  CHECK(plan->link_text == "/a/server1/share");
}

TEST_CASE("link is a bind mount, or else a symbolic link", "[fstypes]") {
  Case c("link");
  c.location.fs = "/usr";

  SECTION("absolute") {
    auto plan = c.plan();
    REQUIRE(plan);
    CHECK_FALSE(plan->mount);
    REQUIRE(plan->faces.size() == 2);
    CHECK(method_on(plan->faces[0]) == "bind /usr on /n/key");
    CHECK(method_on(plan->faces[1]) == "symlink /usr on /n/key");
  }
  SECTION("relative to the directory of the name") {
    c.location.fs = "../usr";
    auto plan = c.plan();
    REQUIRE(plan);
    CHECK(method_on(plan->faces[0]) == "bind /n/../usr on /n/key");
    CHECK(method_on(plan->faces[1]) == "symlink ../usr on /n/key");
  }
  SECTION("autofs_use_lofs = no") {
    c.settings.use_lofs = false;
    auto plan = c.plan();
    REQUIRE(plan->faces.size() == 1);
    CHECK(method_on(plan->faces[0]) == "symlink /usr on /n/key");
  }
  SECTION("sublink is where it leads") {
    c.location.sublink = "/usr/lib";
    CHECK(method_on(c.plan()->faces[0]) == "bind /usr/lib on /n/key");
  }
}

TEST_CASE("linkx asks first whether its target exists", "[fstypes]") {
  Case c("linkx");
  c.location.fs = "/usr";
  CHECK(c.plan()->must_exist == "/usr");
  c.location.fs = "usr";
  CHECK(c.plan()->must_exist == "/n/usr");
}

TEST_CASE("nfsl on its own host is a link", "[fstypes]") {
  Case c("nfsl");
  c.location.resolved_type = "link";
  CHECK_FALSE(c.plan()->mount);
  CHECK(c.plan()->type == "nfsl");
  c.location.resolved_type = "nfs";
  CHECK(c.plan()->mount);
}

TEST_CASE("lofs is a bind mount of rfs in place", "[fstypes]") {
  Case c("lofs");
  c.location.rfs = "/usr";
  CHECK(method_on(*c.plan()->mount) == "bind /usr on /n/key");
  CHECK(c.plan()->never_expires);
}

TEST_CASE("auto is an automount point of another map", "[fstypes]") {
  Case c("auto");
  c.location.defaults = "type:=nfs";
  c.context.key_prefix = "a/";

  SECTION("the same map") {
    c.location.fs = ".";
    CHECK(c.plan()->nested == NestedMap{"/etc/map", "a/key/", "", "type:=nfs"});
  }
  SECTION("another map and prefix") {
    c.location.fs = "/etc/other";
    c.location.pref = "null";
    c.location.maptype = "file";
    CHECK(c.plan()->nested == NestedMap{"/etc/other", "", "file", "type:=nfs"});
  }
}

TEST_CASE("disk types name the kernel's type and their device", "[fstypes]") {
  struct Row {
    const char* type;
    const char* kernel;
    bool never_expires;
  };
  for (Row row : {Row{"ufs", "ufs", true}, Row{"ext4", "ext4", true},
                  Row{"xfs", "xfs", true}, Row{"btrfs", "btrfs", true},
                  Row{"cdfs", "iso9660", false}, Row{"udf", "udf", false},
                  Row{"pcfs", "vfat", false}, Row{"tmpfs", "tmpfs", true}}) {
    CAPTURE(row.type);
    Case c(row.type);
    c.location.dev = "/dev/sdb1";
    auto plan = c.plan();
    REQUIRE(plan);
    KernelMount want{row.kernel, "/dev/sdb1"};
    CHECK(plan->mount->method == MountMethod(want));
    CHECK(plan->mount->target == "/n/key");
    CHECK(plan->never_expires == row.never_expires);
  }
}

TEST_CASE("the option type= overrides the kernel's type", "[fstypes]") {
  Case c("ufs");
  c.location.dev = "/dev/sdb1";
  c.location.opts = "ro,type=ext2";
  CHECK(c.plan()->mount->method ==
        MountMethod(KernelMount{"ext2", "/dev/sdb1"}));
}

TEST_CASE("a type that only the kernel knows is mounted under its name",
          "[fstypes]") {
  Case c("9p");
  CHECK_FALSE(c.plan());
  c.settings.kernel_types = {"9p"};
  CHECK(c.plan()->mount->method == MountMethod(KernelMount{"9p", "9p"}));
}

TEST_CASE("what cannot be done says why", "[fstypes]") {
  auto reason = [](Case c) {
    auto plan = c.plan();
    return plan ? "a plan" : plan.error().message();
  };
  Case no_dev("ext4");
  CHECK(reason(no_dev).find("no device specified") != std::string::npos);
  CHECK(reason(Case("host")).find("not there yet") != std::string::npos);
  CHECK(reason(Case("junk")).find("\"junk\" not recognized") !=
        std::string::npos);
  CHECK(reason(Case("toplvl")).find("cannot be used") != std::string::npos);
  Case relative("nfs");
  relative.location.fs = "a/b";
  relative.context.in_place = false;
  CHECK(reason(relative).find("absolute") != std::string::npos);
  auto error = Case("error").plan();
  REQUIRE_FALSE(error);
  CHECK(error.error().code.value() == ENOENT);
}

TEST_CASE("program words are cut at blanks outside single quotes",
          "[fstypes]") {
  CHECK(split_command("/bin/m  m 'a b' c'd e'f\t''") ==
        std::vector<std::string>{"/bin/m", "m", "a b", "cd ef", ""});
  CHECK(split_command("  ").empty());

  Case c("program");
  c.location.mount = "/sbin/mount mount /dev/x ${fs}";
  c.location.unmount = "/bin/umount umount /a/x";
  auto plan = c.plan();
  REQUIRE(plan);
  CHECK(plan->info == "mount /dev/x ${fs}");
  CHECK(plan->mount->target == "/a/server1/share");
  CHECK(plan->faces.size() == 2);
  c.location.mount = "/sbin/mount";
  CHECK_FALSE(c.plan());
}

TEST_CASE("options decide how long a name lives", "[fstypes]") {
  auto life = [](const std::string& opts) {
    Case c("nfs");
    c.location.opts = opts;
    auto plan = c.plan();
    return std::pair(plan->never_expires, plan->idle);
  };
  using Idle = std::optional<Seconds>;
  CHECK(life("ro") == std::pair(false, Idle()));
  CHECK(life("nounmount") == std::pair(true, Idle()));
  CHECK(life("unmount,nounmount") == std::pair(true, Idle()));
  CHECK(life("utimeout=60") == std::pair(false, Idle(Seconds(60))));
  CHECK(life("nounmount,utimeout=60") == std::pair(false, Idle(Seconds(60))));
  Case lofs("lofs");
  lofs.location.opts = "unmount";
  CHECK_FALSE(lofs.plan()->never_expires);
}

TEST_CASE("the options of a map say which NFS to use, amd.conf overrides",
          "[fstypes]") {
  Case c("nfs");
  c.location.opts = "rw,vers=4,proto=udp,port=2050,mountport=99,public";
  auto plan = c.plan();
  CHECK(plan->nfs_version == 4);
  CHECK(plan->nfs_protocol == "udp");
  CHECK(plan->replicas[0].port == 2050);
  CHECK(plan->replicas[0].mountport == 99);
  CHECK(plan->web_nfs);

  c.settings.nfs_version = 3;
  c.settings.nfs_protocol = "tcp";
  c.settings.nfs_first_options = "timeo=11";
  plan = c.plan();
  CHECK(plan->nfs_version == 3);
  CHECK(plan->nfs_protocol == "tcp");
  CHECK(plan->mount->options.starts_with("timeo=11,rw,vers=4"));
}

TEST_CASE("the server that answered completes the plan", "[fstypes]") {
  Case c("nfs");
  c.location.remopts = "ro,rsize=8192";
  auto plan = c.plan();
  NfsReplica answered{"server1", "/share", "10.1.0.7", 2049, 635, "handle"};
  std::vector<maplang::Network> networks = {
      *maplang::Network::parse("10.1.0.0/24")};

  SECTION("on a network of ours") {
    set_server(answered, 3, networks, *plan);
    CHECK(plan->mount->options == "ro,soft");
  }
  SECTION("far away: remopts") {
    answered.address = "10.2.0.7";
    set_server(answered, 3, networks, *plan);
    CHECK(plan->mount->options == "ro,rsize=8192");
  }

  auto* nfs = std::get_if<KernelNfsMount>(&plan->mount->method);
  REQUIRE(nfs);
  CHECK(nfs->replica == answered);
  CHECK(nfs->version == 3);
}

}  // namespace amd
