// SPDX-License-Identifier: BSD-3-Clause
// The journal, fed by a fake kernel: a pipe in packet mode.
#include "amd/autofs/pending_journal.h"

#include <fcntl.h>
#include <linux/auto_fs.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "amd/autofs/packet.h"
#include "test/support/printers.h"

using namespace amd;

namespace {

struct FakeKernel {
  UniqueFd read_end, write_end;

  FakeKernel() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_DIRECT | O_NONBLOCK) == 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
    ::fcntl(read_end.get(), F_SETPIPE_SZ, 1 << 20);
  }
  void ask(std::uint32_t token, const std::string& name) {
    autofs_v5_packet p{};
    p.hdr.proto_version = 5;
    p.hdr.type = autofs_ptype_missing_indirect;
    p.wait_queue_token = token;
    p.len = static_cast<unsigned>(name.size());
    std::memcpy(p.name, name.data(), name.size());
    std::array<char, kAutofsPacketSize> bytes{};
    std::memcpy(bytes.data(), &p, sizeof p);
    REQUIRE(::write(write_end.get(), bytes.data(), bytes.size()) ==
            static_cast<ssize_t>(bytes.size()));
  }
};

PendingJournal make_journal() {
  auto journal = PendingJournal::create();
  REQUIRE(journal);
  return std::move(*journal);
}

std::uint32_t token_in(const PendingJournal& journal,
                       PendingJournal::Slot slot) {
  return token_of_packet(journal.bytes(slot));
}

}  // namespace

TEST_CASE("a packet goes from the pipe into a slot until it is cleared",
          "[autofs][journal]") {
  FakeKernel kernel;
  PendingJournal journal = make_journal();
  kernel.ask(7, "tree");

  const auto slot = journal.read_packet(kernel.read_end.get());
  const auto nothing = journal.read_packet(kernel.read_end.get());

  REQUIRE(slot);
  REQUIRE(*slot);
  const auto packet = decode_packet(journal.bytes(**slot));
  REQUIRE(packet);
  CHECK(packet->name == "tree");
  CHECK(journal.used().size() == 1);
  REQUIRE(nothing);
  CHECK_FALSE(*nothing);
  journal.clear(**slot);
  CHECK(journal.used().empty());
  CHECK(journal.bytes(**slot).empty());
}

TEST_CASE("a successor finds what was not answered", "[autofs][journal]") {
  FakeKernel kernel;
  UniqueFd kept;
  {
    PendingJournal journal = make_journal();
    kept.reset(::fcntl(journal.fd(), F_DUPFD_CLOEXEC, 0));
    for (std::uint32_t token = 1; token <= 5; ++token)
      kernel.ask(token, "n" + std::to_string(token));
    for (int i = 0; i < 4; ++i) {
      const auto slot = journal.read_packet(kernel.read_end.get());
      REQUIRE(slot);
      if (token_in(journal, **slot) == 2) journal.clear(**slot);
    }
  }

  auto journal = PendingJournal::adopt(std::move(kept));

  REQUIRE(journal);
  std::vector<std::uint32_t> tokens;
  for (const auto slot : journal->used())
    tokens.push_back(token_in(*journal, slot));
  std::sort(tokens.begin(), tokens.end());
  CHECK(tokens == std::vector<std::uint32_t>{1, 3, 4});
  const auto next = journal->read_packet(kernel.read_end.get());
  REQUIRE(next);
  CHECK(token_in(*journal, **next) == 5);
}

TEST_CASE("a full journal reads nothing more until a slot is free",
          "[autofs][journal]") {
  FakeKernel kernel;
  PendingJournal journal = make_journal();
  for (PendingJournal::Slot i = 0; i < PendingJournal::kSlots; ++i) {
    kernel.ask(i + 1, "x");
    REQUIRE(journal.read_packet(kernel.read_end.get()));
  }
  kernel.ask(99999, "y");

  const auto refused = journal.read_packet(kernel.read_end.get());
  journal.clear(5);
  const auto accepted = journal.read_packet(kernel.read_end.get());

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code.value() == ENOSPC);
  REQUIRE(accepted);
  CHECK(**accepted == 5);
  CHECK(token_in(journal, 5) == 99999);
}

TEST_CASE("bytes that are no packet take no slot", "[autofs][journal]") {
  FakeKernel kernel;
  PendingJournal journal = make_journal();
  const std::array<char, 8> zeros{};
  REQUIRE(::write(kernel.write_end.get(), zeros.data(), zeros.size()) == 8);

  const auto slot = journal.read_packet(kernel.read_end.get());

  CHECK_FALSE(slot);
  CHECK(journal.used().empty());
}

TEST_CASE("the end of the pipe is told", "[autofs][journal]") {
  FakeKernel kernel;
  PendingJournal journal = make_journal();
  kernel.write_end.reset();

  const auto slot = journal.read_packet(kernel.read_end.get());

  REQUIRE_FALSE(slot);
  CHECK(slot.error().code.value() == EPIPE);
}

TEST_CASE("what is no journal is not adopted", "[autofs][journal]") {
  UniqueFd other(::memfd_create("other", MFD_CLOEXEC));
  UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));

  CHECK_FALSE(PendingJournal::adopt(std::move(other)));
  CHECK_FALSE(PendingJournal::adopt(std::move(file)));
  CHECK_FALSE(PendingJournal::adopt(UniqueFd()));
}
