// SPDX-License-Identifier: BSD-3-Clause
// The kernel's side of a /dev/fuse descriptor: requests by hand, replies kept.

#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amd/nfsfs/fuse_channel.h"
#include "amd/nfsfs/reactor.h"

namespace amd::nfsfs {

class FakeKernel {
 public:
  struct Reply {
    int error = 0;  // an errno, positive
    std::string body;

    template <class T>
    T as() const {
      T t{};
      std::memcpy(&t, body.data(), std::min(body.size(), sizeof t));
      return t;
    }
  };

  explicit FakeKernel(Reactor& reactor) : reactor_(reactor) { open(); }

  // The engine's end; a new pair each time.
  UniqueFd open() {
    std::array<int, 2> ends{-1, -1};
    const int kind = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;
    if (::socketpair(AF_UNIX, kind, 0, ends.data()) < 0) return {};
    const int room = 4 * 1024 * 1024;
    for (const int fd : ends)
      ::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    ours_.reset(ends[0]);
    return UniqueFd(ends[1]);
  }
  void unmount() { ours_.reset(); }

  uint64_t send(uint32_t opcode, uint64_t node, std::string_view body,
                pid_t pid = 0) {
    fuse_in_header h{};
    h.len = static_cast<uint32_t>(sizeof h + body.size());
    h.opcode = opcode;
    h.unique = last_unique_ += 2;
    h.nodeid = node;
    h.uid = 1000;
    h.gid = 100;
    h.pid = static_cast<uint32_t>(pid);
    send_raw(std::string(bytes_of(h)) + std::string(body));
    return h.unique;
  }
  void send_raw(const std::string& bytes) {
    [[maybe_unused]] const ssize_t n =
        ::write(ours_.get(), bytes.data(), bytes.size());
  }

  // Lets the engine work until the answer is there, or for `longest`.
  std::optional<Reply> wait(uint64_t unique,
                            Milliseconds longest = Milliseconds(5000)) {
    const Instant end = reactor_.now() + longest;
    while (!take_replies(unique) && reactor_.now() < end)
      reactor_.turn(Milliseconds(1));
    const auto it = replies_.find(unique);
    if (it == replies_.end()) return std::nullopt;
    return it->second;
  }
  Reply call(uint32_t opcode, uint64_t node, std::string_view body) {
    const auto reply = wait(send(opcode, node, body));
    return reply ? *reply : Reply{-1, "no reply"};
  }

  // The usual requests.
  Reply lookup(uint64_t parent, const std::string& name) {
    return call(FUSE_LOOKUP, parent, name + '\0');
  }
  uint64_t node(uint64_t parent, const std::string& name) {
    return lookup(parent, name).as<fuse_entry_out>().nodeid;
  }
  static std::string read_args(uint64_t offset, uint32_t size) {
    fuse_read_in in{};
    in.offset = offset;
    in.size = size;
    return std::string(bytes_of(in));
  }
  Reply read(uint64_t id, uint64_t offset, uint32_t size) {
    return call(FUSE_READ, id, read_args(offset, size));
  }
  Reply getattr(uint64_t id) {
    return call(FUSE_GETATTR, id, bytes_of(fuse_getattr_in{}));
  }
  // A whole directory: names as the kernel would see them, in pages of `room`.
  std::vector<std::string> list(uint64_t id, uint32_t room = 4096) {
    std::vector<std::string> names;
    uint64_t offset = 0;
    for (;;) {
      const Reply page = call(FUSE_READDIRPLUS, id, read_args(offset, room));
      if (page.error != 0)
        names.push_back("error " + std::to_string(page.error));
      if (page.error != 0 || page.body.empty()) return names;
      for (size_t at = 0; at < page.body.size();) {
        fuse_direntplus entry{};
        std::memcpy(&entry, page.body.data() + at, sizeof entry);
        names.emplace_back(page.body, at + FUSE_NAME_OFFSET_DIRENTPLUS,
                           entry.dirent.namelen);
        offset = entry.dirent.off;
        at += FUSE_DIRENTPLUS_SIZE(&entry);
      }
    }
  }
  size_t replies() const { return replies_.size(); }
  size_t doubled() const { return doubled_; }

 private:
  bool take_replies(uint64_t unique) {
    std::vector<char> buffer(2 * 1024 * 1024);
    for (ssize_t n;
         (n = ::read(ours_.get(), buffer.data(), buffer.size())) > 0;) {
      fuse_out_header h{};
      std::memcpy(&h, buffer.data(), sizeof h);
      if (replies_.contains(h.unique)) ++doubled_;
      replies_[h.unique] =
          Reply{-h.error, std::string(buffer.data() + sizeof h,
                                      static_cast<size_t>(n) - sizeof h)};
    }
    return replies_.contains(unique);
  }

  Reactor& reactor_;
  UniqueFd ours_;
  uint64_t last_unique_ = 0;
  std::map<uint64_t, Reply> replies_;
  size_t doubled_ = 0;  // requests that were answered twice
};

}  // namespace amd::nfsfs
