// SPDX-License-Identifier: BSD-3-Clause
#include "amd/probing/network_watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace amd {

namespace {

// A new network comes as several messages.
constexpr Milliseconds kSettle{200};

}  // namespace

NetworkWatch::NetworkWatch(Loop& loop, std::function<void()> changed)
    : loop_(loop), changed_(std::move(changed)), settle_(loop.make_timer()) {
}

Result<void> NetworkWatch::start() {
  socket_.reset(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                         NETLINK_ROUTE));
  if (!socket_) return fail(errno, "netlink socket");
  sockaddr_nl at{};
  at.nl_family = AF_NETLINK;
  at.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
                 RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) < 0)
    return fail(errno, "bind to netlink");
  watch_ = loop_.watch_readable(socket_.get(), [this] { on_readable(); });
  return {};
}

// What has changed does not matter, only that something has; a message that
// was lost (ENOBUFS) says so as well.
void NetworkWatch::on_readable() {
  std::array<char, 8192> ignored{};
  for (int i = 0; i < 64; ++i)
    if (::recv(socket_.get(), ignored.data(), ignored.size(), 0) < 0 &&
        errno == EAGAIN)
      break;
  settle_->arm(loop_.now() + kSettle, changed_);
}

}  // namespace amd
