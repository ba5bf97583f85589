// SPDX-License-Identifier: BSD-3-Clause
#include "amd/helpers/fd_message.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

namespace amd {

namespace {

constexpr size_t kControlSize = CMSG_SPACE(kMaxMessageFds * sizeof(int));

void keep_fds(msghdr& header, MessageFds& fds) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr;
       c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < n; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
      UniqueFd owned(fd);
      if (fds.count < fds.fds.size()) fds.fds[fds.count++] = std::move(owned);
    }
  }
}

}  // namespace

UniqueFd MessageFds::take() {
  return taken_ < count ? std::move(fds[taken_++]) : UniqueFd();
}

Result<void> send_message(int socket, std::string_view bytes,
                          std::span<const int> fds) {
  if (fds.size() > kMaxMessageFds) return fail(EINVAL, "too many descriptors");
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, kControlSize> control{};
  if (!fds.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(c), fds.data(), fds.size_bytes());
  }
  ssize_t n = 0;
  do {
    n = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return fail(errno, "send");
  return {};
}

Result<size_t> receive_message(int socket, std::span<char> buffer,
                               MessageFds& fds) {
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, kControlSize> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t n = 0;
  do {
    n = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return fail(errno, "receive");
  keep_fds(header, fds);
  if ((header.msg_flags & MSG_TRUNC) != 0)
    return fail(EMSGSIZE, "a message of more than " +
                              std::to_string(buffer.size()) + " bytes");
  return static_cast<size_t>(n);
}

}  // namespace amd
