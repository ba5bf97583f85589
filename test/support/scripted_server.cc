// SPDX-License-Identifier: BSD-3-Clause
#include "test/support/scripted_server.h"

#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace amd::test {

struct ScriptedServer::Connection {
  UniqueFd fd;
  rpc::RecordSplitter splitter{1 << 20};
  std::unique_ptr<Watch> watch;
};

ScriptedServer::ScriptedServer(Loop& loop, Mode mode)
    : loop_(loop), mode_(mode), timer_(loop.make_timer()) {
  const auto open = [](int type) {
    return UniqueFd(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  };
  // The UDP port of the same number may be taken by another test.
  for (int attempt = 0; attempt < 100; ++attempt) {
    listener_ = open(SOCK_STREAM);
    udp_ = open(SOCK_DGRAM);
    const rpc::Address any = rpc::Address::loopback(0);
    if (::bind(listener_.get(), any.raw(), any.size()) != 0) continue;
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    address_ = rpc::Address(reinterpret_cast<sockaddr*>(&bound), size);
    if (::bind(udp_.get(), address_.raw(), address_.size()) == 0) break;
  }
  if (::listen(listener_.get(), 16) != 0)
    throw std::runtime_error("scripted server cannot listen");
  listen_watch_ = loop.watch_readable(listener_.get(), [this] { on_accept(); });
  udp_watch_ = loop.watch_readable(udp_.get(), [this] { on_datagram(); });
}

ScriptedServer::~ScriptedServer() = default;

void ScriptedServer::shut_down() {
  listen_watch_.reset();
  udp_watch_.reset();
  listener_.reset();
  udp_.reset();
  drop_connections();
}

void ScriptedServer::drop_connections() {
  for (auto& [fd, connection] : connections_) connection->watch.reset();
  connections_.clear();
}

void ScriptedServer::on_accept() {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const int fd = ::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&from),
                           &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  ++connections;
  ports.push_back(
      rpc::Address(reinterpret_cast<sockaddr*>(&from), size).port());
  auto& connection = connections_[fd];
  connection = std::make_unique<Connection>();
  connection->fd = UniqueFd(fd);
  connection->watch = loop_.watch_readable(fd, [this, fd] { on_stream(fd); });
}

void ScriptedServer::on_stream(int fd) {
  Connection& connection = *connections_.at(fd);
  const std::span<char> space = connection.splitter.space();
  const ssize_t n = ::recv(fd, space.data(), space.size(), 0);
  std::vector<rpc::Record> records;
  if (n > 0) {
    const auto cut = connection.splitter.commit(
        static_cast<size_t>(n),
        [&](rpc::Record r) { records.push_back(std::move(r)); });
    if (!cut) throw std::runtime_error("client sent no records");
  }
  for (const auto& record : records) on_call(record.view(), fd);
  const bool close = mode_ == Mode::Close && !records.empty();
  if (n > 0 && !close) return;
  connection.watch.reset();
  connections_.erase(fd);
}

void ScriptedServer::on_datagram() {
  std::array<char, 65536> buffer;
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const ssize_t n = ::recvfrom(udp_.get(), buffer.data(), buffer.size(), 0,
                               reinterpret_cast<sockaddr*>(&from), &size);
  if (n <= 0) return;
  udp_peer_ = rpc::Address(reinterpret_cast<sockaddr*>(&from), size);
  on_call({buffer.data(), static_cast<size_t>(n)}, udp_.get());
}

void ScriptedServer::on_call(std::string_view message, int fd) {
  ++calls;
  rpc::XdrReader in(message);
  const auto call = rpc::decode_call(in);
  if (!call) throw std::runtime_error("client sent no call");
  if (call->header.cred.flavor == rpc::AUTH_SYS)
    if (const auto auth = rpc::decode_auth_sys(call->header.cred.body))
      uids.push_back(auth->uid);
  rpc::ReplyHeader header{.xid = call->header.xid};
  if (mode_ == Mode::WrongXid) header.xid += 1000;
  if (mode_ == Mode::ProgMismatch) {
    header.accepted = rpc::PROG_MISMATCH;
    header.low = header.high = 4;
  }
  rpc::XdrWriter out;
  rpc::encode_reply(out, header);
  if (header.is_success()) out.raw(in.rest());
  switch (mode_) {
    case Mode::Swallow:
    case Mode::Close:
      return;
    case Mode::Garbage:
      return send(fd, std::string(40, '\x55'));
    case Mode::Oversized:
      return send(fd, std::string("\x7f\xff\xff\xff", 4), false);
    case Mode::ByteByByte: {
      const auto mark = rpc::record_mark(out.size());
      for (const char c : mark) dripping_.emplace_back(fd, c);
      for (const char c : out.bytes()) dripping_.emplace_back(fd, c);
      return drip();
    }
    case Mode::TwoAnswers:
      send(fd, out.bytes());
      return send(fd, out.bytes());
    case Mode::Backwards:
      if (held_.empty()) {
        held_ = out.take();
        return;
      }
      send(fd, out.take());
      return send(fd, std::exchange(held_, {}));
    case Mode::Answer:
    case Mode::WrongXid:
    case Mode::ProgMismatch:
      return send(fd, out.take());
  }
}

void ScriptedServer::send(int fd, std::string bytes, bool framed) {
  if (fd == udp_.get()) {
    ::sendto(fd, bytes.data(), bytes.size(), 0, udp_peer_.raw(),
             udp_peer_.size());
    return;
  }
  if (framed) {
    const auto mark = rpc::record_mark(bytes.size());
    bytes.insert(0, mark.data(), mark.size());
  }
  // Long answers do not fit into the socket: the rest is dropped byte by byte.
  const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  for (size_t i = n < 0 ? 0 : static_cast<size_t>(n); i < bytes.size(); ++i)
    dripping_.emplace_back(fd, bytes[i]);
  if (!dripping_.empty()) drip();
}

void ScriptedServer::drip() {
  if (dripping_.empty()) return;
  const auto [fd, byte] = dripping_.front();
  if (connections_.contains(fd)) ::send(fd, &byte, 1, MSG_NOSIGNAL);
  dripping_.pop_front();
  timer_->arm(loop_.now() + Milliseconds(1), [this] { drip(); });
}

}  // namespace amd::test
