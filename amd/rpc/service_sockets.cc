// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/service_sockets.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <deque>
#include <list>
#include <utility>
#include <vector>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/base/unique_fd.h"
#include "amd/rpc/record.h"

namespace amd::rpc {

namespace {

using asio::posix::stream_descriptor;

constexpr int kBacklog = 64;
constexpr int kAcceptsPerTurn = 16;
constexpr int kDatagramsPerTurn = 16;
constexpr size_t kMaxDatagram = 65536;
constexpr size_t kMaxUdpReply = 65507;  // an IPv4 datagram without its headers
constexpr Milliseconds kAcceptPause{100};
// Calls of one connection that wait for their answer.
constexpr size_t kMaxOpenCalls = 256;

std::optional<uint32_t> uid_behind(int fd) {
  ucred credential{};
  socklen_t size = sizeof credential;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credential, &size) != 0)
    return std::nullopt;
  return credential.uid;
}

// One client, shared with the handlers that Asio holds and (weakly) with the
// replies that are still open.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, UniqueFd fd, Caller caller,
             const Dispatcher& dispatcher, const ServiceLimits& limits)
      : loop_(loop),
        socket_(loop.io(), fd.release()),
        caller_(std::move(caller)),
        dispatcher_(dispatcher),
        limits_(limits),
        splitter_(limits.max_record) {}

  void start() { wait_read(); }
  void close();
  bool is_closed() const { return closed_; }
  Instant last_used() const { return last_used_; }

 private:
  void wait_read();
  void wait_write();
  void on_readable();
  bool may_go_on() const {
    return !closed_ && unsent_ <= limits_.max_unsent &&
           open_calls_ < kMaxOpenCalls;
  }
  void work();
  void on_call(std::string_view message);
  void send(const std::string& message);
  void flush();

  Loop& loop_;
  stream_descriptor socket_;
  const Caller caller_;
  const Dispatcher& dispatcher_;
  const ServiceLimits limits_;
  RecordSplitter splitter_;
  std::deque<Record> calls_;  // read and not dispatched yet
  size_t open_calls_ = 0;     // dispatched and not answered yet
  bool working_ = false;
  std::deque<std::string> queue_;
  size_t front_written_ = 0;  // bytes of queue_.front()
  size_t unsent_ = 0;         // bytes of queue_
  bool waiting_read_ = false;
  bool waiting_write_ = false;
  bool closed_ = false;
  Instant last_used_ = loop_.now();
};

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  asio::error_code ignored;
  socket_.close(ignored);
}

void Connection::wait_read() {
  if (waiting_read_) return;
  waiting_read_ = true;
  socket_.async_wait(stream_descriptor::wait_read,
                     [self = shared_from_this()](const asio::error_code& e) {
                       self->waiting_read_ = false;
                       if (self->closed_) return;
                       if (e) return self->close();
                       self->on_readable();
                     });
}

