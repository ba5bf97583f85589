// SPDX-License-Identifier: BSD-3-Clause
// The replicas of one file system as if they were a single server that never
// dies: a call is answered by whichever replica can, after the object there was
// found to be the same.
//
// A call goes to the active replica.  It is sent to another one as well, or
// instead, when the connection breaks, the server falls silent, answers with a
// fault or a stale handle, has another object under that name, or is late
// (hedging); the first good answer counts.  When none is left the call waits,
// or fails if the mount is soft.  The active replica is the first in the map's
// order that was up when one was needed; a better one takes over again after
// it has been well for a while.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amd/nfsfs/control.h"
#include "amd/nfsfs/mount_options.h"
#include "amd/nfsfs/node_table.h"
#include "amd/nfsfs/server_pool.h"
#include "amd/nfsfs/task.h"
#include "amd/rpc/nfs3.h"

namespace amd::nfsfs {

// An answer of one replica; `results` are a view of `message`.
struct Answer {
  size_t replica = 0;
  rpc::Record message;
  std::string_view results;
};

// What the caller makes of an answer.
struct Verdict {
  enum class Kind {
    Good,     // NFS3_OK and as expected
    Status,   // an NFS error: `status`
    Differs,  // of another object than the one known
    Garbage,  // not what NFSv3 allows
  };
  Kind kind = Kind::Good;
  rpc::nfsstat3 status = rpc::NFS3_OK;
  std::string why = {};  // with Differs and Garbage
};

struct CallSpec {
  Node* node = nullptr;
  uint32_t proc = 0;
  std::string credential = {};
  std::function<std::string(const rpc::nfs_fh3&)> args;  // XDR
  std::function<Verdict(const Answer&)> judge;
  std::optional<size_t> only = {};       // that replica: EAGAIN when it cannot
  std::optional<Instant> deadline = {};  // ETIMEDOUT
  uint64_t request = 0;                  // whom it is for; for cancel()
  bool may_hedge = false;
};

class ReplicaSet : private ServerListener {
 public:
  // `attached` is called once: when the first replica is ready, or with the
  // reason when every replica has failed once (they are tried on all the same).
  ReplicaSet(Reactor& reactor, ServerPool& pool, NodeTable& nodes,
             const AttachRequest& request, const MountOptions& options,
             std::function<void(Result<void>)> attached);
  ~ReplicaSet() override;

  // The errno of a failure: of the NFS status that all usable replicas agree
  // on; ESTALE when none of them has the same object; ETIMEDOUT at the
  // deadline. spec.node stays while the call is under way.
  Task<Result<Answer>> call(CallSpec spec);
  // Ends the calls made for `request` with EINTR.
  void cancel(uint64_t request);

  // Nobody has answered for a while and nobody can be asked.
  bool is_stuck() const;
  // Names of servers that are to be left while another one is up.
  void drain(const std::string& server);

  // Ends every call with ENODEV; is_idle() a little later.
  void close();
  bool is_idle() const { return calls_.empty() && tasks_ == 0; }

  size_t size() const { return replicas_.size(); }
  std::string name_of(size_t replica) const;  // "server1:/share"
  uint32_t read_size(size_t replica) const { return replicas_[replica]->rtmax; }
  std::optional<size_t> active() const { return active_; }
  // Directory pages; of the active replica.
  uint32_t directory_size() const;
  EngineMountStatus status() const;

 private:
  struct Replica {
    NfsReplica config;
    rpc::Address address;
    Server* server = nullptr;
    rpc::nfs_fh3 root;
    bool ready = false;
    bool drained = false;
    bool has_failed = false;
    std::string problem;  // why it is not ready
    uint32_t rtmax = 64 * 1024;
    uint32_t dtpref = 64 * 1024;
    unsigned failures = 0;             // in a row
    Completion<bool>* wake = nullptr;  // what look_after() waits for
  };
  struct Attempt {
    size_t replica = 0;
    bool is_finding = true;  // the object there; then `rpc` is under way
    Server::CallId rpc;
    Instant made{};
  };
  struct Call;
  // How looking for an object on a replica ended.
  struct Found {
    enum class Kind { Yes, Differs, Lost, Fault };
    Kind kind = Kind::Yes;
    rpc::nfsstat3 status = rpc::NFS3_OK;
    std::string why = {};
  };
  struct Direct;

