// SPDX-License-Identifier: BSD-3-Clause
#include "amd/autofs/packet.h"

#include <linux/auto_fs.h>

#include <cstddef>
#include <cstring>

#include "amd/base/escape.h"

namespace amd {

namespace {

static_assert(sizeof(autofs_v5_packet) == kAutofsPacketSize ||
              sizeof(autofs_v5_packet) == kAutofsPacketMinSize);
static_assert(offsetof(autofs_v5_packet, wait_queue_token) == 8);
static_assert(offsetof(autofs_v5_packet, len) == 40);
static_assert(offsetof(autofs_v5_packet, name) == 44);

constexpr std::uint32_t kMaxName = NAME_MAX;

Result<AutofsPacket::Kind> kind_of(int type) {
  switch (type) {
    case autofs_ptype_missing_indirect:
      return AutofsPacket::Kind::Missing;
    case autofs_ptype_expire_indirect:
      return AutofsPacket::Kind::Expire;
    default:
      return fail(Errc::Protocol,
                  "autofs packet of type " + std::to_string(type));
  }
}

bool is_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace

std::uint32_t token_of_packet(std::string_view bytes) {
  std::uint32_t token = 0;
  const size_t at = offsetof(autofs_v5_packet, wait_queue_token);
  if (bytes.size() >= at + sizeof token)
    std::memcpy(&token, bytes.data() + at, sizeof token);
  return token;
}

Result<AutofsPacket> decode_packet(std::string_view bytes) {
  if (bytes.size() != kAutofsPacketSize && bytes.size() != kAutofsPacketMinSize)
    return fail(Errc::Protocol,
                "autofs packet of " + std::to_string(bytes.size()) + " bytes");
  autofs_v5_packet raw{};
  std::memcpy(&raw, bytes.data(), std::min(bytes.size(), sizeof raw));
  if (raw.hdr.proto_version != 5)
    return fail(Errc::Protocol, "autofs packet of protocol " +
                                    std::to_string(raw.hdr.proto_version));
  const auto kind = kind_of(raw.hdr.type);
  if (!kind) return pass(kind);
  if (raw.len > kMaxName)
    return fail(Errc::Protocol,
                "autofs name of " + std::to_string(raw.len) + " bytes");
  const std::string_view name(raw.name, raw.len);
  if (!is_name(name))
    return fail(Errc::Protocol, "autofs name " + escape(name));
  return AutofsPacket{*kind,   raw.wait_queue_token, raw.uid, raw.gid,
                      raw.pid, std::string(name)};
}

}  // namespace amd