void Connection::on_readable() {
  last_used_ = loop_.now();
  const std::span<char> space = splitter_.space();
  const ssize_t n =
      ::recv(socket_.native_handle(), space.data(), space.size(), 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return wait_read();
  if (n <= 0) return close();
  const auto cut = splitter_.commit(static_cast<size_t>(n), [&](Record r) {
    calls_.push_back(std::move(r));
  });
  work();
  if (!cut) close();
}

// Dispatches what was read, as far as this client may ask for more; then reads
// on.  Called again when an answer has been given or sent.
void Connection::work() {
  if (working_) return;
  working_ = true;
  while (!calls_.empty() && may_go_on()) {
    const Record call = std::move(calls_.front());
    calls_.pop_front();
    on_call(call.view());
  }
  working_ = false;
  if (calls_.empty() && may_go_on()) wait_read();
}

void Connection::on_call(std::string_view message) {
  ++open_calls_;
  const bool is_call = dispatcher_.dispatch(
      message, caller_, [weak = weak_from_this()](const std::string& reply) {
        const auto self = weak.lock();
        if (self && !self->closed_) self->send(reply);
      });
  if (!is_call) close();
}

void Connection::send(const std::string& message) {
  --open_calls_;
  const auto mark = record_mark(message.size());
  std::string framed(mark.data(), mark.size());
  framed += message;
  unsent_ += framed.size();
  queue_.push_back(std::move(framed));
  flush();
  work();
}

void Connection::flush() {
  while (!queue_.empty()) {
    const std::string& front = queue_.front();
    const ssize_t n =
        ::send(socket_.native_handle(), front.data() + front_written_,
               front.size() - front_written_, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return wait_write();
    if (n < 0) return close();
    front_written_ += static_cast<size_t>(n);
    if (front_written_ < front.size()) continue;
    unsent_ -= front.size();
    front_written_ = 0;
    queue_.pop_front();
  }
}

void Connection::wait_write() {
  if (waiting_write_) return;
  waiting_write_ = true;
  socket_.async_wait(stream_descriptor::wait_write,
                     [self = shared_from_this()](const asio::error_code& e) {
                       self->waiting_write_ = false;
                       if (self->closed_) return;
                       if (e) return self->close();
                       self->last_used_ = self->loop_.now();
                       self->flush();
                       self->work();
                     });
}

Result<Address> bound_address(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0)
    return fail(errno, "getsockname");
  return Address(reinterpret_cast<const sockaddr*>(&bound), size);
}

Result<UniqueFd> open_bound(const Address& at, int type) {
  UniqueFd fd(::socket(at.family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail(errno, "socket");
  const int on = 1;
  if (type == SOCK_STREAM && at.is_ip())
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (at.family() == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), at.raw(), at.size()) != 0)
    return fail(errno, "bind to " + escape(at.to_text()));
  if (type == SOCK_STREAM && ::listen(fd.get(), kBacklog) != 0)
    return fail(errno, "listen on " + escape(at.to_text()));
  return fd;
}

// EADDRINUSE when somebody listens at `at`; otherwise the file is gone.
Result<void> remove_dead_socket(const Address& at) {
  struct stat file {};
  if (::lstat(at.host().c_str(), &file) != 0) return {};
  if (!S_ISSOCK(file.st_mode))
    return fail(EEXIST, "socket " + escape(at.host()));
  const UniqueFd fd(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  // EAGAIN: it listens and is busy.
  if (::connect(fd.get(), at.raw(), at.size()) == 0 || errno == EAGAIN)
    return fail(EADDRINUSE, "socket " + escape(at.host()));
  if (::unlink(at.host().c_str()) != 0)
    return fail(errno, "remove " + escape(at.host()));
  return {};
}

}  // namespace

class ServiceSockets::Impl {
 public:
  Impl(Loop& loop, const Dispatcher& dispatcher, ServiceLimits limits)
      : loop_(loop),
        dispatcher_(dispatcher),
        limits_(limits),
        pause_(loop.make_timer()) {}
  ~Impl();

  Result<Address> listen_stream(const Address& at);
  Result<Address> listen_udp(const Address& at);
  void remove_at_end(std::string path) { files_.push_back(std::move(path)); }

 private:
  struct Listener {
    UniqueFd fd;
    std::unique_ptr<Watch> watch;  // of fd, so declared after it
  };
  // Shared with replies that come later.
  struct Datagrams {
    UniqueFd fd;
    std::unique_ptr<Watch> watch;
  };

  void watch(Listener& listener);
  void on_accept(Listener& listener);
  bool make_room(size_t limit);
  void add_client(UniqueFd fd, const Address& peer);
  void on_datagrams(const std::shared_ptr<Datagrams>& socket);
  void on_datagram(const std::shared_ptr<Datagrams>& socket,
                   std::string_view message, const Address& peer);

  Loop& loop_;
  const Dispatcher& dispatcher_;
  const ServiceLimits limits_;
  std::unique_ptr<Timer> pause_;
  std::list<Listener> listeners_;
  std::vector<std::shared_ptr<Datagrams>> datagrams_;
  std::list<std::shared_ptr<Connection>> connections_;
  std::vector<std::string> files_;
};

ServiceSockets::Impl::~Impl() {
  for (const auto& connection : connections_) connection->close();
  for (const std::string& path : files_) ::unlink(path.c_str());
}

Result<Address> ServiceSockets::Impl::listen_stream(const Address& at) {
  auto fd = open_bound(at, SOCK_STREAM);
  if (!fd) return pass(fd);
  auto address = bound_address(fd->get());
  if (!address) return pass(address);
  listeners_.push_back({std::move(*fd), nullptr});
  watch(listeners_.back());
  return address;
}

Result<Address> ServiceSockets::Impl::listen_udp(const Address& at) {
  auto fd = open_bound(at, SOCK_DGRAM);
  if (!fd) return pass(fd);
  auto address = bound_address(fd->get());
  if (!address) return pass(address);
  auto socket = std::make_shared<Datagrams>();
  socket->fd = std::move(*fd);
  socket->watch = loop_.watch_readable(
      socket->fd.get(),
      [this, weak = std::weak_ptr(socket)] { on_datagrams(weak.lock()); });
  datagrams_.push_back(std::move(socket));
  return address;
}

void ServiceSockets::Impl::watch(Listener& listener) {
  listener.watch = loop_.watch_readable(
      listener.fd.get(), [this, &listener] { on_accept(listener); });
}

void ServiceSockets::Impl::on_accept(Listener& listener) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    UniqueFd fd(::accept4(listener.fd.get(), reinterpret_cast<sockaddr*>(&from),
                          &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      make_room(limits_.max_connections - 1);
      add_client(std::move(fd),
                 Address(reinterpret_cast<const sockaddr*>(&from), size));
      continue;
    }
    if (errno != EMFILE && errno != ENFILE && errno != ENOMEM) return;
    if (make_room(connections_.empty() ? 0 : connections_.size() - 1)) continue;
    // The listener stays readable: without a pause this would spin.
    log::warning("rpc: cannot accept a client: too many open files");
    listener.watch.reset();
    pause_->arm(loop_.now() + kAcceptPause, [this] {
      for (Listener& l : listeners_)
        if (!l.watch) watch(l);
    });
    return;
  }
}

