// SPDX-License-Identifier: BSD-3-Clause
#include "conf/version_text.h"

#include <catch2/catch.hpp>

using namespace amd::conf;

TEST_CASE("the version text has am-utils' lines", "[conf]") {
  VersionFacts f;
  f.cpu = "x86_64";
  f.arch = "x86_64";
  f.karch = "x86_64";
  f.full_os = "linux-6.1";
  f.os = "linux";
  f.osver = "6.1";
  f.vendor = "pc";
  f.distro = "debian";
  f.domain = "test";
  f.host = "vm";
  f.hostd = "vm.test";
  f.map_types = {"root", "file", "error"};
  f.amd_types = {"nfs",     "link",  "nfsx", "nfsl", "host", "linkx",
                 "program", "union", "ufs",  "xfs",  "lofs", "cdfs"};
  f.kernel_types = {"autofs", "nfs"};
  f.networks = {{"10.9.0.0", "10.9"}};

  const std::string text = version_text(f);

  CHECK(text.find("am-utils version 6.2 (amd2 ") != std::string::npos);
  const std::string want =
      "cpu=x86_64 (little-endian), arch=x86_64, karch=x86_64.\n"
      "full_os=linux-6.1, os=linux, osver=6.1, vendor=pc, distro=debian.\n"
      "domain=test, host=vm, hostd=vm.test.\n"
      "Map support for: root, file, error.\n"
      "AMFS: nfs, link, nfsx, nfsl, host, linkx, program, union, ufs, xfs, "
      "lofs, \n      cdfs.\n"
      "FS: autofs, nfs.\n"
      "Network: wire=\"10.9.0.0\" (netnumber=10.9).\n";
  CHECK(text.substr(text.find("cpu=")) == want);
}

TEST_CASE("several networks are numbered, none is said", "[conf]") {
  VersionFacts f;
  CHECK(version_text(f).ends_with("No networks\n"));
  f.networks = {{"10.0.0.0", "10"}, {"192.168.1.0", "192.168.1"}};
  CHECK(version_text(f).ends_with(
      "Network 1: wire=\"10.0.0.0\" (netnumber=10).\n"
      "Network 2: wire=\"192.168.1.0\" (netnumber=192.168.1).\n"));
}
