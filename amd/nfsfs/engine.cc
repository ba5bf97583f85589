// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/engine.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/fd_packet.h"
#include "amd/base/log.h"

namespace amd::nfsfs {

namespace {

constexpr Milliseconds kSweep{20};
constexpr size_t kMostQueued = 10000;  // packets for a peer that does not read

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) < 0) return "localhost";
  return name.data();
}

// In the keeper: the /dev/fuse descriptor with the attach, and the node log.
std::string kept_fuse(const std::string& id) {
  return "fuse:" + id;
}
std::string kept_nodes(const std::string& id) {
  return "nodes:" + id;
}

}  // namespace

// One connection of amd's.
class Engine::Peer : public ReactorClient {
 public:
  Peer(Engine& engine, uint64_t id, UniqueFd fd)
      : engine_(engine), id_(id), fd_(std::move(fd)) {
    engine_.reactor_.watch(fd_.get(), EPOLLIN, *this);
  }
  ~Peer() override { engine_.reactor_.forget(fd_.get()); }

  void send(std::string bytes) {
    if (queue_.size() >= kMostQueued) return;
    queue_.push_back(std::move(bytes));
    flush();
  }

  void on_ready(uint32_t events) override {
    if ((events & EPOLLOUT) != 0) flush();
    if ((events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) receive();
  }

 private:
  void flush() {
    while (!queue_.empty()) {
      const int e = send_fd_packet(fd_.get(), queue_.front(), -1);
      if (e == EAGAIN) break;
      queue_.pop_front();
    }
    const uint32_t events = queue_.empty() ? 0U : EPOLLOUT;
    engine_.reactor_.watch(fd_.get(), EPOLLIN | events, *this);
  }

  void receive() {
    std::string bytes;
    UniqueFd fd;
    const int e = receive_fd_packet(fd_.get(), bytes, fd);
    if (e == EAGAIN) return;
    if (e != 0 && e != EMSGSIZE) {
      engine_.reactor_.forget(fd_.get());
      engine_.reactor_.post([engine = &engine_, id = id_] {
        engine->peers_.erase(id);
        engine->end_if_forsaken();
      });
      return;
    }
    auto message = decode_control(bytes);
    if (!message) return log::error("amd: {}", message.error().message());
    engine_.on_message(id_, std::move(*message), std::move(fd));
  }

  Engine& engine_;
  const uint64_t id_;
  UniqueFd fd_;
  std::deque<std::string> queue_;
};

Engine::Engine(Reactor& reactor, UniqueFd listener,
               std::optional<KeeperClient> keeper)
    : reactor_(reactor),
      listener_(std::move(listener)),
      keeper_(std::move(keeper)),
      keeper_pid_(::getppid()),
      callers_(host_name()),
      pool_(reactor),
      sweep_alarm_(reactor, [this] { sweep(); }) {
  if (listener_) reactor_.watch(listener_.get(), EPOLLIN, *this);
}

Engine::~Engine() {
  if (listener_) reactor_.forget(listener_.get());
}

void Engine::on_ready(uint32_t) {
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr,
                        SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return;
  const uint64_t id = ++last_peer_;
  peers_.emplace(id, std::make_unique<Peer>(*this, id, std::move(fd)));
}

void Engine::on_message(uint64_t peer, ControlMessage m, UniqueFd fd) {
  const Asker asker{peer, m.seq};
  if (m.kind == "attach")
    return attach(asker, std::move(m.attach), std::move(fd));
  if (m.kind == "detach") {
    end(m.name, errno_error(ECANCELED, "detached"));
    return answer(asker, {});
  }
  if (m.kind == "drain") {
    for (auto& [id, mount] : mounts_) mount.file_system->drain(m.name);
    return answer(asker, {});
  }
  if (m.kind == "log") return answer(asker, set_log(m));
  if (m.kind == "status") return send_status(asker);
  answer(asker, fail(EINVAL, "request \"" + escape(m.kind) + "\""));
}

Result<void> Engine::set_log(const ControlMessage& m) {
  if (!m.text.empty())
    if (auto r = log::set_file(m.text); !r) return r;
  return log::set_options(m.name);
}

void Engine::attach(const Asker& asker, AttachRequest request, UniqueFd fuse) {
  const std::string id = request.id;
  if (const auto it = mounts_.find(id); it != mounts_.end()) {
    if (it->second.attached) return answer(asker, {});
    it->second.askers.push_back(asker);
    return;
  }
  if (!fuse) return answer(asker, fail(EBADF, "attach without a descriptor"));
  FileSystemFds fds;
  fds.fuse = std::move(fuse);
  if (auto log = NodeLog::create()) fds.log.emplace(std::move(*log));
  if (const auto r = start(std::move(request), std::move(fds)); !r)
    return answer(asker, r);
  mounts_[id].askers.push_back(asker);
}

void Engine::keep(const AttachRequest& request, const FileSystemFds& fds) {
  ControlMessage m;
  m.kind = "attach";
  m.attach = request;
  Result<void> r =
      keeper_->put(kept_fuse(request.id), encode_control(m), fds.fuse.get());
  if (r && fds.log) r = keeper_->put(kept_nodes(request.id), "", fds.log->fd());
  if (!r)
    log::warning("{}: will not outlive the engine: {}", escape(request.target),
                 r.error().message());
}

Result<void> Engine::start(AttachRequest request, FileSystemFds fds) {
  const auto options = parse_mount_options(request.options);
  if (!options) return pass(options);
  const auto policy = parse_sameness(request.settings.verify);
  if (!policy) return pass(policy);
  const std::string id = request.id;
  if (keeper_ && !fds.is_taken_over) keep(request, fds);
  Mount& mount = mounts_[id];
  mount.attached = fds.is_taken_over;
  FileSystemEvents events;
  events.attached = [this, id](Result<void> r) { on_attached(id, r); };
  events.unmounted = [this, id] { end(id, errno_error(ENODEV, "unmounted")); };
  mount.file_system = std::make_unique<FileSystem>(
      EngineParts{reactor_, pool_, callers_}, std::move(request), *options,
      *policy, std::move(fds), std::move(events));
  return {};
}

void Engine::on_attached(const std::string& id, const Result<void>& result) {
  Mount& mount = mounts_[id];
  // One that is adopted is tried on for ever: somebody may be using it.
  if (mount.attached) return;
  if (!result) return end(id, result.error());
  mount.attached = true;
  for (const Asker& asker : std::exchange(mount.askers, {})) answer(asker, {});
}

void Engine::end(const std::string& id, const Error& why) {
  const auto it = mounts_.find(id);
  if (it == mounts_.end()) return;
  for (const Asker& asker : it->second.askers)
    answer(asker, tl::unexpected(why));
  it->second.file_system->close();
  closing_.push_back(std::move(it->second.file_system));
  mounts_.erase(it);
  if (keeper_)
    for (const std::string& name : {kept_nodes(id), kept_fuse(id)})
      if (const auto r = keeper_->drop(name); !r)
        log::warning("{}: {}", escape(name), r.error().message());
  sweep_alarm_.set(reactor_.now());
}

void Engine::sweep() {
  std::erase_if(closing_, [](const auto& f) { return f->is_idle(); });
  if (!closing_.empty()) sweep_alarm_.set(reactor_.now() + kSweep);
  end_if_forsaken();
}

void Engine::end_if_forsaken() {
  const bool is_idle = peers_.empty() && mounts_.empty() && closing_.empty();
  if (keeper_ && is_idle && ::getppid() != keeper_pid_) reactor_.stop();
}

void Engine::close_all() {
  while (!mounts_.empty())
    end(mounts_.begin()->first, errno_error(ENODEV, "the engine ends"));
}

void Engine::adopt_kept() {
  if (!keeper_) return;
  auto kept = keeper_->get("fuse:");
  auto logs = keeper_->get("nodes:");
  if (!kept || !logs) return log::error("the keeper does not answer");
  for (Kept& k : *kept) {
    auto message = decode_control(k.description);
    if (!message || kept_fuse(message->attach.id) != k.name) {
      log::error("{}: its description cannot be read", escape(k.name));
      continue;
    }
    FileSystemFds fds;
    fds.fuse = std::move(k.fd);
    fds.is_taken_over = true;
    for (Kept& l : *logs)
      if (l.name == kept_nodes(message->attach.id))
        if (auto log = NodeLog::open(std::move(l.fd)))
          fds.log.emplace(std::move(*log));
    const std::string target = message->attach.target;
    const auto r = start(std::move(message->attach), std::move(fds));
    if (r)
      log::info("{}: taken over", escape(target));
    else
      log::error("{}: {}", escape(target), r.error().message());
  }
}

void Engine::send_status(const Asker& asker) {
  pool_.for_each([&](const Server& server) {
    ControlMessage m;
    m.kind = "server";
    m.server.name = server.name();
    m.server.address = server.address().to_text();
    m.server.state = name_of(server.state());
    const auto& c = server.counters();
    const auto us = [&](unsigned p) {
      return static_cast<uint64_t>(server.latency().percentile(p) /
                                   std::chrono::microseconds(1));
    };
    m.server.counters = {{"calls", c.calls},   {"answers", c.answers},
                         {"bytes", c.bytes},   {"silences", c.silences},
                         {"losses", c.losses}, {"connects", c.connects},
                         {"p50_us", us(50)},   {"p99_us", us(99)}};
    send(asker, std::move(m));
  });
  for (const auto& [id, mount] : mounts_) {
    ControlMessage m;
    m.kind = "mount";
    m.mount = mount.file_system->status();
    send(asker, std::move(m));
  }
  answer(asker, {});
}

void Engine::answer(const Asker& asker, const Result<void>& result) {
  ControlMessage m;
  m.kind = "done";
  if (!result) {
    m.error = errno_of(result.error());
    m.text = result.error().context;
  }
  send(asker, std::move(m));
}

void Engine::send(const Asker& asker, ControlMessage message) {
  message.seq = asker.seq;
  const auto it = peers_.find(asker.peer);
  if (it != peers_.end()) it->second->send(encode_control(message));
}

}  // namespace amd::nfsfs
