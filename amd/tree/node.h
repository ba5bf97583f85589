// SPDX-License-Identifier: BSD-3-Clause
// One name below an automount point.  Plain data, changed by Tree only.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amd/fstypes/plan.h"
#include "amd/tree/attempt.h"
#include "amd/tree/lookup_reply.h"
#include "amd/tree/names.h"

namespace amd {

enum class NodeId : std::uint32_t {};

// event                            from      to        effect
// lookup                           -         Pending   attempt begins
// lookup                           Pending   Pending   waits
// lookup, kernel mounts in place   Ready     Leaving   verified: unmounted
// lookup, other front ends         Ready     Ready     answered 0
// lookup                           Leaving   Leaving   waits
// lookup                           Failed    Pending   attempt begins
// attempt succeeded                Pending   Ready     all answered 0
// attempt failed                   Pending   Failed    all answered its errno
// deadline passed                  Pending   Failed    all answered ETIMEDOUT
// expire, idle, amq, server down   Ready     Leaving   unmount begins
// unmounted, nobody waits          Leaving   -         forgotten
// unmounted, somebody waits        Leaving   Pending   attempt begins
// unmount refused                  Leaving   Ready     waiters answered 0
// deadline passed                  Leaving   Leaving   waiters told ETIMEDOUT
// some seconds later               Failed    -         forgotten
enum class NodeState { Pending, Ready, Leaving, Failed };

// "pending", "ready", "leaving", "failed".
const char* name_of(NodeState state);

struct Node {
  NodeId id{};
  PointId point{};
  std::string name;
  std::string path;
  NodeState state = NodeState::Pending;
  Instant made_at{};
  std::uint64_t lookups = 0;

  std::vector<LookupReply> waiters;  // for the name to be there
  std::vector<LookupReply> leavers;  // for it to be gone
  std::vector<std::function<void(Result<void>)>> leave_done;  // the same
  Requester who;                     // of the first waiter
  Instant waiting_since{};           // the same; his deadline is for all
  std::unique_ptr<Attempt> attempt;  // while Pending

  // What the name leads to, while Ready or Leaving.
  Plan plan;
  std::optional<UseId> mount;
  std::optional<UseId> face;
  std::optional<PointId> nested;
  bool has_alternatives = false;
  std::vector<std::string> servers;  // of its NFS locations, in map order
  Instant ready_at{};
  Duration time_to_ready{0};

  UnmountPolicy policy = UnmountPolicy::Plain;  // of leaving
  // When the tree itself finds it idle: last use + idle time, then + back-off.
  std::optional<Instant> idle_at;
  int refused_unmounts = 0;  // since the last use
  // The kernel's offers to expire it that came one after another.
  std::optional<Instant> first_offer;
  Instant last_offer{};

  bool stays = false;  // busy when the daemon was to end

  // The last access that failed; shown by amq until `forget_at`.
  std::string failure;
  int error = 0;
  std::optional<Instant> forget_at;
};

}  // namespace amd
