// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/mount_options.h"

#include <sys/mount.h>

#include "test/support/printers.h"

using namespace amd;

namespace {

KernelNfsMount nfs3(const std::string& address = "10.0.0.1") {
  KernelNfsMount m;
  m.replica.server = "server1";
  m.replica.path = "/share";
  m.replica.address = address;
  return m;
}

// The data of an NFSv3 mount with `options`.
std::string data_of(const std::string& options) {
  const auto r = nfs_options(nfs3(), options);
  REQUIRE(r);
  REQUIRE(r->data.size() == 1);
  return r->data[0];
}

const std::string kTail =
    "proto=tcp,addr=10.0.0.1,mountaddr=10.0.0.1,mountproto=tcp,mountvers=3,"
    "vers=3";

}  // namespace

TEST_CASE("generic options become flags and the last of a pair counts",
          "[mounting][options]") {
  CHECK(kernel_options("ro,nosuid").flags == (MS_RDONLY | MS_NOSUID));
  CHECK(kernel_options("ro,rw").flags == 0);
  CHECK(kernel_options("-rw,ro,nodev,noexec,noatime").flags ==
        (MS_RDONLY | MS_NODEV | MS_NOEXEC | MS_NOATIME));
  CHECK(kernel_options("noatime,relatime").flags == MS_RELATIME);
}

TEST_CASE("what only amd or NFS understands never reaches a local file system",
          "[mounting][options]") {
  const auto r = kernel_options(
      "ro,soft,intr,timeo=7,vers=3,ping=30,utimeout=600,nounmount,retry=3,"
      "size=1m,,mode=0755,acl,browsable,defaults");

  CHECK(r.flags == MS_RDONLY);
  CHECK(r.data == "size=1m,mode=0755,acl");
}

TEST_CASE("an empty option string is nothing", "[mounting][options]") {
  CHECK(kernel_options("") == KernelOptions{});
  CHECK(kernel_options("-") == KernelOptions{});
  CHECK(kernel_options(",,") == KernelOptions{});
}

TEST_CASE("an NFSv3 mount says where everything is", "[mounting][options]") {
  KernelNfsMount m = nfs3();
  m.replica.port = 2049;
  m.replica.mountport = 20048;

  const auto r = nfs_options(m, "ro,soft,intr");

  REQUIRE(r);
  CHECK(r->fstype == "nfs");
  CHECK(r->flags == MS_RDONLY);
  CHECK(r->lock_is_open);
  REQUIRE(r->data.size() == 1);
  CHECK(r->data[0] ==
        "soft,intr,proto=tcp,addr=10.0.0.1,port=2049,mountaddr=10.0.0.1,"
        "mountproto=tcp,mountvers=3,mountport=20048,vers=3");
}

TEST_CASE("map words that the mount spec carries are not given twice",
          "[mounting][options]") {
  CHECK(data_of("vers=4,proto=udp,tcp,port=1,mountport=2,addr=1.2.3.4") ==
        kTail);
}

TEST_CASE("numbers are read in C notation and junk is dropped",
          "[mounting][options]") {
  CHECK(data_of("rsize=0x2000,wsize=020000,timeo=abc,retrans=,acregmin") ==
        "rsize=8192,wsize=8192," + kTail);
}

TEST_CASE("the first of several values counts", "[mounting][options]") {
  CHECK(data_of("timeo=7,timeo=600") == "timeo=7," + kTail);
}

TEST_CASE("words that the NFS client does not know are dropped",
          "[mounting][options]") {
  CHECK(data_of("dumbtcp,xlatecookie,ping=5,nounmount,hard,retry=2") ==
        "hard," + kTail);
}

TEST_CASE("locking is left open only where the map says nothing",
          "[mounting][options]") {
  CHECK_FALSE(nfs_options(nfs3(), "nolock")->lock_is_open);
  CHECK_FALSE(nfs_options(nfs3(), "lock")->lock_is_open);
  CHECK_FALSE(nfs_options(nfs3(), "local_lock=all")->lock_is_open);
}

TEST_CASE("version 4 without a minor version is tried from 4.2 down",
          "[mounting][options]") {
  KernelNfsMount m = nfs3();
  m.version = 4;

  const auto any = nfs_options(m, "ro");
  m.minor_version = 1;
  const auto one = nfs_options(m, "ro");

  REQUIRE(any);
  CHECK(any->fstype == "nfs4");
  CHECK(any->data ==
        std::vector<std::string>{"proto=tcp,addr=10.0.0.1,vers=4.2",
                                 "proto=tcp,addr=10.0.0.1,vers=4.1",
                                 "proto=tcp,addr=10.0.0.1,vers=4.0"});
  REQUIRE(one);
  CHECK(one->data ==
        std::vector<std::string>{"proto=tcp,addr=10.0.0.1,vers=4.1"});
}

TEST_CASE("an IPv6 address selects the IPv6 transport", "[mounting][options]") {
  const auto r = nfs_options(nfs3("fd00::1"), "");

  REQUIRE(r);
  CHECK(r->data[0] ==
        "proto=tcp6,addr=fd00::1,mountaddr=fd00::1,mountproto=tcp6,"
        "mountvers=3,vers=3");
}

TEST_CASE("a replica without an address cannot be mounted",
          "[mounting][options]") {
  const auto r = nfs_options(nfs3(""), "");

  REQUIRE_FALSE(r);
  CHECK(r.error().code.value() == EHOSTUNREACH);
}

TEST_CASE("a numeric IPv6 server is bracketed in the source",
          "[mounting][options]") {
  NfsReplica r;
  r.path = "/share";
  r.server = "server1";
  CHECK(nfs_source(r) == "server1:/share");
  r.server = "fd00::1";
  CHECK(nfs_source(r) == "[fd00::1]:/share");
}
