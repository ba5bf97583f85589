// SPDX-License-Identifier: BSD-3-Clause
// The port mapper's messages (portmap.x) as C++ values.
//
// encode() and decode() exist for PortmapEntry, PortmapPort, PortmapFlag,
// RpcbindEntry and RpcbindAddress.

#pragma once

#include <cstdint>
#include <string>

#include "amd/rpc/codec.h"

namespace amd::rpc {

inline constexpr uint32_t kPortmapProgram = 100000;
inline constexpr uint32_t kPortmapV2 = 2;
inline constexpr uint32_t kRpcbindV4 = 4;
inline constexpr uint16_t kPortmapPort = 111;

enum class PortmapProc : uint32_t { Null = 0, Set = 1, Unset = 2, GetPort = 3 };
enum class RpcbindProc : uint32_t { Null = 0, GetAddr = 3 };

// The argument of the version 2 procedures.
struct PortmapEntry {
  uint32_t prog = 0;
  uint32_t vers = 0;
  uint32_t prot = 0;  // IpProtocol
  uint32_t port = 0;
  bool operator==(const PortmapEntry&) const = default;
};
// GETPORT's result; 0: not registered.
struct PortmapPort {
  uint32_t port = 0;
};
// SET's and UNSET's result.
struct PortmapFlag {
  bool done = false;
};

// GETADDR's argument and result.
struct RpcbindEntry {
  uint32_t prog = 0;
  uint32_t vers = 0;
  std::string netid;  // "tcp6"
  std::string addr;
  std::string owner;
  bool operator==(const RpcbindEntry&) const = default;
};
struct RpcbindAddress {
  std::string universal;  // "2001:db8::1.8.1"; empty: not registered
  // The port, 2049 in the example; 0 when there is none or it is malformed.
  uint16_t port() const;
};

#define AMD_RPC_CODEC(T)                         \
  template <>                                    \
  void encode(XdrWriter& out, const T& message); \
  template <>                                    \
  [[nodiscard]] Result<T> decode(std::string_view)
AMD_RPC_CODEC(PortmapEntry);
AMD_RPC_CODEC(PortmapPort);
AMD_RPC_CODEC(PortmapFlag);
AMD_RPC_CODEC(RpcbindEntry);
AMD_RPC_CODEC(RpcbindAddress);
#undef AMD_RPC_CODEC

}  // namespace amd::rpc