// Keeps at most `limit` connections; true when one was closed.
bool ServiceSockets::Impl::make_room(size_t limit) {
  connections_.remove_if([](const auto& c) { return c->is_closed(); });
  bool closed = false;
  while (connections_.size() > limit) {
    auto oldest = connections_.begin();
    for (auto at = connections_.begin(); at != connections_.end(); ++at)
      if ((*at)->last_used() < (*oldest)->last_used()) oldest = at;
    (*oldest)->close();
    connections_.erase(oldest);
    closed = true;
  }
  return closed;
}

void ServiceSockets::Impl::add_client(UniqueFd fd, const Address& peer) {
  Caller caller{.peer = peer};
  if (peer.is_ip()) {
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  } else {
    caller.peer_uid = uid_behind(fd.get());
  }
  auto connection = std::make_shared<Connection>(
      loop_, std::move(fd), std::move(caller), dispatcher_, limits_);
  connections_.push_back(connection);
  connection->start();
}

void ServiceSockets::Impl::on_datagrams(
    const std::shared_ptr<Datagrams>& socket) {
  static std::array<char, kMaxDatagram> buffer;
  for (int i = 0; i < kDatagramsPerTurn; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t n = ::recvfrom(socket->fd.get(), buffer.data(), buffer.size(),
                                 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 0) return;
    on_datagram(socket, {buffer.data(), static_cast<size_t>(n)},
                Address(reinterpret_cast<const sockaddr*>(&from), size));
  }
}

void ServiceSockets::Impl::on_datagram(const std::shared_ptr<Datagrams>& socket,
                                       std::string_view message,
                                       const Address& peer) {
  uint32_t xid = 0;
  XdrReader start(message);
  xid = start.u32();
  dispatcher_.dispatch(
      message, {.peer = peer},
      [weak = std::weak_ptr(socket), peer, xid](std::string reply) {
        const auto to = weak.lock();
        if (!to) return;
        if (reply.size() > kMaxUdpReply) {
          XdrWriter out;
          encode_reply(out, {.xid = xid, .accepted = SYSTEM_ERR});
          reply = out.take();
        }
        // A reply that does not fit into the socket is lost, as datagrams are.
        ::sendto(to->fd.get(), reply.data(), reply.size(), MSG_NOSIGNAL,
                 peer.raw(), peer.size());
      });
}

ServiceSockets::ServiceSockets(Loop& loop, const Dispatcher& dispatcher,
                               ServiceLimits limits)
    : impl_(std::make_unique<Impl>(loop, dispatcher, limits)) {
}
ServiceSockets::~ServiceSockets() = default;

Result<Address> ServiceSockets::listen_tcp(const Address& at) {
  return impl_->listen_stream(at);
}

Result<Address> ServiceSockets::listen_udp(const Address& at) {
  return impl_->listen_udp(at);
}

Result<Address> ServiceSockets::listen_unix(const std::string& path,
                                            mode_t mode) {
  const auto at = Address::unix_socket(path);
  if (!at) return pass(at);
  if (auto removed = remove_dead_socket(*at); !removed) return pass(removed);
  auto listening = impl_->listen_stream(*at);
  if (!listening) return pass(listening);
  impl_->remove_at_end(path);
  if (::chmod(path.c_str(), mode) != 0)
    return fail(errno, "chmod " + escape(path));
  return *at;
}

}  // namespace amd::rpc
