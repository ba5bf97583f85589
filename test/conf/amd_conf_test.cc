// SPDX-License-Identifier: BSD-3-Clause
#include "conf/amd_conf.h"

#include <catch2/catch.hpp>

#include "conf/parameters.h"

using namespace amd::conf;
using amd::maplang::Diagnostic;
using amd::maplang::SourceText;

namespace {
struct Read {
  Settings settings;
  std::string messages;  // as rendered
};

Read read(const std::string& text, std::string_view tag = "") {
  Read out;
  const SourceText source("amd.conf", text);
  for (const Diagnostic& d : read_amd_conf(source, tag, out.settings))
    out.messages += source.render(d);
  return out;
}

// The headlines only.
std::vector<std::string> complaints(const std::string& text) {
  Settings settings;
  const SourceText source("amd.conf", text);
  std::vector<std::string> out;
  for (const Diagnostic& d : read_amd_conf(source, "", settings))
    out.push_back(source.render_headline(d));
  return out;
}

bool fails(const std::string& text) {
  return read(text).messages.find("error") != std::string::npos;
}

// The value of `arch` that a line gives.
std::string arch_of(const std::string& line) {
  const Read r = read("[ global ]\n" + line + "\n");
  INFO(r.messages);
  CHECK(r.messages.find("error") == std::string::npos);
  return r.settings.global.arch.value;
}

using Lines = std::vector<std::string>;

}  // namespace
TEST_CASE("global and map sections fill the settings", "[conf]") {
  const Read r = read(
      "# a comment\n"
      "\n"
      "[ global ]\n"
      "auto_dir = /.automount\n"
      "restart_mounts = yes\n"
      "map_type = file\n"
      "browsable_dirs = full\n"
      "\n"
      "[ /file ]\n"
      "map_name = /etc/amd/file_map\n"
      "map_options = cache:=inc;type:=x\n"
      "[/home]\n"
      "map_name = amd.home\n"
      "map_type = nis\n"
      "browsable_dirs = no\n");
  CHECK(r.messages ==
        "amd.conf:11:1: warning: map_options has no effect: this release does "
        "not have it [effect]\n"
        "    map_options = cache:=inc;type:=x\n"
        "    ^~~~~~~~~~~\n");
  CHECK(r.settings.global.auto_dir.value == "/.automount");
  CHECK(to_text(r.settings.global.auto_dir.origin) == "amd.conf:4:1");
  CHECK(r.settings.global.restart_mounts.value);
  REQUIRE(r.settings.maps.size() == 2);
  const MapSettings& file = r.settings.maps[0];
  CHECK(file.directory == "/file");
  CHECK(to_text(file.origin) == "amd.conf:9:3");
  CHECK(file.map_name.value == "/etc/amd/file_map");
  CHECK(file.map_options.value == "cache:=inc;type:=x");
  CHECK(file.map_type.value == "file");
  CHECK(to_text(file.map_type.origin) == "amd.conf:6:1");
  CHECK(file.browsable_dirs.value == Browsable::Full);
  const MapSettings& home = r.settings.maps[1];
  CHECK(home.map_type.value == "nis");
  CHECK(home.browsable_dirs.value == Browsable::No);
}

