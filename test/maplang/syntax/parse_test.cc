// SPDX-License-Identifier: BSD-3-Clause
// Values to trees.

#include "maplang/syntax/parse.h"

#include <catch2/catch.hpp>

#include "maplang/syntax/dump.h"
#include "maplang/syntax/map_lines.h"

namespace amd::maplang {
namespace {

// One word a line, one item a `;`: a short form to compare with.
std::string show(const Item& item) {
  if (const auto* c = std::get_if<Comparison>(&item.what)) {
    return c->name + (c->negated ? "!=" : "==") + c->text.text;
  }
  if (const auto* c = std::get_if<Call>(&item.what)) {
    return (c->negated ? "!" : "") + c->name + "(" + c->argument.text + ")";
  }
  if (const auto* a = std::get_if<Assignment>(&item.what)) {
    return a->name + (a->old_style ? "=" : ":=") + a->value.text;
  }
  return "junk<" + item.raw + ">";
}

std::string show(const std::vector<Item>& items) {
  std::string out;
  for (const Item& item : items) out += "[" + show(item) + "]";
  return out;
}

std::string show(std::string_view value) {
  std::string out;
  const ParsedEntry parsed =
      parse_entry(value, ValueOrigin::at("m", SourcePosition{}));
  CHECK(parse_entry(dump_on_one_line(parsed.entry), {}).entry == parsed.entry);
  const std::string dumped = dump("k", parsed.entry);
  LineReader reader(dumped);
  RawEntry line;
  CHECK(reader.next(line));
  CHECK(parse_entry(line.value, {}).entry == parsed.entry);
  for (const Word& word : parsed.entry.words) {
    if (!out.empty()) out += " ";
    if (const auto* l = std::get_if<Location>(&word)) {
      out += "L" + show(l->items);
    } else if (const auto* d = std::get_if<Defaults>(&word)) {
      out += "D" + show(d->items);
    } else {
      out += std::holds_alternative<Reset>(word) ? "-" : "||";
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a value is cut into words and items", "[maplang][parse]") {
  CHECK(show("") == "");
  CHECK(show("fs:=/x") == "L[fs:=/x]");
  CHECK(show(" ;;a:=b;;c=d; \t -o:=x - || / ;") ==
        "L[a:=b][c=d] D[o:=x] - || || L");
  CHECK(show("host==vm;host!=vm;host=!vm;host!=;host==;host=!") ==
        "L[host==vm][host!=vm][host!=vm][junk<host!=>][host==][host!=]");
  CHECK(show("fs:=;fs=;x!==y;a:==b;a:=!b;=x;==x;:=y") ==
        "L[fs:=][fs=][x!==y][junk<a:==b>][junk<a:=!b>][junk<=x>][junk<==x>]"
        "[junk<:=y>]");
}

TEST_CASE("functions need a name and an argument", "[maplang][parse]") {
  CHECK(show("exists(/x);!true(a)b;f(${k})") ==
        "L[exists(/x)][!true(a)][f(${k})]");
  CHECK(show("f();f(;f(x;(x);!(x);!!f(x);bar;exists(/a=b)") ==
        "L[junk<f()>][junk<f(>][junk<f(x>][junk<(x)>][!(x)][!!f(x)]"
        "[junk<bar>][exists(/a=b)]");
}

TEST_CASE("quotes protect blanks and semicolons, escapes work inside them",
          "[maplang][parse]") {
  CHECK(show(R"(fs:="/a b;c";x:=1)") == "L[fs:=/a b;c][x:=1]");
  CHECK(show(R"("fs:=/x";"a"":"="b")") == "L[fs:=/x][a:=b]");
  CHECK(show(R"(a:="\g\b\t\n\v\f\r\e\101\1a\\\x\"")") ==
        "L[a:=\a\b\t\n\v\f\r\x1b"
        "A\x01"
        "a\\x\"]");
  CHECK(show(R"(a:=\101)") == "L[a:=\\101]");
  CHECK(show(R"(fs:="" sublink:=/eq)") == "L[fs:= sublink:=/eq]");
  CHECK(show(R"("";a:=b)") == "L[a:=b]");
  CHECK(show(R"(a:=b"c d)") == "L[a:=bc d]");
  CHECK(show(R"(a:="x\"y z")") == "L[a:=x\"y] L[junk<z\">]");
  CHECK(show(R"(a:="b\000c";d:=e;"\000";f:=g)") == "L[a:=b][d:=e]");
}

TEST_CASE("references keep their operator and their place",
          "[maplang][parse]") {
  const ParsedEntry parsed = parse_entry(
      "x fs:=/a${/key}\"b${path/}\"${.v}${v.}$$", ValueOrigin::at("m", {}));

  const auto& location = std::get<Location>(parsed.entry.words.at(1));
  const auto& fs = std::get<Assignment>(location.items.at(0).what);
  REQUIRE(fs.value.references.size() == 4);
  CHECK(fs.value.references[0].part == Part::LastComponent);
  CHECK(fs.value.references[1].name == "path");
  CHECK(fs.value.references[1].part == Part::Directory);
  CHECK(fs.value.references[1].where.range.begin.byte == 17);
  CHECK(fs.value.references[1].where.range.end.byte == 25);
  CHECK(fs.value.references[2].part == Part::AfterDot);
  CHECK(fs.value.references[3].part == Part::BeforeDot);
}

TEST_CASE("an item that cannot be understood is reported where it stands",
          "[maplang][parse]") {
  const ParsedEntry parsed =
      parse_entry("fs:=/x;bar;a:=${b b:=$c", ValueOrigin::at("m", {}));

  REQUIRE(parsed.diagnostics.size() == 3);
  CHECK(parsed.diagnostics[0].message == "\"bar\" has no value and is ignored");
  CHECK(parsed.diagnostics[0].range.begin.byte == 7);
  CHECK(parsed.diagnostics[0].range.end.byte == 10);
  CHECK(parsed.diagnostics[1].range.begin.byte == 14);
  CHECK(parsed.diagnostics[2].range.begin.byte == 21);
}

}  // namespace amd::maplang
