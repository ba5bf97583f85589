// SPDX-License-Identifier: BSD-3-Clause
#include "conf/parameters.h"

#include <catch2/catch.hpp>
#include <set>

using namespace amd::conf;

namespace {

const Parameter& the(std::string_view name) {
  const Parameter* p = find_parameter(name);
  REQUIRE(p != nullptr);
  return *p;
}

RawValue parsed(std::string_view name, std::string_view text) {
  const ParsedValue value = parse_value(the(name), text);
  REQUIRE(value.error == "");
  REQUIRE(value.value);
  return *value.value;
}

// The value as text.
std::string read(std::string_view name, std::string_view text) {
  return value_text(the(name), parsed(name, text));
}

}  // namespace

TEST_CASE("the table is sorted, complete and consistent", "[conf]") {
  std::string_view last;
  int am_utils_global = 0;
  int am_utils_map = 0;
  for (const Parameter& p : parameters()) {
    INFO(p.name);
    CHECK(last < p.name);
    last = p.name;
    CHECK(find_parameter(p.name) == &p);
    const bool is_both = p.section == Section::Both;
    CHECK(p.fits(Section::Global) == (p.section == Section::Global || is_both));
    CHECK(p.fits(Section::Map) == (p.section == Section::Map || is_both));
    CHECK(p.fits(Section::Server) == (p.section == Section::Server));
    CHECK(p.fits(Section::Group) == (p.section == Section::Group));
    CHECK(p.meaning.ends_with('.'));
    CHECK((p.is_amd2() || p.since == "am-utils 6.2"));
    if (!p.is_amd2() && p.global != nullptr) am_utils_global++;
    if (!p.is_amd2() && p.map != nullptr) am_utils_map++;
  }
  // am-utils 6.2: 64 global names and an alias; 9 for maps.
  CHECK(am_utils_global == 65);
  CHECK(am_utils_map == 9);
}

TEST_CASE("the table's defaults are valid and what scopes begin with",
          "[conf]") {
  const GlobalSettings global;
  const MapSettings map;
  for (const Parameter& p : parameters()) {
    INFO(p.name);
    const ParsedValue value = parse_value(p, p.default_text);
    CHECK(value.error == "");
    CHECK(value.warning == "");
    REQUIRE(value.value);
    if (p.global != nullptr) {
      CHECK(value_text(p, p.global->get(global)) == p.default_text);
      CHECK(p.global->origin(global).kind == Origin::Kind::Default);
    }
    if (p.map != nullptr)
      CHECK(value_text(p, p.map->get(map)) == p.default_text);
  }
}

TEST_CASE("the defaults are those of am-utils", "[conf]") {
  const GlobalSettings g;

  CHECK(g.auto_dir.value == "/a");
  CHECK(g.cache_duration.value == 300);
  CHECK(g.dismount_interval.value == 120);
  CHECK(g.exec_map_timeout.value == 10);
  CHECK(g.map_reload_interval.value == 3600);
  CHECK(g.portmap_program.value == 300019);
  CHECK(g.ldap_cache_maxmem.value == 131072);
  CHECK(g.ldap_proto_version.value == 2);
  CHECK(g.localhost_address.value == "127.0.0.1");
  CHECK(g.pid_file.value == "/dev/stdout");
  CHECK(g.hesiod_base.value == "automount");
  CHECK(g.debug_mtab_file.value == "/tmp/mtab");
  CHECK(g.plock.value);
  CHECK(g.domain_strip.value);
  CHECK(g.normalize_slashes.value);
  CHECK(g.autofs_use_lofs.value);
  CHECK_FALSE(g.restart_mounts.value);
  CHECK(g.nfs_retry_interval_tcp.value == -1);
  CHECK(g.nfs_vers.value == 0);
  CHECK(g.mount_type.value == MountType::Auto);
  CHECK(g.mount_timeout.value == 40);
  CHECK(g.failover_verify.value == "type,size,mtime");
}

