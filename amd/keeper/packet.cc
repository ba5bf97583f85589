// SPDX-License-Identifier: BSD-3-Clause
#include "amd/keeper/packet.h"

#include <algorithm>

#include "amd/base/fd_packet.h"

namespace amd {

int send_packet(int socket, const std::vector<std::string>& words, int fd) {
  std::string bytes;
  for (const std::string& word : words) bytes += word + '\0';
  bytes.pop_back();
  return send_fd_packet(socket, bytes, fd);
}

int receive_packet(int socket, KeeperPacket& packet) {
  packet.words.clear();
  packet.fd.reset();
  std::string bytes;
  if (const int e = receive_fd_packet(socket, bytes, packet.fd)) return e;
  for (size_t begin = 0; begin <= bytes.size();) {
    const size_t end = std::min(bytes.find('\0', begin), bytes.size());
    packet.words.push_back(bytes.substr(begin, end - begin));
    begin = end + 1;
  }
  return 0;
}

}  // namespace amd
