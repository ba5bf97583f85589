// SPDX-License-Identifier: BSD-3-Clause
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "amd/base/unique_fd.h"
#include "amd/rpc/pending_calls.h"
#include "amd/rpc/reserved_port.h"
#include "amd/rpc/rtt.h"
#include "amd/rpc/socket_transport.h"

namespace amd::rpc {

namespace {

constexpr int kReadsPerTurn = 16;
constexpr size_t kMaxDatagram = 65536;

std::error_code errno_code(int value) {
  return {value, std::generic_category()};
}

Result<UniqueFd> open_socket(const Address& peer, SourcePort source) {
  UniqueFd fd(
      ::socket(peer.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail(errno, "socket");
  if (source == SourcePort::Reserved) {
    auto port =
        bind_reserved_port(fd.get(), static_cast<sa_family_t>(peer.family()));
    if (!port && errno_of(port.error()) == EADDRINUSE) return pass(port);
  }
  // Connected, so that only this peer's datagrams come, and its refusals too.
  if (::connect(fd.get(), peer.raw(), peer.size()) != 0)
    return fail(errno, "connect");
  return fd;
}

// Shared with posted tasks, so that a callback may destroy the transport.
class Datagrams : public std::enable_shared_from_this<Datagrams> {
 public:
  Datagrams(Loop& loop, const Address& peer, SocketOptions options)
      : loop_(loop),
        peer_(peer),
        options_(options),
        pending_(random_xid()),
        timer_(loop.make_timer()) {}

  CallId start_call(Call call, CallDone done);
  void cancel(CallId id) { pending_.take(id); }
  void disconnect();
  void end();

 private:
  void open();
  void close();
  void send(PendingCall& call);
  void on_readable();
  bool on_datagram(std::string_view bytes);
  void lose(int errno_value);
  void lose_later(std::vector<CallId> ids, std::error_code code);
  void arm_timer();
  void on_timer();

  Loop& loop_;
  const Address peer_;
  const SocketOptions options_;
  PendingCalls pending_;
  RttEstimator rtt_;
  std::unique_ptr<Timer> timer_;
  UniqueFd fd_;
  std::unique_ptr<Watch> watch_;  // of fd_, so declared after it
  bool ended_ = false;
};

CallId Datagrams::start_call(Call call, CallDone done) {
  PendingCall& added = pending_.add(std::move(call), std::move(done));
  const CallId id = added.id;
  added.resend_after = rtt_.timeout();
  if (!fd_) open();
  if (fd_) send(added);
  arm_timer();
  return id;
}

void Datagrams::disconnect() {
  close();
  lose_later(pending_.all(), errno_code(ECONNABORTED));
}

void Datagrams::end() {
  ended_ = true;
  close();
  timer_.reset();
  pending_.clear();
}

void Datagrams::open() {
  auto fd = open_socket(peer_, options_.source);
  if (!fd) return lose_later(pending_.all(), fd.error().code);
  fd_ = std::move(*fd);
  watch_ = loop_.watch_readable(fd_.get(), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_readable();
  });
}

void Datagrams::close() {
  watch_.reset();
  fd_.reset();
}

void Datagrams::send(PendingCall& call) {
  const std::string& head = call.message->head;
  const std::string& args = call.message->args;
  std::array<iovec, 2> parts = {
      {{const_cast<char*>(head.data()) + CallMessage::kMark,
        head.size() - CallMessage::kMark},
       {const_cast<char*>(args.data()), args.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  call.sent = loop_.now();
  ++call.times_sent;
  if (::sendmsg(fd_.get(), &message, MSG_NOSIGNAL) >= 0) return;
  // A full buffer is like a datagram lost on the way: it is sent again.
  if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) return;
  const int error = errno;
  lose_later(error == EMSGSIZE ? std::vector{call.id} : pending_.all(),
             errno_code(error));
}

void Datagrams::on_readable() {
  static std::array<char, kMaxDatagram> buffer;
  for (int i = 0; i < kReadsPerTurn; ++i) {
    const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) return lose(errno);
    if (!on_datagram({buffer.data(), static_cast<size_t>(n)})) return;
  }
}

// False when the socket is gone.
bool Datagrams::on_datagram(std::string_view bytes) {
  auto answer = pending_.match(Record(bytes), loop_.now());
  // Garbage may come from anybody, so it is ignored.
  if (!answer || !*answer) return true;
  if ((*answer)->call.times_sent == 1 && (*answer)->reply)
    rtt_.add((*answer)->reply->round_trip);
  (*answer)->call.done(std::move((*answer)->reply));
  return !ended_ && fd_;
}

void Datagrams::lose(int errno_value) {
  close();
  fail_each(pending_, pending_.all(), errno_code(errno_value), peer_.to_text());
}

// For failures inside start_call: `done` must not run before it returns.
void Datagrams::lose_later(std::vector<CallId> ids, std::error_code code) {
  loop_.post([self = shared_from_this(), ids = std::move(ids), code] {
    fail_each(self->pending_, ids, code, self->peer_.to_text());
  });
}

void Datagrams::arm_timer() {
  auto next = pending_.next_deadline();
  if (!next) return timer_->cancel();
  for (const auto& [xid, call] : pending_)
    if (call.times_sent > 0)
      next = std::min(*next, call.sent + call.resend_after);
  timer_->arm(*next, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_timer();
  });
}

void Datagrams::on_timer() {
  const Instant now = loop_.now();
  const std::vector<CallId> due = pending_.due(now);
  for (auto& [xid, call] : pending_) {
    if (!fd_ || call.times_sent == 0 || call.sent + call.resend_after > now)
      continue;
    call.resend_after =
        std::min<Duration>(2 * call.resend_after, RttEstimator::kMaxTimeout);
    send(call);
  }
  fail_each(pending_, due, errno_code(ETIMEDOUT), peer_.to_text());
  if (!ended_) arm_timer();
}

class UdpTransport : public RpcTransport {
 public:
  UdpTransport(Loop& loop, const Address& peer, SocketOptions options)
      : datagrams_(std::make_shared<Datagrams>(loop, peer, options)) {}
  ~UdpTransport() override { datagrams_->end(); }

  CallId start_call(Call call, CallDone done) override {
    return datagrams_->start_call(std::move(call), std::move(done));
  }
  void cancel(CallId id) override { datagrams_->cancel(id); }
  void disconnect() override { datagrams_->disconnect(); }

 private:
  std::shared_ptr<Datagrams> datagrams_;
};

}  // namespace

std::unique_ptr<RpcTransport> make_udp_transport(Loop& loop,
                                                 const Address& peer,
                                                 SocketOptions options) {
  return std::make_unique<UdpTransport>(loop, peer, options);
}

}  // namespace amd::rpc
