// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "amd/base/escape.h"

namespace amd::rpc {

namespace {

template <class T>
T* as(sockaddr_storage& storage) {
  return reinterpret_cast<T*>(&storage);
}
template <class T>
const T* as(const sockaddr_storage& storage) {
  return reinterpret_cast<const T*>(&storage);
}

}  // namespace

std::string_view name_of(IpProtocol protocol) {
  switch (protocol) {
    case IpProtocol::Tcp:
      return "tcp";
    case IpProtocol::Udp:
      return "udp";
  }
  return "?";
}

Address::Address(const sockaddr* address, socklen_t size) : size_(size) {
  std::memcpy(&storage_, address, size);
}

Result<Address> Address::parse(const std::string& ip, uint16_t port) {
  Address address;
  if (auto* v4 = as<sockaddr_in>(address.storage_);
      ::inet_pton(AF_INET, ip.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    address.size_ = sizeof(sockaddr_in);
    return address.with_port(port);
  }
  if (auto* v6 = as<sockaddr_in6>(address.storage_);
      ::inet_pton(AF_INET6, ip.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    address.size_ = sizeof(sockaddr_in6);
    return address.with_port(port);
  }
  return fail(EINVAL, "address \"" + escape(ip) + "\"");
}

Result<Address> Address::unix_socket(const std::string& path) {
  Address address;
  auto* local = as<sockaddr_un>(address.storage_);
  if (path.empty() || path.size() >= sizeof local->sun_path)
    return fail(ENAMETOOLONG, "socket \"" + escape(path) + "\"");
  local->sun_family = AF_UNIX;
  std::memcpy(local->sun_path, path.c_str(), path.size() + 1);
  address.size_ = sizeof(sockaddr_un);
  return address;
}

Address Address::loopback(uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  v4.sin_port = htons(port);
  return {reinterpret_cast<const sockaddr*>(&v4), sizeof v4};
}

uint16_t Address::port() const {
  if (family() == AF_INET) return ntohs(as<sockaddr_in>(storage_)->sin_port);
  if (family() == AF_INET6) return ntohs(as<sockaddr_in6>(storage_)->sin6_port);
  return 0;
}

Address Address::with_port(uint16_t port) const {
  Address other = *this;
  if (family() == AF_INET)
    as<sockaddr_in>(other.storage_)->sin_port = htons(port);
  if (family() == AF_INET6)
    as<sockaddr_in6>(other.storage_)->sin6_port = htons(port);
  return other;
}

std::string Address::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* at = nullptr;
  switch (family()) {
    case AF_INET:
      at = &as<sockaddr_in>(storage_)->sin_addr;
      break;
    case AF_INET6:
      at = &as<sockaddr_in6>(storage_)->sin6_addr;
      break;
    case AF_UNIX:
      return as<sockaddr_un>(storage_)->sun_path;
    default:
      return "?";
  }
  ::inet_ntop(family(), at, text.data(), text.size());
  return text.data();
}

std::string Address::to_text() const {
  if (!is_ip()) return host();
  const std::string port_text = std::to_string(port());
  return family() == AF_INET6 ? "[" + host() + "]:" + port_text
                              : host() + ":" + port_text;
}

bool Address::operator==(const Address& other) const {
  return size_ == other.size_ &&
         std::memcmp(&storage_, &other.storage_, size_) == 0;
}

}  // namespace amd::rpc
