// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/server.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/rpc/nfs3.h"

namespace amd::nfsfs {

namespace {

// A SYN that is lost is sent again by the kernel after 1, 2, 4 ... seconds; a
// new connection starts anew with its first one.
constexpr Milliseconds kConnectLimit{500};
// Unacknowledged for so long in Silent: a new connection finds the host sooner
// than the old one's retransmission does.
constexpr Milliseconds kCutOffLimit{1000};
constexpr Milliseconds kFirstRetry{50};
constexpr Milliseconds kHurriedRetry{100};  // most, while somebody waits
constexpr Milliseconds kLastRetry{5000};    // most, otherwise
constexpr Milliseconds kHurry{2000};
constexpr Milliseconds kLateFloor{20};

}  // namespace

std::string_view name_of(Server::State state) {
  switch (state) {
    case Server::State::Down:
      return "down";
    case Server::State::Connecting:
      return "connecting";
    case Server::State::Up:
      return "up";
    case Server::State::Silent:
      return "silent";
  }
  return "?";
}

Server::Server(Reactor& reactor, std::string name, const rpc::Address& address,
               const ServerSettings& settings, ServerListener& listener)
    : reactor_(reactor),
      name_(std::move(name)),
      address_(address),
      settings_(settings),
      listener_(listener),
      since_(reactor.now()),
      check_alarm_(reactor, [this] { check(); }),
      connect_alarm_(reactor, [this] { connect(); }) {
  connect_alarm_.set(reactor_.now());
}

Server::~Server() = default;

void Server::enter(State state, std::string reason) {
  reason_ = std::move(reason);
  if (state == state_) return;
  log::debug("server {} ({}): {} -> {}: {}", escape(name_), address_.to_text(),
             name_of(state_), name_of(state), reason_);
  state_ = state;
  since_ = reactor_.now();
  reactor_.post([this] { listener_.on_server_change(*this); });
}

void Server::connect() {
  if (connection_) return;
  connection_ = std::make_unique<Connection>(reactor_, *this);
  ++life_;
  ++counters_.connects;
  pinging_ = false;
  enter(State::Connecting, reason_);
  if (const auto r = connection_->start(address_); !r) {
    connection_.reset();
    enter(State::Down, r.error().message());
    return retry_later();
  }
  check_alarm_.set(reactor_.now() + kConnectLimit);
}

void Server::on_open() {
  ping();
}

void Server::on_closed(const Error& why) {
  if (can_call()) ++counters_.losses;
  old_connection_ = std::move(connection_);
  reactor_.post([this] { old_connection_.reset(); });
  check_alarm_.clear();
  enter(State::Down, why.message());
  retry_later();
}

// Doubles, and is kept short while somebody waits: connecting to a server that
// is dead costs nobody anything, but one that hangs keeps each connection.
void Server::retry_later() {
  const auto now = reactor_.now();
  const auto most = now < hurry_until_ ? kHurriedRetry : kLastRetry;
  const Milliseconds delay =
      std::min(kFirstRetry * (1 << std::min(failed_connects_, 10)), most);
  ++failed_connects_;
  connect_alarm_.set(now + delay);
}

void Server::retire() {
  state_ = State::Down;
  connection_.reset();
  check_alarm_.clear();
  connect_alarm_.clear();
}

void Server::hurry() {
  const auto now = reactor_.now();
  hurry_until_ = now + kHurry;
  if (!connection_) connect_alarm_.set_at_latest(now + kHurriedRetry);
}

void Server::ping() {
  if (pinging_) return;
  pinging_ = true;
  const Instant made = reactor_.now();
  connection_->call({rpc::NFS_PROGRAM, rpc::NFS_V3, rpc::NFSPROC3_NULL},
                    [this, made](const Result<RpcReply>& reply) {
                      pinging_ = false;
                      on_answer(made, reply);
                    });
  if (state_ != State::Connecting)
    check_alarm_.set_at_latest(made + settings_.silence);
}

Server::CallId Server::call(uint32_t proc, std::string_view credential,
                            std::string_view args, Done done) {
  const Instant made = reactor_.now();
  const RpcCall call{rpc::NFS_PROGRAM, rpc::NFS_V3, proc, credential, args};
  ++counters_.calls;
  const uint32_t xid = connection_->call(
      call, [this, made, done = std::move(done)](Result<RpcReply> reply) {
        on_answer(made, reply);
        if (!reply && !connection_->is_open())
          return done(fail(ENOTCONN, reply.error().message()));
        done(std::move(reply));
      });
  if (is_up()) check_alarm_.set_at_latest(made + settings_.silence / 2);
  return {life_, xid};
}

void Server::cancel(const CallId& id) {
  if (connection_ && id.life == life_) connection_->cancel(id.xid);
}

// An error answer (a program that is not there, say) is a sign of life as well,
// but not of an NFS server: it must not become Up by it.
void Server::on_answer(Instant made, const Result<RpcReply>& reply) {
  if (!connection_ || !connection_->is_open()) return;
  if (!reply) {
    if (state_ != State::Connecting) return;
    reason_ = reply.error().message();
    reactor_.post([this, life = life_, why = reply.error()] {
      if (connection_ && life_ == life) connection_->close(why);
    });
    return;
  }
  const Instant now = reactor_.now();
  ++counters_.answers;
  counters_.bytes += reply->results.size();
  latency_.add(now - made);
  if (is_up()) return;
  failed_connects_ = 0;
  enter(State::Up, "answered after " + to_text(now - since_));
  check_alarm_.set(now + settings_.silence / 2);
}

void Server::check() {
  if (!connection_) return;
  const Instant now = reactor_.now();
  if (state_ == State::Connecting)
    check_connecting(now);
  else
    check_open(now);
}

void Server::check_connecting(Instant now) {
  if (connection_->is_cut_off())
    return connection_->close(errno_error(ETIMEDOUT, "connect"));
  if (connection_->is_open()) reason_ = "connected, but no answer";
  check_alarm_.set(now + kConnectLimit);
}

void Server::check_open(Instant now) {
  if (!connection_->is_waiting()) {
    const Instant due = connection_->last_heard() + settings_.ping_every;
    if (now < due) return check_alarm_.set(due);
    return ping();
  }
  const Instant quiet = connection_->silent_since();
  if (state_ == State::Silent) {
    if (connection_->last_heard() > since_) {
      enter(State::Up, "heard again after " + to_text(now - since_));
      return check_alarm_.set(now + settings_.silence / 2);
    }
    if (now - since_ > kCutOffLimit && connection_->is_cut_off())
      return connection_->close(errno_error(EHOSTUNREACH, "no host answers"));
    return check_alarm_.set(now + kHurriedRetry);
  }
  if (now >= quiet + settings_.silence) {
    ++counters_.silences;
    enter(State::Silent, "silent for " + to_text(now - quiet));
    return check_alarm_.set(now + kHurriedRetry);
  }
  if (now >= quiet + settings_.silence / 2) {
    ping();
    return check_alarm_.set(quiet + settings_.silence);
  }
  check_alarm_.set(quiet + settings_.silence / 2);
}

Duration Server::late_after() const {
  return std::max<Duration>(kLateFloor, 4 * latency_.percentile(99));
}

}  // namespace amd::nfsfs
