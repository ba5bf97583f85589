// SPDX-License-Identifier: BSD-3-Clause
// Small rules of evaluation; the golden files hold the rest.

#include "maplang/eval/choose.h"

#include <catch2/catch.hpp>

#include "maplang/eval/expand.h"
#include "maplang/eval/in_network.h"
#include "maplang/eval/key_order.h"
#include "maplang/eval/mount_options.h"
#include "maplang/eval/slashes.h"
#include "maplang/syntax/parse.h"

namespace amd::maplang {
namespace {

HostFacts vm() {
  HostFacts host;
  host.host = "vm";
  host.hostd = "vm.unknown.domain";
  host.cluster = host.domain;
  host.os = "linux";
  host.byte = "little";
  host.arch = host.karch = "x86_64";
  host.networks = {*Network::parse("10.9.0.100/24")};
  host.environment["MYENV"] = "e";
  return host;
}

LookupFacts lookup_of(std::string key) {
  LookupFacts lookup;
  lookup.path = "/n/" + key;
  lookup.key = std::move(key);
  lookup.map = "/etc/m";
  return lookup;
}

Choice choose_for(std::string_view value, std::string_view defaults = "",
                  const Answers& answers = {}) {
  const ParsedEntry parsed =
      parse_entry(value, ValueOrigin::at("m", SourcePosition{}));
  return choose(parsed.entry, defaults, vm(), lookup_of("k"), answers);
}

std::string links(std::string_view value, const Answers& answers = {}) {
  std::string out;
  for (const auto& location :
       choose_for(value, "-type:=link", answers).chosen) {
    out += location.link_text() + " ";
  }
  return out;
}

}  // namespace

TEST_CASE("defaults replace each other, a dash takes them back",
          "[maplang][choose]") {
  CHECK(links("host==no -user:=Q host==no -group:=R fs:=/c${user}${group}") ==
        "/cR ");
  CHECK(links("host==no -user:=Q host==no - fs:=/d${user}") == "/d ");
  CHECK(links("fs:=/d${user}${group} -user:=Q -group:=R") == "/dQR ");
}

TEST_CASE("a cut ends the walk only after a match", "[maplang][choose]") {
  CHECK(links("host==no || fs:=/c") == "/c ");
  CHECK(links("fs:=/a / fs:=/c") == "/a ");
  CHECK(choose_for("type:=link;fs:=/a || fs:=/c").rejected.front().reason ==
        "||: a location before the cut has matched");
}

TEST_CASE("a rejected location says why", "[maplang][choose]") {
  const Choice choice = choose_for(
      "os==sunos5 type:=bogus !true(x) host:=x bogus(x) network==10.0.0.0 "
      "fs:=/",
      "");

  std::string reasons;
  for (const auto& one : choice.rejected) reasons += one.reason + "|";
  CHECK(reasons ==
        "os==sunos5: os is linux|type:=bogus: unknown type|"
        "!true(x): true(x) is true|host:=x: cannot assign to a selector|"
        "bogus(x): unknown function|"
        "network==10.0.0.0: this machine is not on network 10.0.0.0|"
        "no type:= is given|");
  CHECK(choice.rejected[1].location.origin == "m:1:12");
}

TEST_CASE("questions come before answers", "[maplang][choose]") {
  const ParsedEntry parsed = parse_entry(
      "exists(/x);netgrp(g);xhost(other);fs:=/a || !exists(/y);fs:=/b",
      ValueOrigin::at("m", {}));

  const auto asked =
      questions(parsed.entry, "type:=link", vm(), lookup_of("k"), {});

  REQUIRE(asked.size() == 4);
  CHECK(asked[0] == Question{Question::Kind::Exists, "/x", ""});
  CHECK(asked[1] == Question{Question::Kind::Netgroup, "g", "vm"});
  CHECK(asked[2] == Question{Question::Kind::HostNames, "other", ""});
  CHECK(asked[3] == Question{Question::Kind::Exists, "/y", ""});
  Answers answers;
  for (const Question& one : asked) answers[one].truth = true;
  answers[asked[2]].names = {"other", "vm.unknown.domain"};
  CHECK(questions(parsed.entry, "", vm(), lookup_of("k"), answers).empty());
}

TEST_CASE("slashes are normalised, but not a double one that comes first",
          "[maplang][slashes]") {
  CHECK(normalize_slashes("//tmp//a///b/") == "//tmp/a/b/");
  CHECK(normalize_slashes("///x") == "//x");
  CHECK(normalize_slashes("x:=/a//b\\/c") == "x:=/a/b/c");
  CHECK(normalize_slashes("a\\/b") == "a\\/b");
  CHECK(strip_trailing_slashes("///") == "/");
}

TEST_CASE("references are expanded in two passes", "[maplang][expand]") {
  const HostFacts host = vm();
  LookupFacts lookup = lookup_of("a.b.c");
  OptionValues options;
  options[Option::Rhost] = "srv.dom";
  const auto selectors = [&](std::string_view text) {
    return expand_selectors(text, host, lookup).text;
  };
  const auto both = [&](std::string_view text) {
    return expand_options(selectors(text), host, options).text;
  };

  CHECK(selectors("${key}${.key}${key.}${/path}${path/}") ==
        "a.b.cb.caa.b.c/n");
  CHECK(selectors("${/rhost} ${rfs}") == "${/rhost} ${rfs}");
  CHECK(both("${rhost}:${.rhost}:${rhost.}:${sublink}:${dollar}") ==
        "srv.dom:dom:srv::$");
  CHECK(both("/t/$$x") == "/t/");
  CHECK(both("/tmp/$key/y") == "/tmp/ey/y");
  CHECK(both("a${MYENV}${/MYENV}${NoSuch}b${open") ==
        "aeeb"
        "open");
  CHECK(both("${${key}}") == "}");
  CHECK(both("$") == "");
  CHECK(selectors("${wire} ${netnumber}") == "10.9.0.0 10.9");
}

TEST_CASE("expansion stays within bounds", "[maplang][expand]") {
  HostFacts host = vm();
  host.arch = std::string(4000, 'x');
  std::string text;
  for (int i = 0; i < 100; ++i) text += "${arch}";

  const Expansion expansion = expand_selectors(text, host, {});

  CHECK(expansion.too_long);
  CHECK(expansion.text.size() == kLongestExpansion);
}

TEST_CASE("networks are named, numbered or measured", "[maplang][network]") {
  const std::vector<Network> networks = {*Network::parse("10.9.0.100/24")};

  CHECK(is_in_network("10.9", networks));
  CHECK(is_in_network("10.9.0.0", networks));
  CHECK(is_in_network("10.9.0.0/255.255.255.0", networks));
  CHECK(is_in_network("10.9.0.0/24", networks));
  CHECK(is_in_network("10.9.0.0/0xffffff00", networks));
  CHECK(is_in_network("10.9.0.0/", networks));
  CHECK_FALSE(is_in_network("10.9.0.100/24", networks));
  CHECK_FALSE(is_in_network("", networks));
  CHECK_FALSE(is_in_network("10.8/16", networks));
  CHECK_FALSE(is_in_network("x/y/z", networks));
  CHECK_FALSE(Network::parse("10.9.0.1"));
}

TEST_CASE("names are looked for from the longest prefix to the wildcard",
          "[maplang][key]") {
  using Keys = std::vector<std::string>;
  CHECK(key_order("a/b/c") == Keys{"a/b/c", "a/b/*", "a/*", "*"});
  CHECK(key_order("a") == Keys{"a", "*"});
  CHECK(key_order("/defaults") == Keys{"/defaults"});
  CHECK(find_bad_byte("bad;key") == ';');
  CHECK_FALSE(find_bad_byte("good.key"));
  CHECK(expand_name("sel${host}", vm()) == "selvm");
}

TEST_CASE("addopts replace options and their reverse", "[maplang][opts]") {
  CHECK(merge_options("ro,hard,rsize=1024", "rw,soft,rsize=2048,norsize") ==
        "rw,soft,rsize=2048,norsize");
  CHECK(merge_options("ro,intr", "nointr") == "ro,nointr");
  CHECK(merge_options("", "x") == "x");
}

TEST_CASE("numbers in options are read as in C", "[maplang][opts]") {
  const MountOptions options("-ro,port=0x10,timeo=010,retry=3x,rsize=,vers");
  CHECK(options.has("ro"));
  CHECK(options.number_of("port") == 16);
  CHECK(options.number_of("timeo") == 8);
  CHECK(options.is_bad_number("retry"));
  CHECK(options.is_bad_number("rsize"));
  CHECK(options.is_bad_number("vers"));
  CHECK_FALSE(options.number_of("wsize"));
  CHECK(pseudo_options("ping=-1,nounmount,proto=tcp").ping_seconds == -1);
}

}  // namespace amd::maplang
