// SPDX-License-Identifier: BSD-3-Clause
#include "conf/load.h"

#include <catch2/catch.hpp>
#include <numeric>

using namespace amd::conf;
using amd::maplang::SourceText;

namespace {

LoadedSettings load(const std::vector<std::string>& words,
                    const std::string& text) {
  const CommandLine line = parse_command_line(words);
  REQUIRE_FALSE(line.failed());
  const SourceText source("amd.conf", text);
  return load_settings(line, &source);
}

std::string all_messages(const LoadedSettings& loaded) {
  std::string out;
  for (const Message& m : loaded.messages) out += m.text;
  return out;
}

}  // namespace

TEST_CASE("the file wins over flags, and overrides win over the file",
          "[conf]") {
  const LoadedSettings l = load(
      {"-c", "60", "-w", "7", "-F", "x", "--override", "plock=no", "-r"},
      "[global]\ncache_duration = 100\nplock = yes\nrestart_mounts = no\n");

  CHECK(l.ok);
  CHECK(l.settings.global.cache_duration.value == 100);
  CHECK(to_text(l.settings.global.cache_duration.origin) == "amd.conf:2:1");
  CHECK(l.settings.global.dismount_interval.value == 7);
  CHECK_FALSE(l.settings.global.plock.value);
  CHECK(to_text(l.settings.global.plock.origin) == "--override");
  CHECK_FALSE(l.settings.global.restart_mounts.value);
}

TEST_CASE("options of the file go on from those of the flags", "[conf]") {
  const LoadedSettings l = load({"-x", "all", "-D", "nodaemon"},
                                "[global]\nlog_options = nostats\n");

  CHECK(l.settings.global.log_options.value ==
        "nodebug,info,map,nostats,user,warning");
}

TEST_CASE("maps of the file and of the command line are both used", "[conf]") {
  const LoadedSettings l = load(
      {"-F", "x", "--nfs-engine=kernel", "/b", "map_b", "-cache:=inc"},
      "[global]\nmount_type = nfs\nmap_defaults = x:=y\nserver_order = spread\n"
      "nfs_engine = user\n"
      "[/a]\nmap_name = map_a\n");

  REQUIRE(l.settings.maps.size() == 2);
  const MapSettings& b = l.settings.maps[1];
  CHECK(b.directory == "/b");
  CHECK(b.map_name.value == "map_b");
  CHECK(b.map_options.value == "cache:=inc");
  CHECK(to_text(b.map_options.origin) == "command line");
  // am-utils' own parameters of [global] are for the sections only.
  CHECK(b.map_defaults.value.empty());
  CHECK(b.mount_type.value == MountType::Nfs);
  CHECK(b.server_order.value == ServerOrder::Spread);
  CHECK(b.nfs_engine.value == NfsEngine::User);
}

TEST_CASE("an override of something inherited holds for every map", "[conf]") {
  const LoadedSettings l = load({"-F", "x", "--override", "nfs_engine=kernel"},
                                "[/a]\nmap_name = map_a\nnfs_engine = user\n");

  CHECK(l.settings.maps.at(0).nfs_engine.value == NfsEngine::Kernel);
}

TEST_CASE("a map pair replaces the section of the same directory", "[conf]") {
  const LoadedSettings l =
      load({"-F", "x", "/a", "other"}, "[/a]\nmap_name = map_a\n");

  REQUIRE(l.settings.maps.size() == 1);
  CHECK(l.settings.maps[0].map_name.value == "other");
  CHECK(all_messages(l) ==
        "amd: map /a is defined again; the last one counts\n");
}

TEST_CASE("a map pair needs a map", "[conf]") {
  const LoadedSettings l = load_settings(parse_command_line({"/a", ""}));

  CHECK_FALSE(l.ok);
  CHECK(all_messages(l) == "amd: map_name must be defined for map /a\n");
}

TEST_CASE("an error of the file fails the whole", "[conf]") {
  const LoadedSettings l = load({"-F", "x"}, "[global]\nplock = 7\n");

  CHECK_FALSE(l.ok);
  CHECK(all_messages(l).starts_with(
      "amd.conf:2:9: error: plock: \"7\" is not yes or no [value]\n"));
}

TEST_CASE("a file that is not there fails as in am-utils", "[conf]") {
  const LoadedSettings l =
      load_settings(parse_command_line({"-F", "/nonexistent/amd.conf"}));

  CHECK_FALSE(l.ok);
  CHECK(all_messages(l) ==
        "Amd configuration file (/nonexistent/amd.conf): No such file or "
        "directory\n");
}

TEST_CASE("a directory, or a file without end, is no configuration", "[conf]") {
  CHECK_FALSE(load_settings(parse_command_line({"-F", "/"})).ok);
  CHECK_FALSE(load_settings(parse_command_line({"-F", "/dev/zero"})).ok);
}

TEST_CASE("LDAP servers need a base", "[conf]") {
  const LoadedSettings l =
      load({"-F", "x"}, "[global]\nldap_hostports = ldap.example.org\n");

  CHECK_FALSE(l.ok);
  CHECK(all_messages(l).find(
            "amd.conf:2:1: error: ldap_hostports needs ldap_base\n") !=
        std::string::npos);
}

TEST_CASE("no debug option at all is the same as the default", "[conf]") {
  const LoadedSettings l =
      load_settings(parse_command_line({"-D", "nodaemon,noamq,nofork"}));

  CHECK(l.settings.global.debug_options.value ==
        find_parameter("debug_options")->default_text);
}
