// SPDX-License-Identifier: BSD-3-Clause
#include "conf/libconfig_form.h"

#include <catch2/catch.hpp>

#include "conf/address.h"
#include "conf/print.h"
#include "test/conf/random_settings.h"
#include "test/conf/without_origins.h"

using namespace amd::conf;
using amd::maplang::SourceText;

namespace {

struct Read {
  Settings settings;
  std::vector<std::string> lines;  // headlines of the diagnostics
};

Read read(const std::string& text, std::string_view tag = "") {
  Read out;
  const SourceText source("amd.cfg", text);
  for (const auto& d : read_libconfig(source, tag, out.settings))
    out.lines.push_back(source.render_headline(d));
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the two forms are told apart by their first words", "[conf]") {
  CHECK(is_libconfig("global = { };"));
  CHECK(is_libconfig("# c\n\nglobal = # c\n {\n};"));
  CHECK(is_libconfig("global: { };"));
  CHECK(is_libconfig("maps = ( );"));
  CHECK(is_libconfig("// comment\n"));
  CHECK(is_libconfig("/* comment */ global = {"));
  CHECK(is_libconfig("auto_dir = \"/a\";"));
  CHECK_FALSE(is_libconfig("[ global ]\n"));
  CHECK_FALSE(is_libconfig("# global = { };\n[global]\na = {"));
  CHECK_FALSE(is_libconfig("auto_dir = /a\n[ global ]\n"));
  CHECK_FALSE(is_libconfig(""));
  CHECK_FALSE(is_libconfig("###"));
  CHECK_FALSE(is_libconfig("#\n#"));
}

TEST_CASE("the structured form says what amd.conf says", "[conf]") {
  const Read r = read(
      "global = {\n"
      "  auto_dir = \"/.automount\";\n"
      "  restart_mounts = true;\n"
      "  plock = \"no\";\n"
      "  cache_duration = 60;\n"
      "  browsable_dirs = true;\n"
      "  osver = 6;\n"
      "  log_options = [ \"all\", \"nomap\" ];\n"
      "  search_path = [ \"/x\", \"/y\" ];\n"
      "};\n"
      "maps = (\n"
      "  { directory = \"/file\"; map_name = \"/etc/amd/file_map\";\n"
      "    browsable_dirs = \"full\"; },\n"
      "  { directory = \"/b\"; map_name = \"b\"; tag = \"t\"; }\n"
      ");\n");

  CHECK(r.lines ==
        Lines{"amd.cfg:14:3: note: skipping map /b: its tag is t [section]"});
  const GlobalSettings& g = r.settings.global;
  CHECK(g.auto_dir.value == "/.automount");
  CHECK(to_text(g.auto_dir.origin) == "amd.cfg:2:3");
  CHECK(g.restart_mounts.value);
  CHECK_FALSE(g.plock.value);
  CHECK(g.cache_duration.value == 60);
  CHECK(g.osver.value == "6");
  CHECK(g.log_options.value == "nodebug,info,nomap,stats,user,warning");
  CHECK(g.search_path.value == "/x:/y");
  REQUIRE(r.settings.maps.size() == 1);
  CHECK(r.settings.maps[0].map_name.value == "/etc/amd/file_map");
  CHECK(to_text(r.settings.maps[0].map_name.origin) == "amd.cfg:12:26");
  CHECK(r.settings.maps[0].browsable_dirs.value == Browsable::Full);
  CHECK(r.settings.maps[0].search_path.value == "/x:/y");
}

TEST_CASE("servers, groups, failover rules and access rules", "[conf]") {
  const Read r = read(
      "maps = ( { directory = \"/f\"; map_name = \"m\"; failover_rules = (\n"
      "  { pattern = \"*.iso\"; verify = [ \"type\", \"size\" ]; },\n"
      "  { pattern = \"*\"; verify = \"checksum\"; } ); } );\n"
      "servers = ( { name = \"s1\"; ping_interval = -1; ping_timeout = 250; "
      "} );\n"
      "groups = ( { name = \"eu\"; order = \"spread\";\n"
      "             servers = [ \"s1\", \"s2\" ]; } );\n"
      "amq_access = ( { allow = \"10.1.0.0/16\"; right = \"control\"; },\n"
      "               { deny = \"any\"; } );\n");

  CHECK(r.lines == Lines{});
  REQUIRE(r.settings.maps.size() == 1);
  const auto& rules = r.settings.maps[0].failover_rules;
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].pattern == "*.iso");
  CHECK(rules[0].verify == "type,size");
  CHECK(rules[1].verify == "checksum");
  REQUIRE(r.settings.servers.size() == 1);
  CHECK(r.settings.servers[0].ping_interval.value == -1);
  CHECK(r.settings.servers[0].ping_timeout.value == 250);
  CHECK(r.settings.servers[0].ping_retries.value == 3);
  REQUIRE(r.settings.groups.size() == 1);
  CHECK(r.settings.groups[0].order.value == GroupOrder::Spread);
  CHECK(r.settings.groups[0].servers == Lines{"s1", "s2"});
  REQUIRE(r.settings.amq_access.size() == 2);
  CHECK(r.settings.amq_access[0].allows);
  CHECK(r.settings.amq_access[0].right == AmqRight::Control);
  CHECK_FALSE(r.settings.amq_access[1].allows);
  CHECK(r.settings.amq_access[1].right == AmqRight::Read);
}

