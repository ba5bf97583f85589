// SPDX-License-Identifier: BSD-3-Clause
// Lines of map files, one after another and by key.

#include "maplang/syntax/map_lines.h"

#include <catch2/catch.hpp>

#include "maplang/syntax/map_index.h"

namespace amd::maplang {
namespace {

std::string show(const std::string& text) {
  LineReader reader(text);
  RawEntry entry;
  std::string out;
  while (reader.next(entry)) {
    const SourcePosition& at = entry.pieces.front().at;
    out += std::string(entry.key) + "=" + std::string(entry.value) + "@" +
           std::to_string(at.line) + ":" + std::to_string(at.column) + "|";
    CHECK(text.compare(entry.key_range.begin.byte, 1, entry.key, 0, 1) == 0);
  }
  return out;
}

}  // namespace

TEST_CASE("a line has a key and a value; comments and blank lines go",
          "[maplang][lines]") {
  CHECK(show("a b\n\n# c\n  c  d e # f\n*\tg#h\nkey\nz \"q#\"\nlast one") ==
        "a=b@1:3|c=d e @4:6|*=g@5:3|key=@6:4|z=\"q@7:3|last=one@8:6|");
}

TEST_CASE("continuation joins lines and drops the white space that follows",
          "[maplang][lines]") {
  CHECK(show("a fs:=/t/\\\n   c\nb x\n") == "a=fs:=/t/c@1:3|b=x@3:3|");
  CHECK(show("a x \\\n\n  \n y\nb z\\\n") == "a=x y@1:3|b=z@5:3|");
  CHECK(show("a x # c \\\n y\nb z\\") == "a=x @1:3|b=z\\@3:3|");
  CHECK(show("\\\n k \\\n v\n") == "k=v@3:2|");
}

TEST_CASE("a byte of a joined value is found again in its file",
          "[maplang][lines]") {
  const std::string text = "key abc \\\n   def\\\nghi\n";
  LineReader reader(text);
  RawEntry entry;
  REQUIRE(reader.next(entry));

  const ValueOrigin origin = entry.origin("m");

  CHECK(entry.value == "abc defghi");
  CHECK(origin.position_of(4) == SourcePosition{13, 2, 4});
  CHECK(origin.position_of(8) == SourcePosition{19, 3, 2});
  CHECK(origin.range_of(0, 4).end == SourcePosition{8, 1, 9});
}

TEST_CASE("an entry keeps its views when it is moved", "[maplang][lines]") {
  const std::string text = "k \\\n v\n";
  LineReader reader(text);
  std::vector<RawEntry> entries(1);
  REQUIRE(reader.next(entries[0]));

  RawEntry moved = std::move(entries[0]);

  CHECK(moved.key == "k");
  CHECK(moved.value == "v");
}

TEST_CASE("the index finds the last definition of a key, or the first",
          "[maplang][index]") {
  const std::string text =
      "a 1\n# c\nb 2\na 3\n \\\nlong \\\n  4\nnone\n/defaults x\n#a 5\n";

  const MapIndex index(text);
  const MapIndex first(text, MapIndex::Duplicates::FirstWins);

  CHECK(index.size() == 4);
  CHECK(index.find("a")->value == "3");
  CHECK(index.find("a")->pieces.front().at == SourcePosition{14, 4, 3});
  CHECK(first.find("a")->value == "1");
  CHECK(index.find("long")->value == "4");
  CHECK(index.find("/defaults")->value == "x");
  CHECK_FALSE(index.find("none"));
  CHECK_FALSE(index.find("c"));
  std::string keys;
  index.for_each_key([&](std::string_view key) {
    keys += key;
    keys += ' ';
  });
  CHECK(keys == "b a long /defaults ");
}

TEST_CASE("the index knows line numbers far into a large file",
          "[maplang][index]") {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += "key" + std::to_string(i) + " fs:=/v/${key}\n";
  }

  const MapIndex index(text);

  CHECK(index.size() == 20000);
  CHECK(index.find("key17777")->pieces.front().at.line == 17778);
  CHECK(index.find("key17777")->key_range.begin.column == 1);
}

}  // namespace amd::maplang
