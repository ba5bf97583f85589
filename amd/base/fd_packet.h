// SPDX-License-Identifier: BSD-3-Clause
// Packets with an optional descriptor on a Unix SOCK_SEQPACKET socket.

#pragma once

#include <string>
#include <string_view>

#include "amd/base/unique_fd.h"

namespace amd {

inline constexpr size_t kMaxFdPacket = 128 * 1024;

// Neither blocks on a non-blocking socket; both return an errno, 0 for done.
// send_fd_packet lends `fd` (-1: none).  receive_fd_packet gives EPIPE at the
// end and EMSGSIZE for a packet that was cut; a descriptor is close-on-exec.
int send_fd_packet(int socket, std::string_view bytes, int fd);
int receive_fd_packet(int socket, std::string& bytes, UniqueFd& fd);

}  // namespace amd
