// SPDX-License-Identifier: BSD-3-Clause
// The kernel's mount table (/proc/self/mountinfo).
//
// Read on start and when something is to be explained, never per mount: it
// takes milliseconds when there are thousands of mounts.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "amd/base/result.h"

namespace amd {

struct MountEntry {
  int id = 0;
  int parent = 0;
  std::uint64_t device = 0;  // as st_dev
  std::string root;          // of the mount within its file system
  std::string target;
  std::string options;  // "rw,relatime"
  bool is_shared = false;
  std::string fstype;
  std::string source;
  std::string super_options;  // "rw,fd=6,pgrp=12,..."
  bool operator==(const MountEntry&) const = default;
};

struct MountTable {
  std::vector<MountEntry> entries;  // later ones cover earlier ones
  size_t bad_lines = 0;             // that were left out

  // What is mounted on exactly `target`, the uppermost; null: nothing.
  const MountEntry* find(std::string_view target) const;
  // Everything mounted below `target`, not on it.
  std::vector<const MountEntry*> below(std::string_view target) const;
};

MountTable parse_mount_table(std::string_view text);
[[nodiscard]] Result<MountTable> read_mount_table();

}  // namespace amd
