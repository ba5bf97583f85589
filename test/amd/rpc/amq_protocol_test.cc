// SPDX-License-Identifier: BSD-3-Clause
// Fixed bytes as amd and amq have always exchanged them.
#include "amd/rpc/amq_protocol.h"

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

// A node called `letter`; the counters are 1 to 7.
std::string node(std::string_view letter) {
  const std::string name = "00000001 " + to_hex(letter) + "000000";
  return name + name + name + name +
         "00000001 00000002 00000003 00000004 00000005 00000006 00000007";
}

AmqTreeNode named(const char* name, std::optional<uint32_t> parent) {
  return {parent, name, name, name, name, 1, 2, 3, 4, 5, 6, 7};
}

const std::string kNone = "00000000";
const std::string kSome = "00000001";

}  // namespace

TEST_CASE("a mount tree is on the wire as node, older siblings, children",
          "[rpc][amq]") {
  // a has the children c (newest) and b; c has the child d.
  const auto tree =
      both_ways<AmqTree>(kSome + node("a") + kNone + kSome + node("c") +
                         /* c's sibling */ kSome + node("b") + kNone + kNone +
                         /* c's child */ kSome + node("d") + kNone + kNone);

  REQUIRE(tree.nodes.size() == 4);
  CHECK(tree.nodes[0] == named("a", std::nullopt));
  CHECK(tree.nodes[1] == named("c", 0));
  CHECK(tree.nodes[2] == named("b", 0));
  CHECK(tree.nodes[3] == named("d", 1));
  CHECK(both_ways<AmqTree>(kNone).nodes.empty());
}

TEST_CASE("the outermost node has no sibling", "[rpc][amq]") {
  CHECK_FALSE(decode<AmqTree>(
      hex(kSome + node("a") + kSome + node("b") + kNone + kNone + kNone)));
}

TEST_CASE("a tree of any depth is read and written without recursion",
          "[rpc][amq]") {
  AmqTree deep;
  for (uint32_t i = 0; i < 100000; ++i)
    deep.nodes.push_back(
        named("x", i == 0 ? std::nullopt : std::optional(i - 1)));
  const auto back = decode<AmqTree>(encoded(deep));

  REQUIRE(back);
  CHECK((*back == deep));
}

TEST_CASE("EXPORT is an array of trees", "[rpc][amq]") {
  const auto exported =
      both_ways<AmqExport>("00000001" + kSome + node("a") + kNone + kNone);

  REQUIRE(exported.trees.size() == 1);
  CHECK(exported.trees[0].nodes[0].directory == "a");
  CHECK_FALSE(decode<AmqExport>(hex("ffffffff")));
}

TEST_CASE("mount information is read and written in the order of the wire",
          "[rpc][amq]") {
  using List = std::vector<AmqMountInfo>;
  const auto list = both_ways<List>(
      "00000001"
      "00000003 6e667300 00000002 2f610000 00000002 683a0000 00000001 68000000"
      "0000000d 00000002 ffffffff");

  CHECK(list == List{{"nfs", "/a", "h:", "h", 13, 2, -1}});
  CHECK(both_ways<List>("00000000").empty());
  CHECK_FALSE(decode<List>(hex("000186a1")));
  // A type of 16385 bytes.
  CHECK_FALSE(decode<List>(hex("00000001 00004001") + std::string(20000, 'a')));
}

TEST_CASE("map information is read and written in the order of the wire",
          "[rpc][amq]") {
  using List = std::vector<AmqMapInfo>;
  const auto list = both_ways<List>(
      "00000001 00000001 6d000000 00000001 2a000000"
      "00000001 00000002 00000003 00000004 00000005 ffffffff");

  CHECK(list == List{{"m", "*", 1, 2, 3, 4, 5, -1}});
}

TEST_CASE("the small messages are read and written as documented",
          "[rpc][amq]") {
  CHECK(both_ways<AmqStats>("00000001 00000002 00000003 00000004 00000005") ==
        AmqStats{1, 2, 3, 4, 5});
  CHECK(both_ways<AmqSetopt>("00000002 00000003 616c6c00") ==
        AmqSetopt{AmqOption::Xlog, "all"});
  CHECK_FALSE(decode<AmqSetopt>(hex("00000004 00000000")));
  CHECK(both_ways<AmqSyncUmnt>("00000001 00000010 00000000") ==
        AmqSyncUmnt{AmqUmntStatus::Failed, 16, 0});
  CHECK_FALSE(decode<AmqSyncUmnt>(hex("00000006 00000010 00000000")));
  CHECK(both_ways<AmqText>("00000002 2f610000").text == "/a");
  CHECK_FALSE(decode<AmqText>(hex("00000002 61000000")));
  CHECK(both_ways<AmqInt>("ffffffff").value == -1);
  CHECK(both_ways<AmqJson>("00000002 7b7d0000").text == "{}");
}

TEST_CASE("texts too long for the protocol are cut, not refused by the peer",
          "[rpc][amq]") {
  const auto back = decode<AmqText>(encoded(AmqText{std::string(20000, 'x')}));

  REQUIRE(back);
  CHECK(back->text.size() == 16384);
}
