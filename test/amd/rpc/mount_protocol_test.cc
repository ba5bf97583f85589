// SPDX-License-Identifier: BSD-3-Clause
// Fixed bytes of MOUNT (RFC 1813 appendix I, RFC 1094 appendix A) and of the
// port mapper (RFC 1833).
#include "amd/rpc/mount_protocol.h"

#include "amd/rpc/portmap_protocol.h"
#include "test/support/bytes.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using amd::test::hex;
using amd::test::to_hex;

namespace {

template <class T>
T both_ways(std::string_view text) {
  const std::string bytes = hex(text);
  const auto message = decode<T>(bytes);
  REQUIRE(message);
  CHECK(to_hex(encoded(*message)) == to_hex(bytes));
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode<T>(std::string_view(bytes).substr(0, size)));
  CHECK_FALSE(decode<T>(bytes + std::string(4, '\0')));
  return *message;
}

}  // namespace

TEST_CASE("MNT of version 3 gives a handle and flavors", "[rpc][mount]") {
  const auto result = both_ways<MountResult3>(
      "00000000 00000005 68616e64 6c000000 00000002 00000001 00000000");

  CHECK(result.status == 0);
  CHECK(result.root.view() == "handl");
  CHECK(result.auth_flavors == std::vector<uint32_t>{1, 0});
  CHECK(both_ways<MountResult3>("0000000d").status == 13);
  CHECK_FALSE(decode<MountResult3>(hex("00000003")));
  CHECK_FALSE(
      decode<MountResult3>(hex("00000000 00000041") + std::string(72, 'h')));
  CHECK_FALSE(decode<MountResult3>(hex("00000000 00000001 68000000 00000041") +
                                   std::string(260, '\0')));
}

TEST_CASE("MNT of version 1 gives a handle of 32 bytes", "[rpc][mount]") {
  const auto result =
      both_ways<MountResult1>("00000000" + to_hex(std::string(32, 'h')));

  CHECK(result.root.view() == std::string(32, 'h'));
  CHECK(both_ways<MountResult1>("00000002").status == 2);
}

TEST_CASE("an export list is read by a loop, with its groups", "[rpc][mount]") {
  const auto exports = both_ways<MountExports>(
      "00000001 00000002 2f610000"
      "00000001 00000002 68310000 00000001 00000002 68320000 00000000"
      "00000001 00000002 2f620000 00000000"
      "00000000");

  CHECK(exports.list ==
        std::vector<MountExport>{{"/a", {"h1", "h2"}}, {"/b", {}}});
  CHECK(both_ways<MountExports>("00000000").list.empty());
  CHECK_FALSE(
      decode<MountExports>(hex("00000001 00000401") + std::string(1032, 'p')));
}

TEST_CASE("a path goes out cut to the protocol's limit", "[rpc][mount]") {
  CHECK(both_ways<MountPath>("00000003 2f666900").path == "/fi");
  CHECK(encoded(MountPath{std::string(2000, 'p')}).size() == 1028);
}

TEST_CASE("the port mapper's messages are those of RFC 1833",
          "[rpc][portmap]") {
  CHECK(both_ways<PortmapEntry>("000186a3 00000003 00000006 00000801") ==
        PortmapEntry{100003, 3, 6, 2049});
  CHECK(both_ways<PortmapPort>("00000801").port == 2049);
  CHECK_FALSE(decode<PortmapPort>(hex("00010000")));
  CHECK(both_ways<PortmapFlag>("00000001").done);
  CHECK(both_ways<RpcbindEntry>(
            "000186a3 00000003 00000004 74637036 00000000 00000001 78000000") ==
        RpcbindEntry{100003, 3, "tcp6", "", "x"});
  CHECK(both_ways<RpcbindAddress>("00000007 3a3a312e 382e3100").universal ==
        "::1.8.1");
}

TEST_CASE("the port is taken from the end of a universal address",
          "[rpc][portmap]") {
  CHECK(RpcbindAddress{"2001:db8::1.8.1"}.port() == 2049);
  CHECK(RpcbindAddress{"192.0.2.1.0.111"}.port() == 111);
  for (const char* bad : {"", "1", "1.2", "a.8.x", "a.8.256", "a.-1.1", "a.."})
    CHECK(RpcbindAddress{bad}.port() == 0);
}
