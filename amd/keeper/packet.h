// SPDX-License-Identifier: BSD-3-Clause
// One packet of a keeper channel: words separated by NUL bytes, and perhaps a
// descriptor.
//
// Requests are put NAME DESCRIPTION (with the descriptor), get PREFIX, drop
// NAME, and engine.  Each is answered by packets of which the last one begins
// with "ok" or with "error" (ERRNO, TEXT); get sends "item" (NAME, DESCRIPTION,
// and the descriptor) for each thing first, engine answers "ok" ADDRESS.

#pragma once

#include <string>
#include <vector>

#include "amd/base/unique_fd.h"

namespace amd {

inline constexpr size_t kMaxKeptName = 4000;
inline constexpr size_t kMaxKeptDescription = 32 * 1024;

struct KeeperPacket {
  std::vector<std::string> words;
  UniqueFd fd;
};

// Both never block on a non-blocking socket and return an errno, 0 when all
// went well.  send_packet lends `fd` (-1: none).  receive_packet gives EPIPE at
// the end of the stream and EMSGSIZE for a packet that was cut.
int send_packet(int socket, const std::vector<std::string>& words, int fd);
int receive_packet(int socket, KeeperPacket& packet);

}  // namespace amd
