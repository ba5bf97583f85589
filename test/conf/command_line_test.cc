// SPDX-License-Identifier: BSD-3-Clause
#include "conf/command_line.h"

#include <catch2/catch.hpp>

#include "conf/load.h"

using namespace amd::conf;

namespace {

using Words = std::vector<std::string>;

CommandLine parse(const Words& words) {
  return parse_command_line(words);
}

GlobalSettings flags_of(const Words& words) {
  const CommandLine line = parse(words);
  CHECK(line.errors == Words{});
  return load_settings(line, nullptr).settings.global;
}

}  // namespace

TEST_CASE("the article's command line gives one map", "[conf]") {
  const CommandLine line = parse({"/file", "/etc/amd/file_map"});

  CHECK_FALSE(line.failed());
  CHECK(line.action == Action::Run);
  CHECK(line.config_file == "");
  REQUIRE(line.maps.size() == 1);
  CHECK(line.maps[0].directory == "/file");
  CHECK(line.maps[0].map_name == "/etc/amd/file_map");
  CHECK(line.maps[0].options == "");
}

TEST_CASE("every flag of am-utils sets its parameter", "[conf]") {
  const GlobalSettings g =
      flags_of({"-nprS",        "-a",    "/tmp_mnt",  "-c60", "-d",
                ".example.org", "-k",    "sun4",      "-l",   "syslog:local0",
                "-o",           "5.4",   "-t",        "8.11", "-w",
                "30",           "-x",    "all,nomap", "-y",   "nisdom",
                "-A",           "sparc", "-C",        "cl",   "-D",
                "nodaemon",     "-O",    "sos5"});

  CHECK(g.normalize_hostnames.value);
  CHECK(g.print_pid.value);
  CHECK(g.restart_mounts.value);
  CHECK_FALSE(g.plock.value);
  CHECK(g.auto_dir.value == "/tmp_mnt");
  CHECK(to_text(g.auto_dir.origin) == "-a");
  CHECK(g.cache_duration.value == 60);
  CHECK(g.local_domain.value == "example.org");
  CHECK(g.karch.value == "sun4");
  CHECK(g.log_file.value == "syslog:local0");
  CHECK(g.osver.value == "5.4");
  CHECK(g.nfs_retry_interval_udp.value == 8);
  CHECK(g.nfs_retransmit_counter_tcp.value == 11);
  CHECK(g.dismount_interval.value == 30);
  CHECK(g.log_options.value == "nodebug,info,nomap,stats,user,warning");
  CHECK(g.nis_domain.value == "nisdom");
  CHECK(g.arch.value == "sparc");
  CHECK(g.cluster.value == "cl");
  CHECK(g.debug_options.value.find("nodaemon") != std::string::npos);
  CHECK(g.os.value == "sos5");
}

TEST_CASE("either part of -t may be empty", "[conf]") {
  CHECK(flags_of({"-t", "8"}).nfs_retry_interval_tcp.value == 8);
  CHECK(flags_of({"-t", "8"}).nfs_retransmit_counter_tcp.value == -1);
  CHECK(flags_of({"-t", ".5"}).nfs_retry_interval_tcp.value == -1);
  CHECK(flags_of({"-t", ".5"}).nfs_retransmit_counter_tcp.value == 5);
  CHECK(flags_of({"-t", "8."}).nfs_retransmit_counter_tcp.value == -1);
}

TEST_CASE("-c and -w fall back to the default for zero and less", "[conf]") {
  CHECK(flags_of({"-c", "0"}).cache_duration.value == 300);
  CHECK(flags_of({"-w", "-1"}).dismount_interval.value == 120);
}

TEST_CASE("every global parameter has a long form", "[conf]") {
  for (const Parameter& p : parameters()) {
    if (p.global == nullptr) continue;
    const std::string flag = long_form(p);
    INFO(flag);
    const std::string value = p.name == "auto_dir" ? "/x"
                              : p.default_text.empty()
                                  ? "x"
                                  : std::string(p.default_text);

    const CommandLine line = parse({flag + "=" + value});

    CHECK(line.errors == Words{});
    REQUIRE(line.flags.size() == 1);
    CHECK(line.flags[0].parameter == &p);
    CHECK(line.flags[0].origin.place == flag);
  }
}

TEST_CASE("long forms of yes and no need no value", "[conf]") {
  CHECK(flags_of({"--restart-mounts"}).restart_mounts.value);
  CHECK_FALSE(flags_of({"--plock=no"}).plock.value);
  CHECK(flags_of({"--cache-duration", "5"}).cache_duration.value == 5);
  CHECK(flags_of({"--foreground"}).debug_options.value.find("nodaemon") !=
        std::string::npos);
  CHECK(parse({"--restart-mounts", "/a", "map"}).maps.size() == 1);
}

