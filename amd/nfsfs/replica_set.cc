// SPDX-License-Identifier: BSD-3-Clause
// Calls: attempts on replicas until one of them answers.
#include "amd/nfsfs/replica_set.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/nfsfs/replica_call.h"
#include "amd/rpc/xdr.h"

namespace amd::nfsfs {

namespace {

constexpr Milliseconds kTick{10};
constexpr Milliseconds kSlowTick{100};  // when there is nothing to hedge
constexpr Milliseconds kJukeboxDelay{200};
// A silent server may have an object that the living ones lack: so long is it
// waited for before the reader is told.
constexpr Milliseconds kSilentGrace{500};
constexpr Milliseconds kAvoid{3000};
constexpr double kHedgeBudget = 0.05;  // of all calls
constexpr double kMostHedgeTokens = 20;

}  // namespace

ReplicaSet::ReplicaSet(Reactor& reactor, ServerPool& pool, NodeTable& nodes,
                       const AttachRequest& request,
                       const MountOptions& options,
                       std::function<void(Result<void>)> attached)
    : reactor_(reactor),
      pool_(pool),
      nodes_(nodes),
      target_(request.target),
      options_(options),
      settings_(request.settings),
      attached_(std::move(attached)),
      lost_at_(reactor.now()),
      tick_alarm_(reactor, [this] { tick(); }),
      return_alarm_(reactor, [this] { consider_return(); }) {
  for (const NfsReplica& config : request.replicas) {
    replicas_.push_back(std::make_unique<Replica>());
    replicas_.back()->config = config;
    replicas_.back()->root = rpc::nfs_fh3(config.root_handle);
  }
  for (size_t r = 0; r < replicas_.size(); ++r) spawn(look_after(r));
}

ReplicaSet::~ReplicaSet() {
  for (const auto& replica : replicas_)
    if (replica->server != nullptr) pool_.let_go(*replica->server, *this);
}

void ReplicaSet::close() {
  closing_ = true;
  tick_alarm_.clear();
  return_alarm_.clear();
  for (auto& [id, call] : calls_) finish(*call, fail(ENODEV, "unmounted"));
  for (auto& [id, direct] : direct_)
    if (!direct->done.is_set()) direct->done.set(fail(ENODEV, "unmounted"));
  for (size_t r = 0; r < replicas_.size(); ++r) wake(r);
}

Task<Result<Answer>> ReplicaSet::call(CallSpec spec) {
  if (closing_) co_return fail(ENODEV, "unmounted");
  const uint64_t id = ++last_call_;
  ++counters_.calls;
  hedge_tokens_ = std::min(hedge_tokens_ + kHedgeBudget, kMostHedgeTokens);
  const auto at = calls_.emplace_hint(
      calls_.end(), id,
      std::make_unique<Call>(reactor_, nodes_, id, std::move(spec)));
  Call& call = *at->second;
  tick_alarm_.set_at_latest(call.made +
                            (call.spec.may_hedge ? kTick : kSlowTick));
  advance(call);
  Result<Answer> result = co_await call.done;
  end_attempts(call);
  calls_.erase(id);
  co_return result;
}

ReplicaSet::Call* ReplicaSet::find_call(uint64_t id) {
  const auto it = calls_.find(id);
  if (it == calls_.end() || it->second->done.is_set()) return nullptr;
  return it->second.get();
}

void ReplicaSet::finish(Call& call, Result<Answer> result) {
  if (!call.done.is_set()) call.done.set(std::move(result));
}

void ReplicaSet::end_attempts(Call& call) {
  for (const Attempt& a : call.attempts)
    if (!a.is_finding) replicas_[a.replica]->server->cancel(a.rpc);
  call.attempts.clear();
}

void ReplicaSet::cancel(uint64_t request) {
  for (auto& [id, call] : calls_)
    if (call->spec.request == request)
      finish(*call, fail(EINTR, "interrupted"));
}

// Sees to it that somebody is asked, if nobody is.
void ReplicaSet::advance(Call& call) {
  if (call.done.is_set() || !call.attempts.empty() || call.retry_at) return;
  if (const auto replica = pick(call)) return start_attempt(call, *replica);
  if (call.spec.only)
    return finish(call, fail(EAGAIN, name_of(*call.spec.only)));
  if ((call.differing | call.faulty) != 0) return give_up(call);
  // It waits; nudge_all() finds it when a server comes back.
  for (const auto& replica : replicas_)
    if (replica->server != nullptr) replica->server->hurry();
}

void ReplicaSet::give_up(Call& call) {
  if (call.faulty == 0) return finish(call, fail(ESTALE, "nobody has it"));
  if (call.fault != rpc::NFS3ERR_JUKEBOX)
    return finish(call,
                  fail(rpc::errno_of(call.fault), rpc::name_of(call.fault)));
  call.faulty = 0;
  call.retry_at = reactor_.now() + kJukeboxDelay;
}

void ReplicaSet::start_attempt(Call& call, size_t replica) {
  if (call.started++ > 0) ++counters_.repeated;
  Attempt attempt;
  attempt.replica = replica;
  attempt.made = reactor_.now();
  call.attempts.push_back(attempt);
  const OnReplica* known = call.spec.node->find(replica);
  if (known != nullptr && known->handle.size > 0 && known->is_tagged)
    return send(call, call.attempts.back(), known->handle);
  spawn(find_then_send(call.id, replica));
}

Task<void> ReplicaSet::find_then_send(uint64_t id, size_t replica) {
  ++tasks_;
  Call* call = find_call(id);
  Node& node = *call->spec.node;
  const NodePin pin(nodes_, node);
  std::string credential = call->spec.credential;
  const Found found = co_await find(node, replica, std::move(credential));
  --tasks_;
  call = find_call(id);
  if (call == nullptr) co_return;
  const auto attempt =
      std::find_if(call->attempts.begin(), call->attempts.end(),
                   [&](const Attempt& a) { return a.replica == replica; });
  if (attempt == call->attempts.end()) co_return;
  const OnReplica* known = node.find(replica);
  const bool is_there = found.kind == Found::Kind::Yes && known != nullptr &&
                        known->handle.size > 0;
  if (is_there && replicas_[replica]->server->can_call()) {
    send(*call, *attempt, known->handle);
    co_return;
  }
  call->attempts.erase(attempt);
  if (found.kind == Found::Kind::Differs) call->differing |= bit(replica);
  if (found.kind == Found::Kind::Fault)
    on_status(*call, replica, found.status);
  else
    advance(*call);
}

void ReplicaSet::send(Call& call, Attempt& attempt,
                      const rpc::nfs_fh3& handle) {
  Server& server = *replicas_[attempt.replica]->server;
  attempt.is_finding = false;
  attempt.rpc = server.call(
      call.spec.proc, call.spec.credential, call.spec.args(handle),
      [this, id = call.id, r = attempt.replica](Result<RpcReply> reply) {
        on_reply(id, r, std::move(reply));
      });
}

void ReplicaSet::on_reply(uint64_t id, size_t replica, Result<RpcReply> reply) {
  Call* call = find_call(id);
  if (call == nullptr) return;
  std::erase_if(call->attempts,
                [&](const Attempt& a) { return a.replica == replica; });
  if (!reply) {
    if (errno_of(reply.error()) == ENOTCONN) return advance(*call);
    return on_fault(*call, replica, rpc::nfsstat3_of(errno_of(reply.error())));
  }
  Answer answer{replica, std::move(reply->message), reply->results};
  const Verdict verdict = call->spec.judge(answer);
  switch (verdict.kind) {
    case Verdict::Kind::Good:
      if (call->hedged_on == replica) ++counters_.hedges_won;
      return finish(*call, std::move(answer));
    case Verdict::Kind::Status:
      return on_status(*call, replica, verdict.status);
    case Verdict::Kind::Differs:
      return on_different(*call, replica, verdict.why);
    case Verdict::Kind::Garbage:
      ++counters_.garbage;
      log::error("{}: {}: {} of {}: {}", escape(target_),
                 escape(name_of(replica)), rpc::nfsproc3_name(call->spec.proc),
                 escape(NodeTable::path_of(*call->spec.node)), verdict.why);
      return on_fault(*call, replica, rpc::NFS3ERR_IO);
  }
}

void ReplicaSet::on_status(Call& call, size_t replica, rpc::nfsstat3 status) {
  Node& node = *call.spec.node;
  switch (status) {
    case rpc::NFS3ERR_STALE:
    case rpc::NFS3ERR_BADHANDLE:
      node.drop_handle(replica);
      if (node.parent == nullptr) lose_root(replica);
      if ((call.was_stale & bit(replica)) != 0)
        return on_fault(call, replica, rpc::NFS3ERR_STALE);
      call.was_stale |= bit(replica);
      return advance(call);
    case rpc::NFS3ERR_IO:
    case rpc::NFS3ERR_NXIO:
    case rpc::NFS3ERR_SERVERFAULT:
    case rpc::NFS3ERR_JUKEBOX:
    case rpc::NFS3ERR_REMOTE:
      return on_fault(call, replica, status);
    case rpc::NFS3ERR_PERM:
    case rpc::NFS3ERR_ACCES:
      // One copy may have lost its permissions; the others decide as well.
      if (replicas_.size() > 1) return on_fault(call, replica, status);
      break;
    default:
      break;
  }
  finish(call, fail(rpc::errno_of(status), rpc::name_of(status)));
}

void ReplicaSet::on_fault(Call& call, size_t replica, rpc::nfsstat3 status) {
  ++counters_.faults;
  call.faulty |= bit(replica);
  call.fault = status;
  advance(call);
}

void ReplicaSet::on_different(Call& call, size_t replica,
                              const std::string& why) {
  log_difference(*call.spec.node, replica, why);
  call.differing |= bit(replica);
  advance(call);
}

// The server of some attempt has changed: perhaps another one is better now.
void ReplicaSet::nudge(Call& call) {
  if (call.done.is_set() || call.spec.only) {
    // A directory is read from one replica to its end, or anew from another.
    if (call.done.is_set() || is_usable(*call.spec.only)) return;
    for (size_t r = 0; r < replicas_.size(); ++r)
      if (is_usable(r))
        return finish(call, fail(EAGAIN, name_of(*call.spec.only)));
    return advance(call);
  }
  const bool is_in_good_hands =
      std::any_of(call.attempts.begin(), call.attempts.end(),
                  [&](const Attempt& a) { return is_usable(a.replica); });
  if (is_in_good_hands) return;
  if (call.attempts.empty()) return advance(call);
  const auto replica = pick(call);
  if (replica && is_usable(*replica)) start_attempt(call, *replica);
}

void ReplicaSet::nudge_all() {
  std::vector<uint64_t> ids;
  for (const auto& [id, call] : calls_) ids.push_back(id);
  for (const uint64_t id : ids)
    if (Call* call = find_call(id)) nudge(*call);
}

void ReplicaSet::tick() {
  const Instant now = reactor_.now();
  bool soon = false;
  std::vector<uint64_t> ids;
  for (const auto& [id, call] : calls_) ids.push_back(id);
  for (const uint64_t id : ids)
    if (Call* call = find_call(id)) soon = tick_call(*call, now) || soon;
  if (!ids.empty()) tick_alarm_.set(now + (soon ? kTick : kSlowTick));
}

// True: it must be looked at again soon.
bool ReplicaSet::tick_call(Call& call, Instant now) {
  if (call.spec.deadline && now >= *call.spec.deadline) {
    ++counters_.timeouts;
    finish(call, fail(ETIMEDOUT, "no answer"));
    return false;
  }
  if (call.retry_at && now >= *call.retry_at) {
    call.retry_at.reset();
    advance(call);
  }
  const bool all_silent =
      !call.attempts.empty() &&
      std::all_of(call.attempts.begin(), call.attempts.end(),
                  [&](const Attempt& a) {
                    const Server& s = *replicas_[a.replica]->server;
                    return !s.is_up() && now - s.since() > kSilentGrace;
                  });
  if (all_silent && (call.differing | call.faulty) != 0 && !pick(call)) {
    give_up(call);
    return false;
  }
  hedge(call, now);
  return call.spec.may_hedge && call.attempts.size() == 1 &&
         replicas_.size() > 1;
}

void ReplicaSet::hedge(Call& call, Instant now) {
  if (!settings_.hedge || !call.spec.may_hedge || call.attempts.size() != 1 ||
      hedge_tokens_ < 1 || call.spec.only)
    return;
  const Attempt& first = call.attempts.front();
  const Server& server = *replicas_[first.replica]->server;
  if (now - first.made < server.late_after()) return;
  const auto replica = pick(call);
  if (!replica || !is_usable(*replica)) return;
  hedge_tokens_ -= 1;
  ++counters_.hedges;
  call.hedged_on = replica;
  start_attempt(call, *replica);
}

void ReplicaSet::log_difference(Node& node, size_t replica,
                                const std::string& why) {
  ++counters_.differing;
  const size_t source = node.source;
  node.drop_handle(replica);
  OnReplica& there = node.at(replica);
  there.avoid_until = reactor_.now() + kAvoid;
  if (there.was_logged || replicas_.size() == 1) return;
  there.was_logged = true;
  log::error("{}: {} is not the same on {} as on {}: {}", escape(target_),
             escape(NodeTable::path_of(node)), escape(name_of(replica)),
             escape(name_of(source)), why);
}

bool ReplicaSet::is_stuck() const {
  return std::none_of(replicas_.begin(), replicas_.end(), [](const auto& r) {
    return r->ready && r->server != nullptr && r->server->is_up();
  });
}

std::string ReplicaSet::name_of(size_t replica) const {
  const NfsReplica& config = replicas_[replica]->config;
  return config.server + ":" + config.path;
}

uint32_t ReplicaSet::directory_size() const {
  return active_ ? replicas_[*active_]->dtpref : 32 * 1024;
}

EngineMountStatus ReplicaSet::status() const {
  EngineMountStatus status;
  status.target = target_;
  if (active_) status.active = name_of(*active_);
  for (size_t r = 0; r < replicas_.size(); ++r) {
    const Replica& replica = *replicas_[r];
    std::string text = name_of(r) + ": ";
    if (!replica.ready)
      text += replica.problem.empty() ? "not ready" : replica.problem;
    else
      text += amd::nfsfs::name_of(replica.server->state());
    if (replica.drained) text += ", drained";
    status.replicas.push_back(std::move(text));
  }
  status.failovers = failovers_;
  status.counters = {
      {"calls", counters_.calls},
      {"failovers", counters_.failovers},
      {"repeated", counters_.repeated},
      {"hedges", counters_.hedges},
      {"hedges_won", counters_.hedges_won},
      {"differing", counters_.differing},
      {"garbage", counters_.garbage},
      {"faults", counters_.faults},
      {"timeouts", counters_.timeouts},
      {"waiting", calls_.size()},
      {"nodes", nodes_.size()},
  };
  return status;
}

}  // namespace amd::nfsfs
