// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: the kernel's mount table.
#include <cstdint>
#include <cstdlib>

#include "amd/mounting/mount_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const amd::MountTable table = amd::parse_mount_table(text);
  for (const amd::MountEntry& e : table.entries) {
    if (e.target.empty() || e.target.front() != '/') std::abort();
    if (table.find(e.target) == nullptr) std::abort();
  }
  return 0;
}
