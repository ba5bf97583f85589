// SPDX-License-Identifier: BSD-3-Clause
// Sun maps and master maps.

#include <catch2/catch.hpp>

#include "maplang/sun/master_map.h"
#include "maplang/sun/sun_entry.h"
#include "maplang/sun/sun_map.h"

namespace amd::maplang {
namespace {

std::string amd_value(std::string_view value) {
  const ValueOrigin origin = ValueOrigin::at("m", SourcePosition{});
  const TranslatedEntry entry = translate_sun_entry("k", value, origin);
  std::string out = entry.value.text;
  for (const auto& offset : entry.offsets) {
    out += " | " + offset.key + " " + offset.value.text;
  }
  for (const Diagnostic& one : entry.diagnostics) out += " ! " + one.message;
  return out;
}

}  // namespace

TEST_CASE("a Sun location is an nfs location", "[maplang][sun]") {
  CHECK(amd_value("srv1:/x") == "type:=nfs;rhost:=srv1;rfs:=/x");
  CHECK(amd_value("-ro,soft srv1:/x") ==
        "type:=nfs;rhost:=srv1;rfs:=/x;addopts:=ro,soft");
  CHECK(amd_value("server1:/share/file/tree server2:/share/file/tree") ==
        "type:=nfs;rhost:=server1;rfs:=/share/file/tree "
        "type:=nfs;rhost:=server2;rfs:=/share/file/tree");
  CHECK(amd_value("-ro a(1),b(20):/p c:/q") ==
        "type:=nfs;rhost:=a;rfs:=/p;addopts:=ro "
        "type:=nfs;rhost:=b;rfs:=/p;addopts:=ro "
        "type:=nfs;rhost:=c;rfs:=/q;addopts:=ro");
  CHECK(amd_value("[fe80::1]:/p") == "type:=nfs;rhost:=[fe80::1];rfs:=/p");
}

TEST_CASE("keys and variables are replaced", "[maplang][sun]") {
  CHECK(amd_value("srv:/home/&/$ARCH/${OSREL}/$FOO.$HOST") ==
        "type:=nfs;rhost:=srv;rfs:=/home/${key}/${arch}/${osver}/${FOO}."
        "${host}");
  CHECK(amd_value(R"(srv:/a\&b/"c d";e\"$)") ==
        R"(type:=nfs;rhost:=srv;rfs:="/a&b/c d;e\042${dollar}")");
}

TEST_CASE("fstype chooses the type", "[maplang][sun]") {
  CHECK(amd_value("-fstype=hsfs,ro :/dev/sr0") ==
        "type:=cdfs;dev:=/dev/sr0;addopts:=ro");
  CHECK(amd_value("-fstype=nfs4 s:/") ==
        "type:=nfs;rhost:=s;rfs:=/;addopts:=vers=4");
  CHECK(amd_value("-fstype=autofs auto_more") == "type:=auto;fs:=auto_more");
  CHECK(amd_value("-fstype=bind :/usr/local") == "type:=lofs;rfs:=/usr/local");
  CHECK(amd_value("-fstype=cachefs s:/x") ==
        " ! fstype=cachefs is not supported");
  CHECK(amd_value(":/x") ==
        "fs:=/x ! a path without a server needs -fstype=, or a type in "
        "/defaults");
}

TEST_CASE("mount points below a key are keys", "[maplang][sun]") {
  CHECK(amd_value("-ro /bin s:/b /man/ -rw t:/m u:/m") ==
        "type:=auto;fs:=${map};pref:=${key}/"
        " | k/bin type:=nfs;rhost:=s;rfs:=/b;addopts:=ro"
        " | k/man type:=nfs;rhost:=t;rfs:=/m;addopts:=rw "
        "type:=nfs;rhost:=u;rfs:=/m;addopts:=rw");
  CHECK(amd_value("/ s:/x") == "type:=nfs;rhost:=s;rfs:=/x");
  CHECK(amd_value("/ s:/x /y s:/y") ==
        "type:=auto;fs:=${map};pref:=${key}/ | k/y type:=nfs;rhost:=s;rfs:=/y"
        " ! mount point \"/\" beside others is not supported and is left out");
}

TEST_CASE("what is no Sun entry is reported", "[maplang][sun]") {
  CHECK(amd_value("-ro") == " ! there is no location");
  CHECK(amd_value("foo") == " ! \"foo\" is no location: expected server:/path");
  CHECK(amd_value("a(x),:/p") ==
        "type:=nfs;rhost:=a;rfs:=/p ! the weight of a server is a number in "
        "parentheses ! there is an empty server name");
  CHECK(amd_value("/a /b s:/b") ==
        "type:=auto;fs:=${map};pref:=${key}/ | k/b type:=nfs;rhost:=s;rfs:=/b"
        " ! mount point \"/a\" has no location");
}

TEST_CASE("a Sun map is a list of trees with their places", "[maplang][sun]") {
  const SourceText source(
      "auto_home",
      "# homes\nann  s1:/h/ann \\\n     s2:/h/ann\n+auto_more\n"
      "*  s3:/h/&\nbad\n");

  const SunMap map = parse_sun_map(source, "nosuid");

  REQUIRE(map.entries.size() == 2);
  CHECK(map.entries[0].entry.words.size() == 2);
  CHECK(map.entries[1].value ==
        "type:=nfs;rhost:=s3;rfs:=/h/${key};addopts:=nosuid");
  CHECK(map.includes.at(0).name == "auto_more");
  CHECK(map.diagnostics.size() == 1);
  const SunMap plain = parse_sun_map(source);
  const auto& second = std::get<Location>(plain.entries[0].entry.words[1]);
  CHECK(second.where.range.begin.line == 3);
  CHECK(second.where.range.begin.column == 6);
}

TEST_CASE("a master map says what is mounted where", "[maplang][sun]") {
  const SourceText source("auto_master",
                          "/net -hosts -nosuid,nobrowse\n"
                          "/home auto_home -ro  # c\n"
                          "/-  auto_direct\n"
                          "+auto_master\n"
                          "/old -null\n"
                          "/p program:/etc/auto.prog\n"
                          "/file/tree -ro,soft server1:/t server2:/t\n"
                          "bad x\n/none\n");

  const MasterMap master = parse_master_map(source);

  REQUIRE(master.entries.size() == 6);
  CHECK(master.entries[0].kind == MasterEntry::Kind::Hosts);
  CHECK(master.entries[0].options == "nosuid,nobrowse");
  CHECK(master.entries[1].map == "auto_home");
  CHECK(master.entries[1].options == "ro");
  CHECK(master.entries[2].is_direct());
  CHECK(master.entries[3].kind == MasterEntry::Kind::Null);
  CHECK(master.entries[4].map_type == "program");
  CHECK(master.entries[4].map == "/etc/auto.prog");
  CHECK(master.entries[5].kind == MasterEntry::Kind::Inline);
  CHECK(master.entries[5].value == "-ro,soft server1:/t server2:/t");
  CHECK(master.includes.at(0).before_entry == 3);
  CHECK(master.diagnostics.size() == 2);
}

}  // namespace amd::maplang
