// SPDX-License-Identifier: BSD-3-Clause
#include "amd/helpers/wire.h"

#include <catch2/catch.hpp>
#include <string>

using namespace amd;

TEST_CASE("what a wire writer wrote comes back in order", "[helpers]") {
  WireWriter writer;
  writer.number(std::uint8_t{7}).text("a b").number(std::int64_t{-5}).text("");

  WireReader reader(writer.bytes());

  CHECK(reader.number<std::uint8_t>() == 7);
  CHECK(reader.text() == "a b");
  CHECK(reader.number<std::int64_t>() == -5);
  CHECK(reader.text().empty());
  CHECK(reader.is_complete());
}

TEST_CASE("a message cut anywhere is noticed", "[helpers]") {
  WireWriter writer;
  writer.number(std::uint32_t{1}).text("target").number(std::uint64_t{2});
  const std::string whole = writer.bytes();

  for (size_t n = 0; n < whole.size(); ++n) {
    WireReader reader(std::string_view(whole).substr(0, n));
    reader.number<std::uint32_t>();
    reader.text();
    reader.number<std::uint64_t>();
    CHECK_FALSE(reader.ok());
  }
}

TEST_CASE("a text longer than its message reads as empty", "[helpers]") {
  WireWriter writer;
  writer.number(std::uint32_t{0xffffffff});

  WireReader reader(writer.bytes());

  CHECK(reader.text().empty());
  CHECK_FALSE(reader.ok());
}

TEST_CASE("bytes left over make a message incomplete", "[helpers]") {
  WireWriter writer;
  writer.number(std::uint32_t{1}).number(std::uint8_t{0});

  WireReader reader(writer.bytes());
  reader.number<std::uint32_t>();

  CHECK(reader.ok());
  CHECK_FALSE(reader.is_complete());
}