TEST_CASE("what is wrong in the structured form is said at once", "[conf]") {
  const Read r = read(
      "global = {\n"
      "  auto_drr = \"/a\";\n"
      "  plock = 7;\n"
      "  cache_duration = 1.5;\n"
      "  nfs_vers = 9;\n"
      "};\n"
      "mops = ();\n"
      "maps = ( { directory = \"/f\"; },\n"
      "         { map_name = \"m\"; } );\n"
      "servers = { };\n"
      "groups = ( { name = \"g\"; servers = [ 1 ]; },\n"
      "           { name = \"g\"; servers = [ \"a\" ]; } );\n"
      "amq_access = ( { allow = \"10.1\"; },\n"
      "               { right = \"read\"; },\n"
      "               { deny = \"any\"; right = \"all\"; } );\n");

  CHECK(r.lines ==
        Lines{
            "amd.cfg:2:3: error: unknown parameter auto_drr here [parameter]",
            "amd.cfg:3:3: error: plock: expected true or false [value]",
            "amd.cfg:4:3: error: cache_duration: expected a number [value]",
            "amd.cfg:5:3: error: nfs_vers: 9 is not between 2 and 4 [value]",
            "amd.cfg:7:1: error: unknown parameter mops here [parameter]",
            "amd.cfg:8:1: error: map_name must be defined for map /f "
            "[section]",
            "amd.cfg:9:10: error: directory must be defined [value]",
            "amd.cfg:10:1: error: servers: expected ( { ... }, { ... } ) "
            "[value]",
            "amd.cfg:11:26: error: servers: expected [ \"server1\", "
            "\"server2\" ] [value]",
            "amd.cfg:12:12: error: group g is defined twice [section]",
            "amd.cfg:13:18: error: \"10.1\" is not any, local, an address or a "
            "network [value]",
            "amd.cfg:14:16: error: a rule needs either allow or deny [value]",
            "amd.cfg:15:32: error: right: \"all\" is not one of read, control "
            "[value]",
        });
}

TEST_CASE("a syntax error of the structured form has its line", "[conf]") {
  CHECK(read("global = {\n  plock = \n};\n").lines ==
        Lines{"amd.cfg:3:1: error: syntax error here or on the line above "
              "[syntax]"});
  CHECK(read("@include \"/etc/passwd\"\n").lines ==
        Lines{"amd.cfg:1:1: error: @include is not supported [syntax]"});
  CHECK(read(std::string("a\0b", 3)).lines ==
        Lines{"amd.cfg:1:2: error: a zero byte [syntax]"});
  CHECK(read("a = 1; a = 2;").lines.size() == 1);
}

TEST_CASE("printing the structured form and reading it back is the identity",
          "[conf]") {
  for (uint32_t seed = 1; seed <= 500; seed++) {
    INFO("seed " << seed);
    const Settings settings = random_settings(seed, WithStructures::Yes);
    for (const auto defaults : {PrintDefaults::Show, PrintDefaults::Hide}) {
      const std::string text = print_libconfig(settings, defaults);
      INFO(text);
      const Read r = read(text, "the tag");
      for (const std::string& line : r.lines)
        CHECK(line.find("error") == std::string::npos);
      CHECK(without_origins(r.settings) == without_origins(settings));
      CHECK(is_libconfig(text));
    }
  }
}

TEST_CASE("addresses of access rules", "[conf]") {
  for (const char* good :
       {"any", "local", "10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "::1",
        "::", "fe80::1/64", "1:2:3:4:5:6:7:8", "2001:DB8::/128"}) {
    INFO(good);
    CHECK(is_address_pattern(good));
  }
  for (const char* bad :
       {"", "all", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/",
        "1::2::3", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "12345::", "::/129", "1:2:3:4::5:6:7:8", "host"}) {
    INFO(bad);
    CHECK_FALSE(is_address_pattern(bad));
  }
}
