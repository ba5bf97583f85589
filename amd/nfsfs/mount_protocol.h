// SPDX-License-Identifier: BSD-3-Clause
// What is asked once of a server before it can be used: its address, its ports
// and the file handle of what it exports.

#pragma once

#include <cstdint>
#include <string>

#include "amd/base/result.h"
#include "amd/nfsfs/connection.h"
#include "amd/nfsfs/task.h"
#include "amd/rpc/nfs3_types.h"

namespace amd::nfsfs {

// The first address of a host name, or of an address in numbers.  Looked up in
// a thread of its own; port 0.
Task<Result<rpc::Address>> resolve(Reactor& reactor, std::string host);

// The TCP port of an RPC program (portmap, RFC 1833 3).  ENOENT: not
// registered.
Task<Result<uint16_t>> get_port(Reactor& reactor, rpc::Address host,
                                uint32_t prog, uint32_t vers);

// The file handle of `path` (MNT, RFC 1813 5.2.1).
Task<Result<rpc::nfs_fh3>> get_root(Reactor& reactor, rpc::Address mountd,
                                    std::string path);

inline constexpr uint32_t kMountProgram = 100005;
inline constexpr uint32_t kMountVersion = 3;

}  // namespace amd::nfsfs
