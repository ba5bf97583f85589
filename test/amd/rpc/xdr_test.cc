// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/xdr.h"

#include "test/support/bytes.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using amd::test::hex;
using amd::test::to_hex;

TEST_CASE("numbers are big-endian and fill four or eight bytes", "[rpc]") {
  XdrWriter out;
  out.u32(0x01020304);
  out.i32(-2);
  out.u64(0x0102030405060708);
  out.boolean(true);

  CHECK(to_hex(out.bytes()) == "01020304 fffffffe 01020304 05060708 00000001");
  XdrReader in(out.bytes());
  CHECK(in.u32() == 0x01020304);
  CHECK(in.i32() == -2);
  CHECK(in.u64() == 0x0102030405060708);
  CHECK(in.boolean());
  CHECK(in.finish());
}

TEST_CASE("opaque data is padded to four bytes and read without a copy",
          "[rpc]") {
  XdrWriter out;
  out.opaque("abcde");
  out.fixed("xy");

  CHECK(to_hex(out.bytes()) == "00000005 61626364 65000000 78790000");
  XdrReader in(out.bytes());
  const std::string_view text = in.opaque(5);
  CHECK(text == "abcde");
  CHECK(text.data() == out.bytes().data() + 4);
  CHECK(in.fixed(2) == "xy");
  CHECK(in.finish());
}

TEST_CASE("a length above the bound or above the bytes present is refused",
          "[rpc]") {
  SECTION("above the bound") {
    const std::string bytes = hex("00000005 61626364 65000000");
    XdrReader in(bytes);
    CHECK(in.opaque(4).empty());
    CHECK(in.finish().error().message() ==
          "XDR holds a length above its limit: protocol error");
  }
  SECTION("above the bytes present") {
    const std::string bytes = hex("ffffffff 61626364");
    XdrReader in(bytes);
    CHECK(in.opaque(0xffffffff).empty());
    CHECK(in.finish().error().message() ==
          "XDR ends too early: protocol error");
  }
  SECTION("padding missing") {
    const std::string bytes = hex("00000001 61");
    XdrReader in(bytes);
    CHECK(in.opaque(8).empty());
    CHECK_FALSE(in.ok());
  }
}

TEST_CASE("a reader that failed once stays failed and returns nothing",
          "[rpc]") {
  const std::string bytes = hex("00000002 00000001 00000001");
  XdrReader in(bytes);

  CHECK_FALSE(in.boolean());
  CHECK(in.u32() == 0);
  CHECK(in.u64() == 0);
  CHECK(in.opaque(100).empty());
  CHECK(in.rest().empty());
  CHECK(in.finish().error().message() ==
        "XDR holds a boolean that is neither 0 nor 1: protocol error");
}

TEST_CASE("bytes left over are an error", "[rpc]") {
  const std::string bytes = hex("00000001 00000000");
  XdrReader in(bytes);

  CHECK(in.u32() == 1);
  CHECK(in.check());
  CHECK(in.finish().error().message() ==
        "XDR has bytes left over: protocol error");
}
