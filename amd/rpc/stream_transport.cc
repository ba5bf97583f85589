// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <deque>
#include <optional>
#include <utility>

#include "amd/base/unique_fd.h"
#include "amd/rpc/pending_calls.h"
#include "amd/rpc/reserved_port.h"
#include "amd/rpc/socket_transport.h"

namespace amd::rpc {

namespace {

using asio::posix::stream_descriptor;

constexpr int kReadsPerTurn = 8;
constexpr size_t kMessagesPerWrite = 16;

// A connection that was silent for this long is not waited for by a new call.
constexpr Seconds kPatience{1};

std::error_code errno_code(int value) {
  return {value, std::generic_category()};
}

// A socket that has begun to connect.  With a reserved port, those that are
// still in TIME_WAIT towards this peer are passed over.
Result<UniqueFd> start_connect(const Address& peer, SourcePort source) {
  for (int attempt = 0;; ++attempt) {
    UniqueFd fd(
        ::socket(peer.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return fail(errno, "socket");
    bool bound = false;
    if (source == SourcePort::Reserved && peer.is_ip()) {
      auto port =
          bind_reserved_port(fd.get(), static_cast<sa_family_t>(peer.family()));
      if (!port && errno_of(port.error()) == EADDRINUSE) return pass(port);
      bound = port.has_value();
    }
    if (peer.is_ip()) {
      const int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (bound) {
      // Closing resets the connection, so that a few hundred ports last.
      const linger reset{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    if (::connect(fd.get(), peer.raw(), peer.size()) == 0 ||
        errno == EINPROGRESS)
      return fd;
    const bool port_busy = errno == EADDRNOTAVAIL || errno == EADDRINUSE;
    if (!bound || !port_busy || attempt == kReservedPorts)
      return fail(errno, "connect");
  }
}

// The state, shared with the handlers that Asio holds, so that a callback may
// destroy the transport.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  Stream(Loop& loop, const Address& peer, SocketOptions options)
      : loop_(loop),
        peer_(peer),
        options_(options),
        pending_(random_xid()),
        timer_(loop.make_timer()) {}

  CallId start_call(Call call, CallDone done);
  void cancel(CallId id);
  void disconnect();
  // After this nothing is called back.
  void end();

 private:
  enum class State { Closed, Connecting, Connected };
  struct Queued {
    uint32_t xid;
    std::shared_ptr<const CallMessage> message;
  };

  void open();
  void on_connected();
  void wait_read();
  void wait_write();
  void on_readable();
  bool read_some(std::vector<Record>& records);
  void deliver(std::vector<Record> records);
  void flush();
  std::vector<iovec> gather();
  void drop_cancelled();
  void on_written(size_t bytes);
  void close();
  void lose(int errno_value);
  void lose(std::error_code code);
  void lose_later(std::error_code code);
  bool try_again_once();
  void close_if_hopeless();
  void arm_timer();
  void on_timer();

  Loop& loop_;
  const Address peer_;
  const SocketOptions options_;
  PendingCalls pending_;
  std::unique_ptr<Timer> timer_;
  std::optional<Instant> armed_for_;
  bool ended_ = false;

  State state_ = State::Closed;
  // Each connection has a number, so that handlers of an old one are known.
  uint64_t connection_ = 0;
  std::optional<stream_descriptor> socket_;
  std::optional<RecordSplitter> splitter_;
  std::deque<Queued> queue_;
  size_t front_written_ = 0;  // bytes of queue_.front()
  bool waiting_write_ = false;
  bool has_answered_ = false;      // this connection, ever
  bool heard_since_idle_ = false;  // anything since calls began to be pending
  // The last of: connecting began, calls began to be pending, bytes came.
  Instant silent_since_;
};

CallId Stream::start_call(Call call, CallDone done) {
  if (pending_.empty()) {
    heard_since_idle_ = false;
    if (state_ == State::Connected) silent_since_ = loop_.now();
  }
  const PendingCall& added = pending_.add(std::move(call), std::move(done));
  const CallId id = added.id;
  queue_.push_back({added.xid, added.message});
  arm_timer();
  if (state_ == State::Closed) open();
  if (state_ == State::Connected) flush();
  return id;
}

void Stream::cancel(CallId id) {
  if (pending_.take(id)) close_if_hopeless();
}

void Stream::disconnect() {
  close();
  queue_.clear();
  lose_later(errno_code(ECONNABORTED));
}

void Stream::end() {
  ended_ = true;
  close();
  timer_.reset();
  pending_.clear();
}

void Stream::open() {
  auto fd = start_connect(peer_, options_.source);
  if (!fd) return lose_later(fd.error().code);
  state_ = State::Connecting;
  ++connection_;
  has_answered_ = false;
  silent_since_ = loop_.now();
  socket_.emplace(loop_.io(), fd->release());
  splitter_.emplace(options_.max_record);
  wait_write();
}

void Stream::wait_write() {
  if (waiting_write_) return;
  waiting_write_ = true;
  socket_->async_wait(
      stream_descriptor::wait_write,
      [self = shared_from_this(), turn = connection_](asio::error_code e) {
        if (self->ended_ || turn != self->connection_ || !self->socket_) return;
        self->waiting_write_ = false;
        if (e) return self->lose(e);
        if (self->state_ == State::Connecting) return self->on_connected();
        self->flush();
      });
}

void Stream::on_connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_->native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return lose(error);
  state_ = State::Connected;
  wait_read();
  flush();
}

void Stream::wait_read() {
  socket_->async_wait(
      stream_descriptor::wait_read,
      [self = shared_from_this(), turn = connection_](asio::error_code e) {
        if (self->ended_ || turn != self->connection_ || !self->socket_) return;
        if (e) return self->lose(e);
        self->on_readable();
      });
}

void Stream::on_readable() {
  const uint64_t turn = connection_;
  std::vector<Record> records;
  const bool alive = read_some(records);
  const int error = errno;
  deliver(std::move(records));
  if (ended_ || turn != connection_ || !socket_) return;
  if (!alive) return lose(error);
  wait_read();
}

// False when the connection is at its end, with errno set.
bool Stream::read_some(std::vector<Record>& records) {
  for (int i = 0; i < kReadsPerTurn; ++i) {
    const std::span<char> space = splitter_->space();
    const ssize_t n =
        ::recv(socket_->native_handle(), space.data(), space.size(), 0);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    if (n == 0) {
      errno = ECONNRESET;
      return false;
    }
    silent_since_ = loop_.now();
    heard_since_idle_ = true;
    const auto cut = splitter_->commit(static_cast<size_t>(n), [&](Record r) {
      records.push_back(std::move(r));
    });
    if (!cut) {
      errno = EBADMSG;
      return false;
    }
    if (static_cast<size_t>(n) < space.size()) return true;
  }
  return true;
}

void Stream::deliver(std::vector<Record> records) {
  for (Record& record : records) {
    auto answer = pending_.match(std::move(record), loop_.now());
    if (!answer) return lose(answer.error().code);
    if (!*answer) continue;
    has_answered_ = true;
    (*answer)->call.done(std::move((*answer)->reply));
    if (ended_) return;
  }
}

// A call that was cancelled before any of it was written is not sent.
void Stream::drop_cancelled() {
  const auto first = front_written_ > 0 ? queue_.begin() + 1 : queue_.begin();
  queue_.erase(std::remove_if(first, queue_.end(),
                              [this](const Queued& q) {
                                return pending_.find(q.xid) == nullptr;
                              }),
               queue_.end());
}

std::vector<iovec> Stream::gather() {
  std::vector<iovec> parts;
  size_t skip = front_written_;
  const size_t count = std::min(queue_.size(), kMessagesPerWrite);
  const auto add = [&](const std::string& bytes) {
    const size_t skipped = std::min(skip, bytes.size());
    skip -= skipped;
    if (skipped == bytes.size()) return;
    parts.push_back(
        {const_cast<char*>(bytes.data()) + skipped, bytes.size() - skipped});
  };
  for (size_t i = 0; i < count; ++i) {
    add(queue_[i].message->head);
    add(queue_[i].message->args);
  }
  return parts;
}

void Stream::flush() {
  drop_cancelled();
  while (!queue_.empty()) {
    std::vector<iovec> parts = gather();
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t n =
        ::sendmsg(socket_->native_handle(), &message, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return wait_write();
    // The reading side learns of the loss as well, and later: answers that
    // are still in the socket are delivered first.
    if (n < 0) return;
    on_written(static_cast<size_t>(n));
  }
}

void Stream::on_written(size_t bytes) {
  front_written_ += bytes;
  const Instant now = loop_.now();
  while (!queue_.empty()) {
    const Queued& front = queue_.front();
    const size_t size = front.message->head.size() + front.message->args.size();
    if (PendingCall* call = pending_.find(front.xid)) {
      call->sent = now;
      call->times_sent = std::max(call->times_sent, 1U);
    }
    if (front_written_ < size) return;
    front_written_ -= size;
    queue_.pop_front();
    if (front_written_ == 0) return;
  }
}

void Stream::close() {
  state_ = State::Closed;
  ++connection_;
  waiting_write_ = false;
  front_written_ = 0;
  splitter_.reset();
  if (!socket_) return;
  asio::error_code ignored;
  socket_->close(ignored);
  socket_.reset();
}

void Stream::lose(int errno_value) {
  lose(errno_code(errno_value));
}

void Stream::lose(std::error_code code) {
  const bool reset =
      code == errno_code(ECONNRESET) || code == errno_code(EPIPE);
  const bool may_have_crossed =
      reset && has_answered_ && !heard_since_idle_ && !pending_.empty();
  close();
  if (may_have_crossed && try_again_once()) return;
  queue_.clear();
  fail_each(pending_, pending_.all(), code, peer_.to_text());
}

// Sends everything pending on a new connection, as long as nothing of it has
// been through this before.
bool Stream::try_again_once() {
  queue_.clear();
  for (auto& [xid, call] : pending_) {
    if (call.times_sent > 1) return false;
    call.times_sent = 2;
    queue_.push_back({xid, call.message});
  }
  open();
  return true;
}

// For failures inside start_call: `done` must not run before it returns.
void Stream::lose_later(std::error_code code) {
  loop_.post([self = shared_from_this(), ids = pending_.all(), code] {
    fail_each(self->pending_, ids, code, self->peer_.to_text());
  });
}

// A connection that nobody waits for any more because it was silent is not
// kept: the next call tries afresh instead of waiting for the kernel to send
// again, which it does ever more rarely.
void Stream::close_if_hopeless() {
  if (!pending_.empty() || state_ == State::Closed) return;
  if (loop_.now() - silent_since_ < kPatience) return;
  close();
  queue_.clear();
}

void Stream::arm_timer() {
  const auto next = pending_.next_deadline();
  if (!next || (armed_for_ && *armed_for_ <= *next)) return;
  armed_for_ = next;
  timer_->arm(*next, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_timer();
  });
}

void Stream::on_timer() {
  armed_for_.reset();
  const std::vector<CallId> due = pending_.due(loop_.now());
  fail_each(pending_, due, errno_code(ETIMEDOUT), peer_.to_text());
  if (ended_) return;
  if (!due.empty()) close_if_hopeless();
  arm_timer();
}

class StreamTransport : public RpcTransport {
 public:
  StreamTransport(Loop& loop, const Address& peer, SocketOptions options)
      : stream_(std::make_shared<Stream>(loop, peer, options)) {}
  ~StreamTransport() override { stream_->end(); }

  CallId start_call(Call call, CallDone done) override {
    return stream_->start_call(std::move(call), std::move(done));
  }
  void cancel(CallId id) override { stream_->cancel(id); }
  void disconnect() override { stream_->disconnect(); }

 private:
  std::shared_ptr<Stream> stream_;
};

}  // namespace

std::unique_ptr<RpcTransport> make_stream_transport(Loop& loop,
                                                    const Address& peer,
                                                    SocketOptions options) {
  return std::make_unique<StreamTransport>(loop, peer, options);
}

std::unique_ptr<RpcTransport> SocketNetwork::open(const Address& peer,
                                                  IpProtocol protocol,
                                                  SourcePort source) {
  const SocketOptions options{.source = source};
  switch (protocol) {
    case IpProtocol::Tcp:
      return make_stream_transport(loop_, peer, options);
    case IpProtocol::Udp:
      return make_udp_transport(loop_, peer, options);
  }
  return nullptr;
}

}  // namespace amd::rpc
