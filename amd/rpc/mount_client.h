// SPDX-License-Identifier: BSD-3-Clause
// Calls to a server's MOUNT service: each finds the port, then asks.
//
// A MNT that is answered proves more than a connection: the server's mount
// daemon works, exports the path and gives its root handle.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amd/rpc/mount_protocol.h"
#include "amd/rpc/transport.h"

namespace amd::rpc {

struct MountService {
  Address host;          // its port is ignored
  uint16_t port = 0;     // of the MOUNT service; 0: ask the port mapper
  uint32_t version = 3;  // 3 or 1
  // The one to use; none: TCP, or UDP where the service has no TCP.
  std::optional<IpProtocol> protocol = {};
  std::string credential = {};  // as in Call
  uint16_t portmap_port = 111;
};

struct MntAnswer {
  MountResult3 result;  // its status is 0
  uint16_t port = 0;    // of the service that answered
};

// Errors: of the port mapper (ENOENT: no MOUNT service), of the call, and the
// errno of the status that the server gave (EACCES, ENOENT ...).
using MntDone = std::function<void(Result<MntAnswer>)>;
using ExportDone = std::function<void(Result<std::vector<MountExport>>)>;
using UmntDone = std::function<void(Result<void>)>;

std::unique_ptr<RpcStep> start_mnt(RpcNetwork& network,
                                   const MountService& service,
                                   const std::string& path, Instant deadline,
                                   MntDone done);
std::unique_ptr<RpcStep> start_export(RpcNetwork& network,
                                      const MountService& service,
                                      Instant deadline, ExportDone done);
std::unique_ptr<RpcStep> start_umnt(RpcNetwork& network,
                                    const MountService& service,
                                    const std::string& path, Instant deadline,
                                    UmntDone done);
std::unique_ptr<RpcStep> start_umntall(RpcNetwork& network,
                                       const MountService& service,
                                       Instant deadline, UmntDone done);

}  // namespace amd::rpc