TEST_CASE("numbers are read as atoi reads them, with a warning", "[conf]") {
  CHECK(read("cache_duration", "60") == "60");
  CHECK(read("ldap_cache_seconds", " +7") == "7");
  CHECK(read("cache_duration", "0") == "300");
  CHECK(read("dismount_interval", "-5") == "120");
  CHECK(read("exec_map_timeout", "junk") == "10");

  const ParsedValue seconds = parse_value(the("cache_duration"), "60s");
  CHECK(read("cache_duration", "60s") == "60");
  CHECK(seconds.warning == "cache_duration: \"60s\" is read as 60");
}

TEST_CASE("numbers out of their range are refused", "[conf]") {
  CHECK(parse_value(the("portmap_program"), "300030").error ==
        "portmap_program: 300030 is not between 300019 and 300029");
  CHECK(parse_value(the("nfs_vers"), "5").error ==
        "nfs_vers: 5 is not between 2 and 4");
  CHECK(parse_value(the("auto_attrcache"), "-1").error != "");
  CHECK(parse_value(the("preferred_amq_port"), "65536").error != "");
  CHECK(parse_value(the("cache_duration"), "99999999999999999999").error != "");
}

TEST_CASE("numbers that am-utils does not have are strict", "[conf]") {
  CHECK(parse_value(the("mount_timeout"), "40s").error ==
        "mount_timeout: \"40s\" is not a number");
  CHECK(parse_value(the("mount_timeout"), "").error != "");
  CHECK(parse_value(the("mount_timeout"), "0").error ==
        "mount_timeout: 0 is not between 1 and 86400");
  CHECK(parse_value(the("helper_processes"), "0").error != "");
}

TEST_CASE("a word that is not allowed names those that are", "[conf]") {
  const ParsedValue plock = parse_value(the("plock"), "maybe");
  CHECK(plock.error == "plock: \"maybe\" is not yes or no");
  CHECK(plock.hint == "");
  CHECK(parse_value(the("plock"), "YES").hint == "did you mean \"yes\"?");

  const ParsedValue type = parse_value(the("mount_type"), "autofz");
  CHECK(type.error == "mount_type: \"autofz\" is not one of auto, nfs, autofs");
  CHECK(type.hint == "did you mean \"autofs\"?");
  CHECK(parse_value(the("map_type"), "x").error != "");
  CHECK(parse_value(the("failover_verify"), "type,sized").hint ==
        "did you mean \"size\"?");
  CHECK(parse_value(the("state_dir"), "run").error ==
        "state_dir: \"run\" does not begin with a /");
}

TEST_CASE("option lists change what is there, word by word", "[conf]") {
  GlobalSettings g;
  const Parameter& x = the("log_options");

  assign(x, parsed("log_options", "all"), Origin(), g);
  CHECK(g.log_options.value == "nodebug,info,map,stats,user,warning");
  assign(x, parsed("log_options", "nomap,debug,nowarn,nofatal"), Origin(), g);
  CHECK(g.log_options.value == "debug,info,nomap,stats,user,nowarning");
  assign(x, parsed("log_options", "noall,map"), Origin(), g);
  CHECK(g.log_options.value == "debug,noinfo,map,nostats,nouser,nowarning");

  CHECK(parse_value(x, "infos").hint == "did you mean \"info\"?");
  CHECK(parse_value(x, "noerror").warning ==
        "log_options: error cannot be switched off");
}

TEST_CASE("debug options start from daemon, amq and fork", "[conf]") {
  GlobalSettings g;

  assign(the("debug_options"), parsed("debug_options", "nodaemon,test"),
         Origin(), g);

  CHECK(g.debug_options.value ==
        "amq,nodaemon,fork,full,nohrtime,info,mem,mtab,readdir,str,trace,"
        "xdrtrace");
}

TEST_CASE("the general NFS retry parameters set all three", "[conf]") {
  GlobalSettings g;

  assign(the("nfs_retry_interval"), parsed("nfs_retry_interval", "13"),
         {Origin::Kind::Flag, "-t"}, g);

  CHECK(g.nfs_retry_interval_udp.value == 13);
  CHECK(g.nfs_retry_interval_tcp.value == 13);
  CHECK(g.nfs_retry_interval_toplvl.value == 13);
  CHECK(to_text(g.nfs_retry_interval_tcp.origin) == "-t");
}

TEST_CASE("leading dots of a domain are dropped", "[conf]") {
  CHECK(read("local_domain", ".example.org") == "example.org");
}
