// SPDX-License-Identifier: BSD-3-Clause
// Calls to a running amd.  Each call waits for its answer, for at most
// kCallLimit.

#pragma once

#include <memory>
#include <string>

#include "amd/amq/options.h"
#include "amd/base/loop.h"
#include "amd/rpc/amq_protocol.h"
#include "amd/rpc/transport.h"

namespace amd::amq {

inline constexpr Seconds kCallLimit{20};
// A synchronous unmount may take the daemon's own time for it.
inline constexpr Seconds kUnmountLimit{90};
inline constexpr const char* kDefaultSocket = "/run/amd/amq.sock";

class Client {
 public:
  // Finds an amd: at the Unix socket when this host is meant, else (or when
  // nobody answers there) over TCP and UDP through the port mapper.  The
  // context of its error is the whole message.
  [[nodiscard]] static Result<std::unique_ptr<Client>> connect(
      const Options& options);

  // The results of one procedure, not decoded.
  [[nodiscard]] Result<std::string> call(uint32_t version, uint32_t procedure,
                                         std::string arguments,
                                         Seconds limit = kCallLimit);

  template <class T>
  [[nodiscard]] Result<T> ask(rpc::AmqProc procedure,
                              std::string arguments = {},
                              Seconds limit = kCallLimit) {
    auto results = call(rpc::kAmqVersion, static_cast<uint32_t>(procedure),
                        std::move(arguments), limit);
    if (!results) return pass(results);
    return rpc::decode<T>(*results);
  }
  // Version 2's account of everything: JSON.
  [[nodiscard]] Result<std::string> ask_json();

 private:
  explicit Client(uint32_t program);
  Result<void> try_reach(const rpc::Address& peer, rpc::IpProtocol protocol);
  Result<void> reach_host(const Options& options);
  // `port` 0: the one that the host's port mapper knows.
  Result<void> reach_address(const rpc::Address& host, rpc::IpProtocol protocol,
                             uint16_t port);

  uint32_t program_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<rpc::RpcTransport> transport_;
};

}  // namespace amd::amq
