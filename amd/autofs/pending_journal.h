// SPDX-License-Identifier: BSD-3-Clause
// The requests of one autofs mount that have not been answered yet, in memory
// that the keeper holds on to: amd may be killed at any instant and its
// successor finds them.
//
// A packet is read from the pipe straight into its slot, in one system call,
// so that there is no instant at which it is in neither.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"

namespace amd {

class PendingJournal {
 public:
  using Slot = std::uint32_t;
  // More names than this wait in the pipe and in the kernel.
  static constexpr Slot kSlots = 16384;

  [[nodiscard]] static Result<PendingJournal> create();
  // What a predecessor left; its content is checked, not trusted.
  [[nodiscard]] static Result<PendingJournal> adopt(UniqueFd fd);
  PendingJournal(PendingJournal&& other) noexcept;
  PendingJournal& operator=(PendingJournal&& other) noexcept;
  ~PendingJournal();

  int fd() const { return fd_.get(); }
  bool is_full() const;

  // Reads one packet from `pipe` (not blocking).  Nothing: there is none now.
  // EPIPE: the kernel has closed the pipe; ENOSPC: full.
  [[nodiscard]] Result<std::optional<Slot>> read_packet(int pipe);
  // The bytes of a slot in use; empty for any other.
  std::string_view bytes(Slot slot) const;
  bool is_used(Slot slot) const { return !bytes(slot).empty(); }
  // It has been answered.
  void clear(Slot slot);
  // Slots in use, for a successor and at the end.
  std::vector<Slot> used() const;

 private:
  struct Map;
  explicit PendingJournal(UniqueFd fd) : fd_(std::move(fd)) {}
  Result<void> map();
  void find_free();
  Slot take_free();

  UniqueFd fd_;
  Map* map_ = nullptr;
  std::vector<Slot> free_;  // used before, free now
};

}  // namespace amd
