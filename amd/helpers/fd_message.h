// SPDX-License-Identifier: BSD-3-Clause
// One message with a few descriptors over a SOCK_SEQPACKET socket.

#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"

namespace amd {

inline constexpr size_t kMaxMessageFds = 4;

// Descriptors that came with a message.
struct MessageFds {
  std::array<UniqueFd, kMaxMessageFds> fds;
  size_t count = 0;
  // The next one, -1 when there is none: the caller's now.
  UniqueFd take();

 private:
  size_t taken_ = 0;
};

// Sends all or nothing.  EAGAIN when the socket is full and not blocking.
[[nodiscard]] Result<void> send_message(int socket, std::string_view bytes,
                                        std::span<const int> fds = {});

// Receives one message into `buffer`: its length; 0 when the peer has gone.
// EMSGSIZE: it was longer than `buffer`, and is lost.  The descriptors are
// close-on-exec.
[[nodiscard]] Result<size_t> receive_message(int socket, std::span<char> buffer,
                                             MessageFds& fds);

}  // namespace amd
