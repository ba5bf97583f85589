// SPDX-License-Identifier: BSD-3-Clause
#include "amd/autofs/packet.h"

#include <linux/auto_fs.h>

#include <cstring>

#include "test/support/printers.h"

using namespace amd;

namespace {

autofs_v5_packet example() {
  autofs_v5_packet p{};
  p.hdr.proto_version = 5;
  p.hdr.type = autofs_ptype_missing_indirect;
  p.wait_queue_token = 42;
  p.uid = 1000;
  p.gid = 100;
  p.pid = 7;
  p.len = 4;
  std::memcpy(p.name, "tree", 4);
  return p;
}

std::string bytes_of(const autofs_v5_packet& p,
                     size_t size = kAutofsPacketSize) {
  std::string bytes(size, '\0');
  std::memcpy(bytes.data(), &p, std::min(size, sizeof p));
  return bytes;
}

}  // namespace

TEST_CASE("a packet for a missing name says who asks for what", "[autofs]") {
  const auto packet = decode_packet(bytes_of(example()));

  REQUIRE(packet);
  CHECK(packet->kind == AutofsPacket::Kind::Missing);
  CHECK(packet->token == 42);
  CHECK(packet->uid == 1000);
  CHECK(packet->gid == 100);
  CHECK(packet->pid == 7);
  CHECK(packet->name == "tree");
}

TEST_CASE("an expire packet of a kernel with 300-byte packets is understood",
          "[autofs]") {
  autofs_v5_packet p = example();
  p.hdr.type = autofs_ptype_expire_indirect;

  const auto packet = decode_packet(bytes_of(p, kAutofsPacketMinSize));

  REQUIRE(packet);
  CHECK(packet->kind == AutofsPacket::Kind::Expire);
}

TEST_CASE("a packet of any other length is refused", "[autofs]") {
  const std::string whole = bytes_of(example());

  for (size_t n = 0; n < kAutofsPacketSize; ++n) {
    if (n != kAutofsPacketMinSize)
      CHECK_FALSE(decode_packet(std::string_view(whole).substr(0, n)));
  }
  CHECK_FALSE(decode_packet(whole + "x"));
}

TEST_CASE("packets of other protocols and types are refused", "[autofs]") {
  autofs_v5_packet other = example();
  other.hdr.proto_version = 4;
  CHECK_FALSE(decode_packet(bytes_of(other)));

  for (const int type : {-1, 0, 1, 2, 5, 6, 7}) {
    autofs_v5_packet p = example();
    p.hdr.type = type;
    CHECK_FALSE(decode_packet(bytes_of(p)));
  }
}

TEST_CASE("names that are no names are refused, and still have a token",
          "[autofs]") {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"),
        std::string("a\0b", 3)}) {
    autofs_v5_packet p = example();
    p.len = static_cast<unsigned>(name.size());
    std::memcpy(p.name, name.data(), name.size());
    CHECK_FALSE(decode_packet(bytes_of(p)));
    CHECK(token_of_packet(bytes_of(p)) == 42);
  }
}

TEST_CASE("a name is as long as the kernel allows and no longer", "[autofs]") {
  autofs_v5_packet p = example();
  std::memset(p.name, 'x', sizeof p.name);

  p.len = 255;
  const auto longest = decode_packet(bytes_of(p));
  p.len = 256;
  const auto longer = decode_packet(bytes_of(p));
  p.len = 0xffffffff;
  const auto absurd = decode_packet(bytes_of(p));

  REQUIRE(longest);
  CHECK(longest->name.size() == 255);
  CHECK_FALSE(longer);
  CHECK_FALSE(absurd);
}
