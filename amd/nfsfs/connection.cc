// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/rpc/reserved_port.h"
#include "amd/rpc/rpc_message.h"
#include "amd/rpc/xdr.h"

namespace amd::nfsfs {

namespace {

// Bytes read before others have their turn.
constexpr size_t kReadBudget = 4 * 1024 * 1024;

uint32_t random_xid() {
  uint32_t xid = 0;
  if (::getrandom(&xid, sizeof xid, GRND_NONBLOCK) < 0)
    xid = static_cast<uint32_t>(
        std::chrono::steady_clock::now().time_since_epoch().count());
  return xid;
}

}  // namespace

Connection::~Connection() {
  reactor_.forget_turn_end(*this);
  if (fd_) reactor_.forget(fd_.get());
}

Result<void> Connection::start(const rpc::Address& peer) {
  last_xid_ = random_xid();
  if (auto r = connect_from_some_port(peer); !r) return r;
  const int on = 1;
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  wants_room_ = true;
  reactor_.watch(fd_.get(), EPOLLIN | EPOLLOUT, *this);
  last_heard_ = reactor_.now();
  return {};
}

// A port whose last connection to the same peer is in TIME_WAIT can be bound,
// but connect() says EADDRNOTAVAIL: the next one is tried.
Result<void> Connection::connect_from_some_port(const rpc::Address& peer) {
  bool reserved = true;
  for (int i = 0; i <= rpc::kReservedPorts; ++i) {
    fd_.reset(
        ::socket(peer.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd_) return fail(errno, "socket");
    const auto family = static_cast<sa_family_t>(peer.family());
    reserved =
        reserved && peer.is_ip() && rpc::bind_reserved_port(fd_.get(), family);
    if (::connect(fd_.get(), peer.raw(), peer.size()) == 0 ||
        errno == EINPROGRESS)
      return {};
    if (errno != EADDRNOTAVAIL || !reserved) break;
  }
  return fail(errno, "connect to " + peer.to_text());
}

void Connection::on_ready(uint32_t events) {
  if (!open_) {
    on_connected();
    if (!open_) return;
  }
  if ((events & EPOLLOUT) != 0) flush();
  if (open_ && (events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) receive();
}

void Connection::on_connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return close(errno_error(error, "connect"));
  open_ = true;
  wants_room_ = false;
  reactor_.watch(fd_.get(), EPOLLIN, *this);
  owner_.on_open();
}

uint32_t Connection::call(const RpcCall& call, Done done) {
  rpc::CallHeader header;
  header.xid = ++last_xid_;
  header.prog = call.prog;
  header.vers = call.vers;
  header.proc = call.proc;
  if (!call.credential.empty()) header.cred = {rpc::AUTH_SYS, call.credential};
  rpc::XdrWriter writer;
  writer.reserve(128 + call.credential.size() + call.args.size());
  rpc::encode_call(writer, header);
  writer.raw(call.args);
  const auto mark = rpc::record_mark(writer.size());
  out_.append(mark.data(), mark.size());
  out_.append(writer.bytes());
  calls_.emplace(header.xid, Pending{reactor_.now(), std::move(done)});
  order_.push_back(header.xid);
  reactor_.at_turn_end(*this);
  return header.xid;
}

void Connection::flush() {
  while (open_ && out_done_ < out_.size()) {
    const ssize_t n = ::send(fd_.get(), out_.data() + out_done_,
                             out_.size() - out_done_, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) return close(errno_error(errno, "send"));
    out_done_ += static_cast<size_t>(n);
  }
  if (!open_) return;
  const bool all_sent = out_done_ == out_.size();
  if (all_sent) {
    out_.clear();
    out_done_ = 0;
  }
  if (wants_room_ == all_sent) {
    wants_room_ = !all_sent;
    reactor_.watch(fd_.get(), wants_room_ ? EPOLLIN | EPOLLOUT : EPOLLIN,
                   *this);
  }
}

void Connection::receive() {
  size_t taken = 0;
  while (open_ && taken < kReadBudget) {
    const auto space = splitter_.space();
    const ssize_t n = ::recv(fd_.get(), space.data(), space.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return close(errno_error(errno, "receive"));
    if (n == 0) return close(errno_error(ECONNRESET, "receive"));
    last_heard_ = reactor_.now();
    const auto got = static_cast<size_t>(n);
    taken += got;
    const auto r = splitter_.commit(
        got, [this](rpc::Record record) { on_record(std::move(record)); });
    if (!r) return close(r.error());
    if (broken_) return close(*broken_);
    if (got < space.size()) return;
  }
}

void Connection::on_record(rpc::Record record) {
  if (!open_ || broken_) return;
  rpc::XdrReader reader(record.view());
  const auto header = rpc::decode_reply(reader);
  if (!header) {
    broken_ = header.error();
    return;
  }
  auto call = calls_.extract(header->xid);
  if (call.empty()) return;  // cancelled, or answered elsewhere
  if (!header->is_success())
    return call.mapped().done(
        tl::unexpected(rpc::error_of(*header, "RPC call")));
  const std::string_view results = reader.rest();
  call.mapped().done(RpcReply{std::move(record), results});
}

void Connection::close(const Error& why) {
  if (!fd_) return;
  open_ = false;
  reactor_.forget(fd_.get());
  fd_.reset();
  const Error reason = why;  // `why` may be ours
  for (auto& [xid, pending] : std::exchange(calls_, {}))
    pending.done(tl::unexpected(reason));
  owner_.on_closed(reason);
}

Instant Connection::silent_since() {
  while (!order_.empty() && !calls_.contains(order_.front()))
    order_.pop_front();
  if (order_.empty()) return last_heard_;
  return std::max(last_heard_, calls_.at(order_.front()).made);
}

bool Connection::is_cut_off() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (!fd_ || ::getsockopt(fd_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
    return false;
  return info.tcpi_retransmits > 0 ||
         (!open_ && info.tcpi_state == TCP_SYN_SENT);
}

}  // namespace amd::nfsfs
