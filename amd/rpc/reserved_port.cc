// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/reserved_port.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "amd/rpc/address.h"

namespace amd::rpc {

namespace {

// The range that Linux's own NFS client uses.
constexpr uint16_t kFirst = 665;
constexpr uint16_t kLast = 1023;
static_assert(kLast - kFirst + 1 == kReservedPorts);

// Ports that servers of this machine want later (rndc, ldaps and mail).
constexpr std::array<uint16_t, 5> kLeftAlone = {783, 953, 989, 993, 995};

uint16_t next_port() {
  static auto last = static_cast<uint16_t>(
      kFirst + static_cast<unsigned>(::getpid()) % kReservedPorts);
  do {
    last = last >= kLast ? kFirst : static_cast<uint16_t>(last + 1);
  } while (std::ranges::find(kLeftAlone, last) != kLeftAlone.end());
  return last;
}

}  // namespace

Result<void> bind_reserved_port(int fd, sa_family_t family) {
  const char* any = family == AF_INET6 ? "::" : "0.0.0.0";
  const auto wildcard = Address::parse(any, 0);
  // A port in TIME_WAIT towards another peer is as good as a free one; if it
  // is towards this one, connect() says EADDRNOTAVAIL.
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  for (int i = 0; i < kReservedPorts; ++i) {
    const Address local = wildcard->with_port(next_port());
    if (::bind(fd, local.raw(), local.size()) == 0) return {};
    if (errno != EADDRINUSE && errno != EADDRNOTAVAIL)
      return fail(errno, "bind to a reserved port");
  }
  return fail(EADDRINUSE, "bind to a reserved port");
}

}  // namespace amd::rpc
