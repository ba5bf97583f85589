// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/engine_client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <map>
#include <utility>

#include "amd/base/fd_packet.h"
#include "amd/base/log.h"

namespace amd {

namespace {

constexpr int kMaxTries = 8;  // connections that one request may need

Result<UniqueFd> connect_to(const std::string& address) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.empty() || address.size() >= sizeof name.sun_path)
    return fail(EINVAL, "address of the engine");
  std::memcpy(name.sun_path, address.data(), address.size());
  if (address[0] == '@') name.sun_path[0] = '\0';
  UniqueFd fd(
      ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
  if (!fd || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&name), size) < 0)
    return fail(errno, "connect to the engine at " + address);
  return fd;
}

}  // namespace

class EngineClient::Impl {
 public:
  Impl(Loop& loop, std::function<Result<std::string>()> find_engine)
      : loop_(loop),
        find_engine_(std::move(find_engine)),
        timer_(loop.make_timer()) {}

  struct Pending {
    std::string bytes;
    std::string attach_id;  // of an attach
    UniqueFd fd;
    bool sent = false;
    int tries = 0;
    EngineStatus status;
    StatusDone done;
  };

  void start(ControlMessage message, UniqueFd fd, StatusDone done) {
    message.seq = ++last_seq_;
    Pending p;
    p.bytes = encode_control(message);
    if (message.kind == "attach") p.attach_id = message.attach.id;
    p.fd = std::move(fd);
    p.done = std::move(done);
    pending_.emplace(message.seq, std::move(p));
    retry_soon(Milliseconds(0));
  }

  void cancel_attach(const std::string& id) {
    for (auto it = pending_.begin(); it != pending_.end(); ++it) {
      if (it->second.attach_id != id) continue;
      finish(it, fail(ECANCELED, "attach " + id));
      return;
    }
  }

 private:
  using Entry = std::map<std::uint64_t, Pending>::iterator;

  void finish(Entry entry, Result<EngineStatus> result) {
    auto done = std::move(entry->second.done);
    pending_.erase(entry);
    // Later, so that nobody is called from inside its own call.
    loop_.post([done = std::move(done), result = std::move(result)]() mutable {
      done(std::move(result));
    });
  }

  void retry_soon(Milliseconds delay) {
    timer_->arm(loop_.now() + delay, [this] { send_pending(); });
  }

  void send_pending() {
    if (pending_.empty()) return;
    if (!socket_) {
      if (const auto up = connect(); !up) return on_lost(up.error());
    }
    for (auto& [seq, p] : pending_) {
      if (p.sent) continue;
      const int e = send_fd_packet(socket_.get(), p.bytes, p.fd.get());
      if (e == EAGAIN) return retry_soon(Milliseconds(10));
      if (e != 0) return on_lost(errno_error(e, "send to the engine"));
      p.sent = true;
    }
  }

  Result<void> connect() {
    const auto address = find_engine_();
    if (!address) return pass(address);
    auto fd = connect_to(*address);
    if (!fd) return pass(fd);
    socket_ = std::move(*fd);
    watch_ = loop_.watch_readable(socket_.get(), [this] { on_readable(); });
    return {};
  }

  void on_lost(const Error& why) {
    if (socket_)
      log::warning("the NFS engine ended, its keeper starts it again: {}",
                   why.message());
    watch_.reset();
    socket_.reset();
    for (auto it = pending_.begin(); it != pending_.end();) {
      const Entry entry = it++;
      entry->second.sent = false;
      entry->second.status = {};
      if (++entry->second.tries >= kMaxTries)
        finish(entry, tl::unexpected(why));
    }
    if (!pending_.empty()) retry_soon(Milliseconds(100));
  }

  void on_readable() {
    for (int i = 0; i < 64; ++i) {
      std::string bytes;
      UniqueFd ignored;
      const int e = receive_fd_packet(socket_.get(), bytes, ignored);
      if (e == EAGAIN) return;
      if (e != 0) return on_lost(errno_error(e, "answer of the engine"));
      auto message = decode_control(bytes);
      if (!message) {
        log::error("nfs engine: {}", message.error().message());
        continue;
      }
      on_answer(*message);
    }
  }

  void on_answer(ControlMessage& m) {
    const Entry entry = pending_.find(m.seq);
    if (entry == pending_.end()) return;
    EngineStatus& status = entry->second.status;
    if (m.kind == "server") status.servers.push_back(std::move(m.server));
    if (m.kind == "mount") status.mounts.push_back(std::move(m.mount));
    if (m.kind != "done") return;
    if (m.error != 0) return finish(entry, fail(m.error, m.text));
    finish(entry, std::move(status));
  }

  Loop& loop_;
  std::function<Result<std::string>()> find_engine_;
  std::unique_ptr<Timer> timer_;
  UniqueFd socket_;
  std::unique_ptr<Watch> watch_;  // of socket_
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t last_seq_ = 0;
};

namespace {

EngineClient::StatusDone without_status(EngineClient::Done done) {
  return [done = std::move(done)](Result<EngineStatus> result) {
    if (!result) return done(pass(result));
    done({});
  };
}

ControlMessage request(const char* kind, const std::string& name) {
  ControlMessage m;
  m.kind = kind;
  m.name = name;
  return m;
}

}  // namespace

EngineClient::EngineClient(Loop& loop,
                           std::function<Result<std::string>()> find_engine)
    : impl_(std::make_unique<Impl>(loop, std::move(find_engine))) {
}

EngineClient::~EngineClient() = default;

void EngineClient::start_attach(const AttachRequest& attach, UniqueFd fuse,
                                Done done) {
  ControlMessage m = request("attach", "");
  m.attach = attach;
  impl_->start(std::move(m), std::move(fuse), without_status(std::move(done)));
}

void EngineClient::start_detach(const std::string& id, Done done) {
  impl_->cancel_attach(id);
  impl_->start(request("detach", id), {}, without_status(std::move(done)));
}

void EngineClient::start_drain(const std::string& server, Done done) {
  impl_->start(request("drain", server), {}, without_status(std::move(done)));
}

void EngineClient::start_log_options(const std::string& options, Done done) {
  impl_->start(request("log", options), {}, without_status(std::move(done)));
}

void EngineClient::start_status(StatusDone done) {
  impl_->start(request("status", ""), {}, std::move(done));
}

}  // namespace amd
