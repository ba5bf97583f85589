// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/listing.h"

#include <algorithm>
#include <utility>

namespace amd::nfsfs {

namespace {

constexpr int kIndexBits = 24;
constexpr uint32_t kIndexMask = (1U << kIndexBits) - 1;
constexpr uint32_t kNumberMask = 127;

}  // namespace

DirectoryOffset DirectoryOffset::parse(uint64_t offset) {
  return {static_cast<uint32_t>(offset >> kIndexBits) & kNumberMask,
          static_cast<uint32_t>(offset) & kIndexMask};
}

uint64_t DirectoryOffset::to_offset() const {
  return uint64_t{number & kNumberMask} << kIndexBits | (index & kIndexMask);
}

void Listing::replace(Snapshot snapshot) {
  std::sort(snapshot.entries.begin(), snapshot.entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto twice = std::unique(
      snapshot.entries.begin(), snapshot.entries.end(),
      [](const auto& a, const auto& b) { return a.name == b.name; });
  snapshot.entries.erase(twice, snapshot.entries.end());
  snapshot.number = now ? (now->number + 1) & kNumberMask : 0;
  before = std::exchange(now, std::move(snapshot));
}

const Snapshot* Listing::at(const DirectoryOffset& offset) const {
  if (before && before->number == offset.number) return &*before;
  return now ? &*now : nullptr;
}

}  // namespace amd::nfsfs
