// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "amd/keeper/keeper.h"
#include "amd/keeper/packet.h"

namespace amd {

namespace {

// Reads the packets of one answer up to the last.
Result<KeeperPacket> await(int channel, std::vector<Kept>* items) {
  for (;;) {
    KeeperPacket packet;
    const int e = receive_packet(channel, packet);
    if (e != 0)
      return fail(e == EAGAIN ? ETIMEDOUT : e, "answer of the keeper");
    auto& words = packet.words;
    if (words[0] == "ok") return packet;
    if (words[0] == "error" && words.size() == 3)
      return fail(std::atoi(words[1].c_str()), "keeper: " + words[2]);
    if (words[0] != "item" || words.size() != 3 || items == nullptr)
      return fail(Errc::Protocol, "answer of the keeper");
    items->push_back(Kept{words[1], words[2], std::move(packet.fd)});
  }
}

Result<KeeperPacket> ask(int channel, const std::vector<std::string>& words,
                         int fd = -1, std::vector<Kept>* items = nullptr) {
  if (const int e = send_packet(channel, words, fd))
    return fail(e, "send " + words[0] + " to the keeper");
  return await(channel, items);
}

}  // namespace

Result<KeeperClient> KeeperClient::connect() {
  const char* text = std::getenv(kKeeperFdVariable);
  if (text == nullptr) return fail(ENOENT, kKeeperFdVariable);
  const int fd = std::atoi(text);
  if (fd <= 2 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
    return fail(EBADF, kKeeperFdVariable);
  ::unsetenv(kKeeperFdVariable);
  return KeeperClient(UniqueFd(fd));
}

KeeperClient::KeeperClient(UniqueFd channel) : channel_(std::move(channel)) {
  const timeval second{1, 0};
  ::setsockopt(channel_.get(), SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
  ::setsockopt(channel_.get(), SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
}

Result<void> KeeperClient::put(const std::string& name,
                               const std::string& description, int fd) {
  auto answer = ask(channel_.get(), {"put", name, description}, fd);
  if (!answer) return pass(answer);
  return {};
}

Result<std::vector<Kept>> KeeperClient::get(const std::string& prefix) {
  std::vector<Kept> items;
  auto answer = ask(channel_.get(), {"get", prefix}, -1, &items);
  if (!answer) return pass(answer);
  return items;
}

Result<void> KeeperClient::drop(const std::string& name) {
  auto answer = ask(channel_.get(), {"drop", name});
  if (!answer) return pass(answer);
  return {};
}

Result<std::string> KeeperClient::engine_address() {
  auto answer = ask(channel_.get(), {"engine"});
  if (!answer) return pass(answer);
  if (answer->words.size() != 2)
    return fail(Errc::Protocol, "answer of the keeper");
  return answer->words[1];
}

}  // namespace amd
