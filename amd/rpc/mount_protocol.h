// SPDX-License-Identifier: BSD-3-Clause
// MOUNT versions 1 and 3 (mount.x) as C++ values, for clients and servers.
//
// encode() and decode() exist for MountPath, MountResult1, MountResult3 and
// MountExports.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amd/rpc/codec.h"
#include "amd/rpc/nfs3_types.h"

namespace amd::rpc {

inline constexpr uint32_t kMountProgram = 100005;
inline constexpr uint32_t kMountV1 = 1;
inline constexpr uint32_t kMountV3 = 3;

// The same in both versions.
enum class MountProc : uint32_t {
  Null = 0,
  Mnt = 1,
  Dump = 2,
  Umnt = 3,
  UmntAll = 4,
  Export = 5,
};

// An argument: at most 1024 bytes, no NUL.
struct MountPath {
  std::string path;
};

// MNT's result.  Version 1 has handles of exactly 32 bytes and no flavors.
struct MountResult3 {
  uint32_t status = 0;  // mountstat3, which has nfsstat3's numbers
  nfs_fh3 root;
  std::vector<uint32_t> auth_flavors;  // empty: any
};
struct MountResult1 {
  uint32_t status = 0;  // an errno of 4.3BSD
  nfs_fh3 root;
};

// EXPORT's result.
struct MountExport {
  std::string directory;
  std::vector<std::string> groups;  // hosts or netgroups; empty: everybody
  bool operator==(const MountExport&) const = default;
};
struct MountExports {
  std::vector<MountExport> list;
};

#define AMD_RPC_CODEC(T)                         \
  template <>                                    \
  void encode(XdrWriter& out, const T& message); \
  template <>                                    \
  [[nodiscard]] Result<T> decode(std::string_view)
AMD_RPC_CODEC(MountPath);
AMD_RPC_CODEC(MountResult1);
AMD_RPC_CODEC(MountResult3);
AMD_RPC_CODEC(MountExports);
#undef AMD_RPC_CODEC

}  // namespace amd::rpc
