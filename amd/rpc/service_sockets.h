// SPDX-License-Identifier: BSD-3-Clause
// Brings calls to a Dispatcher from TCP, UDP and Unix sockets, on the loop.
//
// A client that sends nonsense, never reads its answers or holds too many
// connections harms only itself.

#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "amd/base/loop.h"
#include "amd/rpc/service.h"

namespace amd::rpc {

struct ServiceLimits {
  size_t max_connections = 256;  // beyond, the one idle for longest goes
  size_t max_record = 1024 * 1024;
  // Unsent answers of one connection, above which it is not read from.
  size_t max_unsent = 1024 * 1024;
};

class ServiceSockets {
 public:
  // `dispatcher` must outlive this.  Replies that are still open when this is
  // destroyed go nowhere.
  ServiceSockets(Loop& loop, const Dispatcher& dispatcher,
                 ServiceLimits limits = {});
  ~ServiceSockets();
  ServiceSockets(const ServiceSockets&) = delete;
  ServiceSockets& operator=(const ServiceSockets&) = delete;

  // Port 0: any.  Each returns where it listens now.
  [[nodiscard]] Result<Address> listen_tcp(const Address& at);
  [[nodiscard]] Result<Address> listen_udp(const Address& at);
  // A socket left behind by a process that died is replaced; one that somebody
  // listens on is EADDRINUSE.  The file goes when this is destroyed.
  [[nodiscard]] Result<Address> listen_unix(const std::string& path,
                                            mode_t mode);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amd::rpc
