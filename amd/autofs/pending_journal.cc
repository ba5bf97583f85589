// SPDX-License-Identifier: BSD-3-Clause
#include "amd/autofs/pending_journal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include "amd/autofs/packet.h"

namespace amd {

namespace {

constexpr std::uint64_t kMagic = 0x616d643261663502;  // "amd2af", 5, layout

// In use as long as its first four bytes (the packet's protocol version) are
// not zero.
struct RawSlot {
  std::array<char, kAutofsPacketSize> packet;
  std::array<char, 16> unused;
};
static_assert(sizeof(RawSlot) == 320);

}  // namespace

struct PendingJournal::Map {
  std::uint64_t magic;
  std::uint32_t packet_size;  // as this kernel's packets are
  std::uint32_t touched;      // slots from here on were never used
  std::array<char, 304> unused;
  std::array<RawSlot, kSlots> slots;
};

Result<PendingJournal> PendingJournal::create() {
  // Pages come into being when they are touched.
  PendingJournal journal(
      UniqueFd(::memfd_create("amd2-autofs", MFD_CLOEXEC | MFD_ALLOW_SEALING)));
  if (journal.fd() < 0) return fail(errno, "memfd_create");
  if (::ftruncate(journal.fd(), sizeof(Map)) != 0)
    return fail(errno, "size of the autofs journal");
  ::fcntl(journal.fd(), F_ADD_SEALS, F_SEAL_SHRINK);
  if (const auto mapped = journal.map(); !mapped) return pass(mapped);
  journal.map_->magic = kMagic;
  return journal;
}

Result<PendingJournal> PendingJournal::adopt(UniqueFd fd) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail(errno, "autofs journal");
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  if (status.st_size != sizeof(Map) || seals < 0 ||
      (seals & F_SEAL_SHRINK) == 0)
    return fail(Errc::Protocol, "autofs journal of another version");
  PendingJournal journal(std::move(fd));
  if (const auto mapped = journal.map(); !mapped) return pass(mapped);
  if (journal.map_->magic != kMagic)
    return fail(Errc::Protocol, "autofs journal of another version");
  journal.find_free();
  return journal;
}

PendingJournal::PendingJournal(PendingJournal&& other) noexcept
    : fd_(std::move(other.fd_)),
      map_(std::exchange(other.map_, nullptr)),
      free_(std::move(other.free_)) {
}

PendingJournal& PendingJournal::operator=(PendingJournal&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(map_, other.map_);
  std::swap(free_, other.free_);
  return *this;
}

PendingJournal::~PendingJournal() {
  if (map_ != nullptr) ::munmap(map_, sizeof(Map));
}

Result<void> PendingJournal::map() {
  void* const p = ::mmap(nullptr, sizeof(Map), PROT_READ | PROT_WRITE,
                         MAP_SHARED, fd_.get(), 0);
  if (p == MAP_FAILED) return fail(errno, "map the autofs journal");
  map_ = static_cast<Map*>(p);
  return {};
}

void PendingJournal::find_free() {
  map_->touched = std::min(map_->touched, kSlots);
  for (Slot slot = map_->touched; slot-- > 0;) {
    if (!is_used(slot)) free_.push_back(slot);
  }
}

bool PendingJournal::is_full() const {
  return free_.empty() && map_->touched == kSlots;
}

// Slots that were used before come first: the others cost no memory yet.
PendingJournal::Slot PendingJournal::take_free() {
  if (free_.empty()) return map_->touched++;
  const Slot slot = free_.back();
  free_.pop_back();
  return slot;
}

Result<std::optional<PendingJournal::Slot>> PendingJournal::read_packet(
    int pipe) {
  if (is_full()) return fail(ENOSPC, "autofs journal");
  const Slot slot = take_free();
  RawSlot& raw = map_->slots[slot];
  ssize_t n = 0;
  do {
    n = ::read(pipe, raw.packet.data(), raw.packet.size());
  } while (n < 0 && errno == EINTR);
  const int error = n < 0 ? errno : 0;
  if (n <= 0) free_.push_back(slot);
  if (error == EAGAIN) return std::nullopt;
  if (n <= 0) return fail(error != 0 ? error : EPIPE, "autofs pipe");
  map_->packet_size = static_cast<std::uint32_t>(n);
  if (is_used(slot)) return slot;
  // No packet at all; nobody waits for an answer.
  free_.push_back(slot);
  return fail(Errc::Protocol,
              "autofs packet of " + std::to_string(n) + " bytes");
}

std::string_view PendingJournal::bytes(Slot slot) const {
  if (slot >= map_->touched) return {};
  const RawSlot& raw = map_->slots[slot];
  const bool is_zero = std::all_of(raw.packet.begin(), raw.packet.begin() + 4,
                                   [](char c) { return c == 0; });
  if (is_zero) return {};
  return {raw.packet.data(),
          std::min<size_t>(map_->packet_size, raw.packet.size())};
}

void PendingJournal::clear(Slot slot) {
  if (!is_used(slot)) return;
  // The version goes first: half a cleared slot is a free one.
  RawSlot& raw = map_->slots[slot];
  std::fill_n(raw.packet.begin(), 4, '\0');
  std::atomic_signal_fence(std::memory_order_seq_cst);
  free_.push_back(slot);
}

std::vector<PendingJournal::Slot> PendingJournal::used() const {
  std::vector<Slot> found;
  for (Slot slot = 0; slot < map_->touched; ++slot) {
    if (is_used(slot)) found.push_back(slot);
  }
  return found;
}

}  // namespace amd
