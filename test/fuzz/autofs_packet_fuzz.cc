// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: the kernel's autofs packets.
#include <cstdint>
#include <cstdlib>

#include "amd/autofs/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto packet = amd::decode_packet(bytes);
  if (!packet) return 0;
  if (packet->name.empty() || packet->name.size() > 255) std::abort();
  if (packet->name.find('/') != std::string::npos) std::abort();
  if (packet->token != amd::token_of_packet(bytes)) std::abort();
  return 0;
}