TEST_CASE("a value is what am-utils takes it for", "[conf]") {
  CHECK(arch_of("arch = i386") == "i386");
  CHECK(arch_of("\tarch\t=\ti386\t") == "i386");
  CHECK(arch_of("arch = \"foo\"") == "\"foo\"");
  CHECK(arch_of("arch = \"\"") == "\"\"");
  CHECK(arch_of("arch = \"foo bar\"") == "foo bar");
  CHECK(arch_of("arch = \"a=b\"") == "a=b");
  CHECK(arch_of("arch = \"a=b\"c") == "\"a=b\"c");
  CHECK(arch_of("arch = \"[x]\"") == "[x]");
  CHECK(arch_of("arch = \"a\nb\"") == "a\nb");
  CHECK(arch_of("arch = x#y") == "x#y");
  CHECK(arch_of("arch = =x") == "=x");
  CHECK(arch_of("arch = \\x\"y") == "\\x\"y");
  CHECK(arch_of("arch = caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(arch_of("arch = x # c\n") == "x");
}

TEST_CASE("a comment inside a line swallows its newline, as in am-utils",
          "[conf]") {
  CHECK(arch_of("arch = # what follows\ni386") == "i386");
  CHECK(arch_of("arch # one\n# two\n = i386") == "i386");
  CHECK(arch_of("arch = x#no#comment") == "x#no#comment");
}

TEST_CASE("what am-utils refused and means one thing only is accepted",
          "[conf]") {
  CHECK(arch_of("arch=i386") == "i386");
  CHECK(arch_of("arch= i386") == "i386");
  CHECK(arch_of("arch =i386") == "i386");
  CHECK(arch_of("arch=a=b") == "a=b");
  CHECK(arch_of("arch=\"foo bar\"") == "foo bar");
  CHECK(arch_of("arch = i386 # a comment\nos = x") == "i386");
  CHECK(arch_of("arch = \"foo bar\"# a comment\nos = x") == "foo bar");
  CHECK(read("[global]#x\narch = y").settings.global.arch.value == "y");
  CHECK(read("[global]\n# x").messages == "");
  CHECK(read("[global]\n[/x]\nmap_name=y\n").messages == "");
}

TEST_CASE("escaped values write what quotes cannot", "[conf]") {
  CHECK(arch_of(R"(arch = escaped "")").empty());
  CHECK(arch_of(R"(arch=escaped "a \"b\" \\ c")") == R"(a "b" \ c)");
  CHECK(arch_of(R"(arch = escaped "a\n\t\r\001\377")") == "a\n\t\r\001\377");
  CHECK(arch_of("arch = escaped") == "escaped");
  CHECK(read("[ escaped \"/a\\\"\" ]\nmap_name = x\n")
            .settings.maps.at(0)
            .directory == "/a\"");
  CHECK(complaints("[global]\narch = escaped \"\\q\"\n") ==
        Lines{"amd.conf:2:8: error: unknown escape in this value [syntax]"});
}

TEST_CASE("quotes around words that am-utils refused are dropped", "[conf]") {
  const Read r = read(
      "[global]\nplock = \"no\"\nmount_type = \"nfs\"\nmount_timeout = "
      "\"7\"\n");

  CHECK(r.messages == "");
  CHECK_FALSE(r.settings.global.plock.value);
  CHECK(r.settings.global.mount_type.value == MountType::Nfs);
  CHECK(r.settings.global.mount_timeout.value == 7);
}

TEST_CASE("quotes that stay in a value are warned about", "[conf]") {
  CHECK(read("[global]\narch = \"foo\"\n").messages ==
        "amd.conf:2:8: warning: arch: the quotes are part of the value "
        "[value]\n"
        "    arch = \"foo\"\n"
        "           ^~~~~\n"
        "  hint: only values with blanks, =, [ or ] lose their quotes\n");
}

TEST_CASE("a file with carriage returns is read", "[conf]") {
  const Read r = read("[global]\r\narch = x\r\nos = y\r\n");

  CHECK(r.messages == "");
  CHECK(r.settings.global.arch.value == "x");
  CHECK(r.settings.global.os.value == "y");
  // One line of many keeps it: am-utils reads it so.
  CHECK(read("[global]\narch = x\r\n").settings.global.arch.value == "x\r");
}

TEST_CASE("every error is reported, with its place and what is allowed",
          "[conf]") {
  const Read r = read(
      "[ global ]\n"
      "auto_drr = /a\n"
      "plock = maybe\n"
      "arch i386\n"
      "[ /n ]\n"
      "cache_duration = 5\n"
      "mapname = x\n");

  CHECK(r.messages ==
        "amd.conf:2:1: error: unknown parameter auto_drr in [ global ] "
        "[parameter]\n"
        "    auto_drr = /a\n"
        "    ^~~~~~~~\n"
        "  hint: did you mean auto_dir?\n"
        "amd.conf:3:9: error: plock: \"maybe\" is not yes or no [value]\n"
        "    plock = maybe\n"
        "            ^~~~~\n"
        "amd.conf:4:6: error: expected = after the parameter name before "
        "this "
        "[syntax]\n"
        "    arch i386\n"
        "         ^\n"
        "  hint: a line is: name = value\n"
        "amd.conf:5:3: error: map_name must be defined for map /n "
        "[section]\n"
        "    [ /n ]\n"
        "      ^~\n"
        "amd.conf:6:1: error: cache_duration belongs into the [ global ] "
        "section [parameter]\n"
        "    cache_duration = 5\n"
        "    ^~~~~~~~~~~~~~\n"
        "amd.conf:7:1: error: unknown parameter mapname in the section of "
        "a "
        "map [parameter]\n"
        "    mapname = x\n"
        "    ^~~~~~~\n"
        "  hint: did you mean map_name?\n");
}

TEST_CASE("syntax errors name what was expected", "[conf]") {
  const auto one = [](const std::string& text) {
    const Lines lines = complaints(text);
    CHECK(lines.size() == 1);
    return lines.empty() ? "" : lines.back();
  };
  CHECK(one("") == "amd.conf:1:1: error: there is no section [syntax]");
  CHECK(one("# only a comment\n\n") ==
        "amd.conf:1:1: error: there is no section [syntax]");
  CHECK(one("arch = x\nos = y\n") ==
        "amd.conf:1:1: error: arch stands before the first section [syntax]");
  CHECK(one("[global\narch = x\n[global]\n") ==
        "amd.conf:1:8: error: expected ] after the section name [syntax]");
  CHECK(one("[]\n[global]\n") ==
        "amd.conf:1:2: error: expected global or a directory after [ "
        "[syntax]");
  CHECK(one("[global]\narch =\n") ==
        "amd.conf:2:7: error: expected a value after = [syntax]");
  CHECK(one("[global]\narch = [\n") ==
        "amd.conf:2:8: error: expected a value after = before this [syntax]");
  CHECK(one("[global]\narch == x\n") ==
        "amd.conf:2:6: error: expected = after the "
        "parameter name before this "
        "[syntax]");
  CHECK(one("[global]\narch = a b\n") ==
        "amd.conf:2:10: error: expected the end of the line [syntax]");
  CHECK(one("[global]\n= x\n") ==
        "amd.conf:2:1: error: expected name = value or [ section ] [syntax]");
  CHECK(one("[global] x\n") ==
        "amd.conf:1:10: error: expected the end of the line [syntax]");
  CHECK(one("[global]\narch = # c\nos = x\n") ==
        "amd.conf:2:8: error: expected a value before the comment [syntax]");
  CHECK(one(std::string("[ /a\0 ]\nx = y\n", 13)) ==
        "amd.conf:1:3: error: a zero byte in this name [syntax]");
  CHECK(one(std::string("[global]\narch = a\0b\n", 20)) ==
        "amd.conf:2:1: error: a zero byte in this line [syntax]");
}

TEST_CASE("a line with an error does not hide its neighbours", "[conf]") {
  const Read r = read("[global]\narch = a b\nos = linux\n= = =\nosver=6\n");

  CHECK(r.settings.global.os.value == "linux");
  CHECK(r.settings.global.osver.value == "6");
}

TEST_CASE("a map's tag decides whether it is used", "[conf]") {
  const std::string text =
      "[ /a ]\nmap_name = a\n[ /b ]\nmap_name = b\ntag = test\n";
  const Read without = read(text);

  CHECK(without.settings.maps.size() == 1);
  CHECK(without.messages.starts_with(
      "amd.conf:3:3: note: skipping map /b: its tag is test [section]\n"));
  CHECK(read(text, "test").settings.maps.size() == 2);
  CHECK(read(text, "other").settings.maps.size() == 1);
}

TEST_CASE("maps inherit from the global section above them", "[conf]") {
  const Read r = read(
      "[ /a ]\nmap_name = a\n"
      "[ global ]\nsearch_path = /x\n"
      "[ /b ]\nmap_name = b\n");

  CHECK(r.messages.starts_with(
      "amd.conf:3:3: warning: [ global ] comes after the map "
      "/a, which does "
      "not inherit from it [section]\n"));
  CHECK(r.settings.maps.at(0).search_path.value.empty());
  CHECK(r.settings.maps.at(1).search_path.value == "/x");
}

TEST_CASE("sections of one name in a row are one, later ones replace it",
          "[conf]") {
  const Read merged = read("[ /a ]\nmap_name = a\n[ /a ]\nmap_type = file\n");

  CHECK(merged.messages == "");
  REQUIRE(merged.settings.maps.size() == 1);
  CHECK(merged.settings.maps[0].map_name.value == "a");
  CHECK(merged.settings.maps[0].map_type.value == "file");
  const Read again = read(
      "[ /a ]\nmap_name = a\n[ /b ]\nmap_name = b\n[ /a ]\nmap_name = c\n");
  REQUIRE(again.settings.maps.size() == 2);
  CHECK(again.settings.maps[0].directory == "/b");
  CHECK(again.settings.maps[1].map_name.value == "c");
  CHECK(again.messages.starts_with(
      "amd.conf:5:3: warning: map /a is defined again; the last one counts"));
}

TEST_CASE("a parameter without effect is warned about once", "[conf]") {
  const Lines lines = complaints(
      "[global]\ndebug_mtab_file = /x\nos = a\n[global]\n"
      "debug_mtab_file = /y\n");

  CHECK(lines ==
        Lines{"amd.conf:2:1: warning: debug_mtab_file has no effect: the "
              "mount "
              "table is the kernel's own [effect]",
              "amd.conf:5:1: warning: debug_mtab_file is set again "
              "[parameter]"});
}

TEST_CASE("every parameter of the table can be written", "[conf]") {
  for (const Parameter& p : parameters()) {
    const std::string line =
        std::string(p.name) + " = " +
        (p.default_text.empty() ? "escaped \"\""
                                : std::string(p.default_text)) +
        "\n";
    INFO(line);
    if (p.global != nullptr) CHECK_FALSE(fails("[global]\n" + line));
    if (p.map != nullptr && p.name != "map_name")
      CHECK_FALSE(fails("[/m]\nmap_name = x\n" + line));
  }
}
