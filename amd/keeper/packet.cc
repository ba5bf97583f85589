// SPDX-License-Identifier: BSD-3-Clause
#include "amd/keeper/packet.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace amd {

int send_packet(int socket, const std::vector<std::string>& words, int fd) {
  std::string bytes;
  for (const std::string& word : words) {
    if (!bytes.empty()) bytes += '\0';
    bytes += word;
  }
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(c), &fd, sizeof fd);
  }
  for (;;) {
    if (::sendmsg(socket, &message, MSG_NOSIGNAL) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

static UniqueFd descriptor_of(msghdr& message) {
  UniqueFd found;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr;
       c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
    found.reset(fd);
  }
  return found;
}

int receive_packet(int socket, KeeperPacket& packet) {
  packet.words.clear();
  packet.fd.reset();
  std::string bytes(kMaxKeeperPacket, '\0');
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t n = 0;
  do {
    n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return errno;
  packet.fd = descriptor_of(message);
  if (n == 0) return EPIPE;
  if ((message.msg_flags & MSG_TRUNC) != 0) return EMSGSIZE;
  bytes.resize(static_cast<size_t>(n));
  for (size_t begin = 0; begin <= bytes.size();) {
    const size_t end = std::min(bytes.find('\0', begin), bytes.size());
    packet.words.push_back(bytes.substr(begin, end - begin));
    begin = end + 1;
  }
  return 0;
}

}  // namespace amd
