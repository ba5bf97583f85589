// SPDX-License-Identifier: BSD-3-Clause
// Where a peer is: an IPv4 or IPv6 address with a port, or a Unix socket.

#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "amd/base/result.h"

namespace amd::rpc {

// The IP protocols that RPC runs over; the numbers are portmap's.
enum class IpProtocol : uint32_t { Tcp = 6, Udp = 17 };

// "tcp", "udp".
std::string_view name_of(IpProtocol protocol);

class Address {
 public:
  Address() = default;
  // Requires: size <= sizeof(sockaddr_storage).
  Address(const sockaddr* address, socklen_t size);

  // `ip` is numeric: nothing is looked up.
  [[nodiscard]] static Result<Address> parse(const std::string& ip,
                                             uint16_t port);
  [[nodiscard]] static Result<Address> unix_socket(const std::string& path);
  static Address loopback(uint16_t port);

  int family() const { return storage_.ss_family; }
  bool is_ip() const { return family() == AF_INET || family() == AF_INET6; }
  uint16_t port() const;  // 0 for a Unix socket
  Address with_port(uint16_t port) const;

  const sockaddr* raw() const {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  socklen_t size() const { return size_; }

  // "192.0.2.1", "2001:db8::1" or the path.
  std::string host() const;
  // "192.0.2.1:2049", "[2001:db8::1]:2049" or the path.
  std::string to_text() const;

  bool operator==(const Address& other) const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace amd::rpc
