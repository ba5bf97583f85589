// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/record.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "test/support/bytes.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using amd::test::hex;

namespace {

// Feeds `stream` in pieces of at most `piece` bytes.
Result<std::vector<std::string>> split(std::string_view stream, size_t piece,
                                       size_t max_record = 1 << 20) {
  RecordSplitter splitter(max_record);
  std::vector<std::string> records;
  while (!stream.empty()) {
    const std::span<char> space = splitter.space();
    const size_t n = std::min({piece, space.size(), stream.size()});
    std::memcpy(space.data(), stream.data(), n);
    stream.remove_prefix(n);
    const auto done =
        splitter.commit(n, [&](Record r) { records.emplace_back(r.view()); });
    if (!done) return pass(done);
  }
  return records;
}

std::string framed(std::string_view message) {
  const auto mark = record_mark(message.size());
  return std::string(mark.data(), mark.size()) + std::string(message);
}

}  // namespace

TEST_CASE("records come out whole however the stream is cut", "[rpc]") {
  const std::string big(100000, 'x');
  const std::string stream = framed("one") + framed("") + framed(big) +
                             hex("00000002") + "ab" + hex("80000003") + "cde" +
                             framed("last");

  for (const size_t piece : {1, 2, 3, 5, 4096, 16384, 1000000}) {
    const auto records = split(stream, piece);

    REQUIRE(records);
    CHECK(*records ==
          std::vector<std::string>{"one", "", big, "abcde", "last"});
  }
}

TEST_CASE("a record above the limit ends the stream, in fragments too",
          "[rpc]") {
  CHECK(split(framed(std::string(100, 'a')), 7, 100));
  CHECK_FALSE(split(framed(std::string(101, 'a')), 7, 100));
  CHECK_FALSE(split(hex("7fffffff"), 4, 100));
  const std::string half = std::string(60, 'a');
  const auto two_halves =
      split(hex("0000003c") + half + hex("8000003c") + half, 9, 100);
  CHECK(two_halves.error().message() ==
        "RPC record of more than 100 bytes: protocol error");
}

TEST_CASE("a stream of empty fragments is refused", "[rpc]") {
  CHECK(split(hex("00000000"), 4).error().message() ==
        "empty RPC fragment: protocol error");
}