  // replica_set.cc: calls.
  void advance(Call& call);
  void start_attempt(Call& call, size_t replica);
  void send(Call& call, Attempt& attempt, const rpc::nfs_fh3& handle);
  Task<void> find_then_send(uint64_t id, size_t replica);
  void on_reply(uint64_t id, size_t replica, Result<RpcReply> reply);
  void on_status(Call& call, size_t replica, rpc::nfsstat3 status);
  void on_fault(Call& call, size_t replica, rpc::nfsstat3 status);
  void on_different(Call& call, size_t replica, const std::string& why);
  void finish(Call& call, Result<Answer> result);
  void give_up(Call& call);
  void end_attempts(Call& call);
  Call* find_call(uint64_t id);
  void nudge(Call& call);
  void nudge_all();
  void tick();
  bool tick_call(Call& call, Instant now);
  void hedge(Call& call, Instant now);

  // replica_choice.cc: which replica.
  bool is_usable(size_t replica) const;
  std::optional<size_t> pick(const Call& call) const;
  std::optional<size_t> best() const;
  void update_active();
  void set_active(std::optional<size_t> replica, const std::string& why);
  void consider_return();
  void on_server_change(Server& server) override;

  // replica_find.cc: objects on a replica.
  Task<Found> find(Node& node, size_t replica, std::string credential);
  Task<Found> find_now(Node& node, size_t replica, std::string credential);
  Task<Found> look_up(Node& node, size_t replica, std::string credential);
  Task<Result<RpcReply>> direct(size_t replica, uint32_t proc,
                                std::string credential, std::string args);
  void log_difference(Node& node, size_t replica, const std::string& why);

  // replica_prepare.cc: from a name to a root handle.
  Task<void> look_after(size_t replica);
  Task<Result<void>> prepare(size_t replica);
  Task<void> until_up(size_t replica);
  Task<Result<void>> find_ports(size_t replica);
  Task<Result<void>> learn_limits(size_t replica);
  Task<void> pause(size_t replica, std::optional<Duration> longest);
  void wake(size_t replica);
  void on_prepared(size_t replica, const Result<void>& result);
  void lose_root(size_t replica);
  void report_attached();

  Reactor& reactor_;
  ServerPool& pool_;
  NodeTable& nodes_;
  const std::string target_;
  const MountOptions options_;
  const FailoverSettings settings_;
  std::function<void(Result<void>)> attached_;
  bool closing_ = false;
  size_t tasks_ = 0;  // coroutines that use this set
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::optional<size_t> active_;
  Instant lost_at_{};     // when there was no active replica any more
  Instant settled_at_{};  // until then the first choice may be corrected
  std::map<uint64_t, std::unique_ptr<Call>> calls_;
  uint64_t last_call_ = 0;
  std::map<std::pair<NodeId, size_t>, std::vector<Completion<Found>*>> finding_;
  std::map<uint64_t, Direct*> direct_;
  uint64_t last_direct_ = 0;
  double hedge_tokens_ = 5;
  Alarm tick_alarm_;
  Alarm return_alarm_;
  std::vector<std::string> failovers_;  // the last ones, for status
  struct {
    uint64_t calls = 0;
    uint64_t failovers = 0;
    uint64_t repeated = 0;  // attempts after the first
    uint64_t hedges = 0;
    uint64_t hedges_won = 0;
    uint64_t differing = 0;
    uint64_t garbage = 0;
    uint64_t faults = 0;
    uint64_t timeouts = 0;
  } counters_;
};

}  // namespace amd::nfsfs
