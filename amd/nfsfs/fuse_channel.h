// SPDX-License-Identifier: BSD-3-Clause
// The /dev/fuse descriptor of one mount: whole requests in, whole replies out.
//
// Knows the framing of the protocol, and nothing of what the requests mean.
// Tests put one end of a SOCK_SEQPACKET pair in place of /dev/fuse.

#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "amd/base/unique_fd.h"
#include "amd/nfsfs/fuse_protocol.h"
#include "amd/nfsfs/reactor.h"

namespace amd::nfsfs {

class FuseHandler {
 public:
  virtual ~FuseHandler() = default;
  // `body` is what follows the header, valid during the call.
  virtual void on_request(const fuse_in_header& header,
                          std::string_view body) = 0;
  // The file system was unmounted, or its connection aborted.  The channel
  // reads nothing more.
  virtual void on_unmounted() = 0;
};

class FuseChannel : public ReactorClient {
 public:
  FuseChannel(Reactor& reactor, UniqueFd fd, FuseHandler& handler);
  ~FuseChannel() override;

  // At most 7 parts.  False: nobody waits for it any more, the kernel has not
  // taken it.
  bool reply(uint64_t unique, std::span<const iovec> parts);
  bool reply(uint64_t unique, std::string_view body);
  void reply_error(uint64_t unique, int errno_value);
  // A notification (FUSE_NOTIFY_*) without waiting: only those that take no
  // lock of a page.  The errno of the kernel's refusal, 0: taken.
  int notify(int code, std::string_view body);

  int fd() const { return fd_.get(); }
  void on_ready(uint32_t epoll_events) override;

 private:
  bool read_one();  // false: nothing is left
  void not_mounted_yet();
  ssize_t write(const fuse_out_header& header, std::span<const iovec> parts);

  Reactor& reactor_;
  UniqueFd fd_;
  FuseHandler& handler_;
  bool ended_ = false;
  Milliseconds mount_wait_{1};  // before the next look
  Alarm mount_alarm_;
};

// A structure of the protocol as bytes, and the other way.
template <class T>
std::string_view bytes_of(const T& t) {
  return {reinterpret_cast<const char*>(&t), sizeof t};
}

}  // namespace amd::nfsfs
