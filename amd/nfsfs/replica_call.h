// SPDX-License-Identifier: BSD-3-Clause
// A call to a set of replicas while it is under way (internal to ReplicaSet).

#pragma once

#include "amd/nfsfs/replica_set.h"

namespace amd::nfsfs {

// Replicas are at most 64 (control.cc), so that a set of them is a word.
inline uint64_t bit(size_t replica) {
  return uint64_t{1} << replica;
}

struct ReplicaSet::Call {
  Call(Reactor& reactor, NodeTable& nodes, uint64_t i, CallSpec s)
      : id(i),
        spec(std::move(s)),
        pin(nodes, *spec.node),
        made(reactor.now()),
        done(reactor) {}

  const uint64_t id;
  CallSpec spec;
  NodePin pin;
  const Instant made;
  std::vector<Attempt> attempts;  // under way
  unsigned started = 0;           // attempts ever
  uint64_t differing = 0;         // replicas whose object is another one
  uint64_t faulty = 0;            // replicas that answered `fault`
  uint64_t was_stale = 0;         // replicas whose handle was asked for anew
  rpc::nfsstat3 fault = rpc::NFS3_OK;
  std::optional<size_t> hedged_on;
  std::optional<Instant> retry_at;  // after NFS3ERR_JUKEBOX
  Completion<Result<Answer>> done;
};

// A call to one replica as such, while it is under way.
struct ReplicaSet::Direct {
  explicit Direct(Reactor& reactor) : done(reactor) {}
  size_t replica = 0;
  Completion<Result<RpcReply>> done;
};

}  // namespace amd::nfsfs
