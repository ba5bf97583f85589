// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/fuse_channel.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace amd::nfsfs {

namespace {

// Requests taken from one mount before others have their turn.
constexpr int kRequestsPerTurn = 64;
constexpr Milliseconds kLongestMountWait{500};

// One for all channels: a request is done with before the next one is read.
std::span<char> request_buffer() {
  static std::vector<char> buffer(kFuseBuffer);
  return buffer;
}

}  // namespace

FuseChannel::FuseChannel(Reactor& reactor, UniqueFd fd, FuseHandler& handler)
    : reactor_(reactor),
      fd_(std::move(fd)),
      handler_(handler),
      mount_alarm_(reactor,
                   [this] { reactor_.watch(fd_.get(), EPOLLIN, *this); }) {
  ::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) | O_NONBLOCK);
  reactor_.watch(fd_.get(), EPOLLIN, *this);
}

FuseChannel::~FuseChannel() {
  reactor_.forget(fd_.get());
}

void FuseChannel::on_ready(uint32_t) {
  for (int i = 0; i < kRequestsPerTurn && !ended_; ++i)
    if (!read_one()) return;
}

// The descriptor came before its mount(2): poll reports an error that would
// keep the loop spinning, so it is looked at now and then instead.
void FuseChannel::not_mounted_yet() {
  reactor_.forget(fd_.get());
  mount_alarm_.set(reactor_.now() + mount_wait_);
  mount_wait_ = std::min(2 * mount_wait_, kLongestMountWait);
}

bool FuseChannel::read_one() {
  const auto buffer = request_buffer();
  const ssize_t n = ::read(fd_.get(), buffer.data(), buffer.size());
  if (n < 0 && (errno == EINTR || errno == ENOENT)) return true;
  if (n < 0 && errno == EAGAIN) return false;
  if (n < 0 && errno == EPERM) {
    not_mounted_yet();
    return false;
  }
  if (n <= 0) {
    ended_ = true;
    reactor_.forget(fd_.get());
    handler_.on_unmounted();
    return false;
  }
  fuse_in_header header{};
  const auto size = static_cast<size_t>(n);
  if (size < sizeof header) return true;
  std::memcpy(&header, buffer.data(), sizeof header);
  if (header.len != size) {
    reply_error(header.unique, EIO);
    return true;
  }
  handler_.on_request(header,
                      {buffer.data() + sizeof header, size - sizeof header});
  return true;
}

ssize_t FuseChannel::write(const fuse_out_header& header,
                           std::span<const iovec> parts) {
  std::array<iovec, 8> all{};
  all[0] = {const_cast<fuse_out_header*>(&header), sizeof header};
  std::copy(parts.begin(), parts.end(), all.begin() + 1);
  ssize_t n = 0;
  do {
    n = ::writev(fd_.get(), all.data(), static_cast<int>(parts.size() + 1));
  } while (n < 0 && errno == EINTR);
  return n;
}

bool FuseChannel::reply(uint64_t unique, std::span<const iovec> parts) {
  fuse_out_header header{sizeof header, 0, unique};
  for (const iovec& part : parts)
    header.len += static_cast<uint32_t>(part.iov_len);
  // ENOENT: the request was aborted meanwhile, nobody waits.  Any other
  // refusal would leave a process waiting for ever.
  if (write(header, parts) >= 0) return true;
  if (errno != ENOENT && errno != ENODEV) reply_error(unique, EIO);
  return false;
}

bool FuseChannel::reply(uint64_t unique, std::string_view body) {
  const iovec part{const_cast<char*>(body.data()), body.size()};
  return reply(unique, std::span(&part, body.empty() ? 0 : 1));
}

void FuseChannel::reply_error(uint64_t unique, int errno_value) {
  const fuse_out_header header{sizeof header, -errno_value, unique};
  write(header, {});
}

int FuseChannel::notify(int code, std::string_view body) {
  const fuse_out_header header{
      static_cast<uint32_t>(sizeof(fuse_out_header) + body.size()), code, 0};
  const iovec part{const_cast<char*>(body.data()), body.size()};
  return write(header, std::span(&part, body.empty() ? 0 : 1)) < 0 ? errno : 0;
}

const char* fuse_opcode_name(uint32_t opcode) {
  switch (opcode) {
    case FUSE_LOOKUP:
      return "LOOKUP";
    case FUSE_GETATTR:
      return "GETATTR";
    case FUSE_READLINK:
      return "READLINK";
    case FUSE_READ:
      return "READ";
    case FUSE_STATFS:
      return "STATFS";
    case FUSE_READDIR:
      return "READDIR";
    case FUSE_READDIRPLUS:
      return "READDIRPLUS";
    case FUSE_ACCESS:
      return "ACCESS";
    case FUSE_INIT:
      return "INIT";
    default:
      return "?";
  }
}

}  // namespace amd::nfsfs
