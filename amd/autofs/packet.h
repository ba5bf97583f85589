// SPDX-License-Identifier: BSD-3-Clause
// The packets that the kernel writes into the pipe of an autofs mount.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "amd/base/result.h"

namespace amd {

// The size of a packet: 304, or 300 from a kernel that aligns 64-bit numbers
// to 4 bytes.
inline constexpr size_t kAutofsPacketSize = 304;
inline constexpr size_t kAutofsPacketMinSize = 300;

struct AutofsPacket {
  enum class Kind { Missing, Expire };
  Kind kind = Kind::Missing;
  std::uint32_t token = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t pid = 0;
  std::string name;
};

// A packet of protocol 5 for an indirect mount.  Errc::Protocol for anything
// else, and for a name that is no name (empty, ".", "..", with a slash or a NUL
// byte).
[[nodiscard]] Result<AutofsPacket> decode_packet(std::string_view bytes);

// The token of a packet that is long enough to have one, even if decode_packet
// refuses it: somebody waits for it.
std::uint32_t token_of_packet(std::string_view bytes);

}  // namespace amd
