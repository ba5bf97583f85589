// SPDX-License-Identifier: BSD-3-Clause
// Which replica is asked.
#include <algorithm>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/nfsfs/replica_call.h"
#include "amd/nfsfs/replica_set.h"

namespace amd::nfsfs {

namespace {

constexpr size_t kFailoversKept = 16;
// At first the replicas become ready within milliseconds of each other.
constexpr Milliseconds kSettling{1000};

}  // namespace

bool ReplicaSet::is_usable(size_t replica) const {
  const Replica& r = *replicas_[replica];
  return r.ready && r.server->is_up();
}

// Up and active, up, up but differing lately, then whoever can be written to
// though he is silent.  Nothing: the call must wait, or has tried all.
std::optional<size_t> ReplicaSet::pick(const Call& call) const {
  const Instant now = reactor_.now();
  std::optional<size_t> chosen;
  int chosen_rank = 0;
  for (size_t r = 0; r < replicas_.size(); ++r) {
    const Replica& replica = *replicas_[r];
    if (!replica.ready || !replica.server->can_call()) continue;
    if (call.spec.only && *call.spec.only != r) continue;
    if (((call.differing | call.faulty) & bit(r)) != 0) continue;
    if (std::any_of(call.attempts.begin(), call.attempts.end(),
                    [&](const Attempt& a) { return a.replica == r; }))
      continue;
    const OnReplica* known = call.spec.node->find(r);
    const bool avoided = known != nullptr && now < known->avoid_until;
    const int rank = (replica.server->is_up() ? 8 : 0) + (avoided ? 0 : 4) +
                     (active_ == r ? 2 : 0) + (replica.drained ? 0 : 1);
    if (chosen && rank <= chosen_rank) continue;
    chosen = r;
    chosen_rank = rank;
  }
  return chosen;
}

std::optional<size_t> ReplicaSet::best() const {
  std::optional<size_t> drained;
  for (size_t r = 0; r < replicas_.size(); ++r) {
    if (!is_usable(r)) continue;
    if (!replicas_[r]->drained) return r;
    if (!drained) drained = r;
  }
  return drained;
}

void ReplicaSet::set_active(std::optional<size_t> replica,
                            const std::string& why) {
  if (replica == active_) return;
  const Instant now = reactor_.now();
  if (!replica) {
    lost_at_ = now;
    log::warning("{}: no replica answers ({})", escape(target_), escape(why));
  } else if (!failovers_.empty()) {
    ++counters_.failovers;
    std::string line = name_of(*replica) + ": " + why;
    if (!active_) line += ", nobody answered for " + to_text(now - lost_at_);
    log::info("{}: reads from {}", escape(target_), escape(line));
    failovers_.push_back(std::move(line));
    if (failovers_.size() > kFailoversKept)
      failovers_.erase(failovers_.begin());
  } else {
    log::info("{}: reads from {}", escape(target_), escape(name_of(*replica)));
    failovers_.push_back(name_of(*replica) + ": first");
    settled_at_ = now + kSettling;
  }
  active_ = replica;
}

// A living active replica stays, unless it is drained and another one lives.
void ReplicaSet::update_active() {
  const auto candidate = best();
  if (active_ && is_usable(*active_) &&
      (!replicas_[*active_]->drained || replicas_[*candidate]->drained)) {
    if (candidate && *candidate < *active_ && !return_alarm_.is_set())
      consider_return();
    return;
  }
  std::string why = "is up";
  if (active_) {
    const Replica& old = *replicas_[*active_];
    why = name_of(*active_) + " ";
    why += old.ready && old.server->is_up()
               ? "is drained"
               : "is " + std::string(amd::nfsfs::name_of(old.server->state())) +
                     ": " + old.server->reason();
  }
  // A silent server stays active while there is nobody else.
  if (!candidate && active_ && replicas_[*active_]->ready &&
      replicas_[*active_]->server->can_call())
    return;
  set_active(candidate, why);
}

void ReplicaSet::consider_return() {
  if (!active_ || closing_) return;
  const Instant now = reactor_.now();
  std::optional<Instant> next;
  for (size_t r = 0; r < *active_; ++r) {
    if (!is_usable(r) || replicas_[r]->drained) continue;
    const Instant due = replicas_[r]->server->since() + settings_.return_after;
    if (now < settled_at_) {
      failovers_.clear();
      active_.reset();
      return set_active(r, "");
    }
    if (now >= due)
      return set_active(r,
                        "has been well for " + to_text(settings_.return_after));
    next = next ? std::min(*next, due) : due;
  }
  if (next) return_alarm_.set(*next);
}

void ReplicaSet::drain(const std::string& server) {
  for (const auto& replica : replicas_)
    replica->drained = replica->config.server == server;
  update_active();
}

void ReplicaSet::on_server_change(Server& server) {
  if (closing_) return;
  update_active();
  for (size_t r = 0; r < replicas_.size(); ++r)
    if (replicas_[r]->server == &server && !replicas_[r]->ready) wake(r);
  nudge_all();
}

}  // namespace amd::nfsfs
