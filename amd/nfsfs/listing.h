// SPDX-License-Identifier: BSD-3-Clause
// A directory as it was read from one replica, with cookies of our own.
//
// The whole directory is kept while it is being read, sorted by name, so that
// a server's cookies and verifiers never reach the kernel: a reader goes on
// where it was on whatever replica, and after the engine was started anew.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/rpc/nfs3_types.h"

namespace amd::nfsfs {

struct ListingEntry {
  std::string name;
  uint64_t fileid = 0;
  rpc::post_op_attr attributes;
  rpc::post_op_fh3 handle;
};

struct Snapshot {
  uint32_t number = 0;  // counts the snapshots of one directory
  size_t replica = 0;   // where it is from
  Instant read_at{};
  std::vector<ListingEntry> entries;  // without "." and ".."
};

// The kernel's offsets: below 2^31, so that 32-bit programs can hold them.
// The snapshot's number is in the top 7 bits, the next entry's index below.
struct DirectoryOffset {
  uint32_t number = 0;
  uint32_t index = 0;

  static DirectoryOffset parse(uint64_t offset);
  uint64_t to_offset() const;
};

// The latest snapshot of a directory and the one before, which readers that
// began with it read to its end.
struct Listing {
  std::optional<Snapshot> now;
  std::optional<Snapshot> before;
  Instant used_at{};

  void replace(Snapshot snapshot);
  // The snapshot that a reader at `offset` is in; the latest when that one is
  // gone.  Nothing: there is none at all.
  const Snapshot* at(const DirectoryOffset& offset) const;
};

}  // namespace amd::nfsfs