TEST_CASE("flags end at the first word that is none", "[conf]") {
  const CommandLine line =
      parse({"-r", "/home", "amd.home", "-cache:=all;opts:=rw", "/src",
             "amd.src", "/net", "amd.net", "-x"});

  CHECK(line.flags.size() == 1);
  REQUIRE(line.maps.size() == 3);
  CHECK(line.maps[0].options == "cache:=all;opts:=rw");
  CHECK(line.maps[1].directory == "/src");
  CHECK(line.maps[1].options == "");
  CHECK(line.maps[2].options == "x");
  CHECK(parse({"--", "-odd", "map"}).maps.at(0).directory == "-odd");
}

TEST_CASE("a word left over is warned about and the maps stay", "[conf]") {
  const CommandLine line = parse({"/a", "map", "/b"});

  CHECK_FALSE(line.failed());
  CHECK(line.maps.size() == 1);
  CHECK(line.warnings == Words{"amd: /b has no map name behind it: ignored"});
}

TEST_CASE("no argument at all means /etc/amd.conf", "[conf]") {
  CHECK(parse({}).config_file == "/etc/amd.conf");
  CHECK(parse({"-r"}).config_file == "");
  CHECK(parse({"-F", "/x"}).config_file == "/x");
  CHECK_FALSE(parse({"-F", "/etc/amd.conf"}).is_default_config_file);
  CHECK(parse({"--check-config"}).config_file == "/etc/amd.conf");
  CHECK(parse({"--check-config", "/a", "map"}).config_file == "");
}

TEST_CASE("actions that do not run amd", "[conf]") {
  CHECK(parse({"-v"}).action == Action::PrintVersion);
  CHECK(parse({"--version"}).action == Action::PrintVersion);
  CHECK(parse({"--help", "-q"}).action == Action::PrintHelp);
  CHECK_FALSE(parse({"--help", "-q"}).failed());
  CHECK(parse({"--check-config", "-F", "/x"}).action == Action::CheckConfig);
  CHECK(parse({"--print-config"}).form == ConfigForm::AmdConf);
  CHECK(parse({"--print-config=libconfig"}).form == ConfigForm::Libconfig);
  CHECK(parse({"--print-config=libconfig"}).action == Action::PrintConfig);
  CHECK(parse({"-T", "tag"}).tag == "tag");
}

TEST_CASE("-H shows the usage and fails", "[conf]") {
  const CommandLine line = parse({"-H"});

  CHECK(line.failed());
  CHECK(line.shows_usage);
  CHECK(line.errors == Words{});
  CHECK(usage_text().starts_with(
      "Usage: amd [-nprvHS] [-a mount_point] [-c cache_time] [-d domain]\n"
      "\t[-k kernel_arch] [-l logfile|\"syslog[:facility]\"]\n"));
}

TEST_CASE("wrong flags are all reported, with the usage", "[conf]") {
  const CommandLine line = parse({"-q", "-x", "infos", "--restart-muonts",
                                  "--plock=maybe", "--print-config=xml", "-c"});

  CHECK(line.shows_usage);
  CHECK(line.errors ==
        Words{"amd: invalid option -- 'q'",
              "amd: -x: log_options: \"infos\" is not one of debug, info, map, "
              "stats, user, warning, all, defaults, error, fatal, warn; did "
              "you mean \"info\"?",
              "amd: unrecognized option '--restart-muonts'; did you mean "
              "--restart-mounts?",
              "amd: --plock: plock: \"maybe\" is not yes or no",
              "amd: --print-config: \"xml\" is not one of amd.conf, libconfig",
              "amd: option requires an argument -- 'c'"});
}

TEST_CASE("a relative -a is refused without the usage", "[conf]") {
  const CommandLine line = parse({"-a", "tmp"});

  CHECK(line.failed());
  CHECK_FALSE(line.shows_usage);
  CHECK(line.errors == Words{"amd: -a option must begin with a '/'"});
  CHECK(parse({"--auto-dir=tmp"}).errors ==
        Words{"amd: --auto-dir option must begin with a '/'"});
}

TEST_CASE("--override names a global parameter", "[conf]") {
  CHECK(parse({"--override", "plock=no"}).overrides.size() == 1);
  CHECK(parse({"--override=plok=no"}).errors ==
        Words{"amd: --override: unknown parameter \"plok\"; did you mean "
              "plock?"});
  CHECK(parse({"--override", "plock"}).failed());
  CHECK(parse({"--override", "map_name=x"}).failed());
}

TEST_CASE("the help names every flag and parameter", "[conf]") {
  const std::string help = help_text();
  for (const Parameter& p : parameters()) {
    INFO(p.name);
    if (p.global == nullptr) continue;
    CHECK(help.find("  " + long_form(p)) != std::string::npos);
    CHECK(help.find(std::string(p.meaning)) != std::string::npos);
    CHECK(usage_text().find(p.flag.empty() ? "-" : p.flag.substr(1)) !=
          std::string::npos);
  }
}
