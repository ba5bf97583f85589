// SPDX-License-Identifier: BSD-3-Clause
// From a server's name to the handle of its root, tried until it is there.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/nfsfs/mount_protocol.h"
#include "amd/nfsfs/replica_call.h"
#include "amd/nfsfs/replica_set.h"
#include "amd/rpc/nfs3.h"
#include "amd/rpc/rpc_message.h"

namespace amd::nfsfs {

namespace {

constexpr Milliseconds kFirstRetry{200};
constexpr Milliseconds kLastRetry{15000};
constexpr Milliseconds kAnswerTime{1000};

// Everything before a caller's own request is asked as root.
std::string root_credential() {
  return rpc::encode_auth_sys(rpc::AuthSys{});
}

}  // namespace

Task<void> ReplicaSet::look_after(size_t r) {
  ++tasks_;
  Replica& replica = *replicas_[r];
  while (!closing_) {
    Result<void> result = co_await prepare(r);
    if (closing_) break;
    on_prepared(r, result);
    if (result) {
      while (replica.ready && !closing_) co_await pause(r, std::nullopt);
      continue;
    }
    const Milliseconds delay = std::min(
        kFirstRetry * (1 << std::min(replica.failures, 10U)), kLastRetry);
    ++replica.failures;
    co_await pause(r, delay);
  }
  --tasks_;
}

Task<void> ReplicaSet::pause(size_t r, std::optional<Duration> longest) {
  Completion<bool> woken(reactor_);
  replicas_[r]->wake = &woken;
  Alarm alarm(reactor_, [this, r] { wake(r); });
  if (longest) alarm.set(reactor_.now() + *longest);
  co_await woken;
  replicas_[r]->wake = nullptr;
}

void ReplicaSet::wake(size_t r) {
  if (Completion<bool>* wake = std::exchange(replicas_[r]->wake, nullptr))
    wake->set(true);
}

void ReplicaSet::on_prepared(size_t r, const Result<void>& result) {
  Replica& replica = *replicas_[r];
  if (result) {
    replica.ready = true;
    replica.failures = 0;
    replica.problem.clear();
    update_active();
    report_attached();
    nudge_all();
    return;
  }
  const std::string problem = result.error().message();
  if (problem != replica.problem)
    log::warning("{}: {} cannot be used: {}", escape(target_),
                 escape(name_of(r)), escape(problem));
  replica.problem = problem;
  replica.has_failed = true;
  report_attached();
}

// Success with the first that is ready; failure when each has failed once.
void ReplicaSet::report_attached() {
  if (!attached_) return;
  const bool any_ready = std::any_of(replicas_.begin(), replicas_.end(),
                                     [](const auto& r) { return r->ready; });
  const bool all_failed =
      std::all_of(replicas_.begin(), replicas_.end(),
                  [](const auto& r) { return r->has_failed; });
  if (!any_ready && !all_failed) return;
  std::string problems;
  for (size_t r = 0; r < replicas_.size(); ++r)
    problems +=
        (r == 0 ? "" : "; ") + name_of(r) + ": " + replicas_[r]->problem;
  const auto attached = std::exchange(attached_, {});
  attached(any_ready ? Result<void>() : fail(EHOSTUNREACH, problems));
}

// The root's handle is not valid any more: it is asked for again.
void ReplicaSet::lose_root(size_t r) {
  Replica& replica = *replicas_[r];
  if (!replica.ready) return;
  replica.ready = false;
  replica.problem = "its root handle became stale";
  replica.root = {};
  nodes_.root().drop_handle(r);
  update_active();
  wake(r);
}

Task<Result<void>> ReplicaSet::find_ports(size_t r) {
  Replica& replica = *replicas_[r];
  const NfsReplica& config = replica.config;
  std::string host = config.address.empty() ? config.server : config.address;
  Result<rpc::Address> address = co_await resolve(reactor_, std::move(host));
  if (!address) co_return pass(address);
  uint16_t port = config.port != 0 ? config.port : options_.port;
  if (port == 0) {
    Result<uint16_t> found =
        co_await get_port(reactor_, *address, rpc::NFS_PROGRAM, rpc::NFS_V3);
    port = found ? *found : rpc::NFS_PORT;
  }
  replica.address = address->with_port(port);
  if (replica.root.size != 0) co_return Result<void>();
  uint16_t mountport =
      config.mountport != 0 ? config.mountport : options_.mountport;
  if (mountport == 0) {
    Result<uint16_t> found =
        co_await get_port(reactor_, *address, kMountProgram, kMountVersion);
    if (!found) co_return pass(found);
    mountport = *found;
  }
  Result<rpc::nfs_fh3> root =
      co_await get_root(reactor_, address->with_port(mountport), config.path);
  if (!root) co_return pass(root);
  replica.root = *root;
  co_return Result<void>();
}

// Whoever waits for the attach is told of a failure once the server has refused
// or has been silent for a second.
Task<void> ReplicaSet::until_up(size_t r) {
  Replica& replica = *replicas_[r];
  const Server& server = *replica.server;
  const Instant began = reactor_.now();
  const uint64_t connects = server.counters().connects;
  while (!server.is_up() && !closing_) {
    replica.server->hurry();
    const bool refused = server.state() == Server::State::Down &&
                         server.counters().connects > connects;
    if (refused || reactor_.now() - began >= kAnswerTime) {
      replica.problem = server.reason();
      replica.has_failed = true;
      report_attached();
    }
    co_await pause(r, kAnswerTime);
  }
}

Task<Result<void>> ReplicaSet::prepare(size_t r) {
  Replica& replica = *replicas_[r];
  if (replica.root.size == 0 || replica.server == nullptr) {
    Result<void> found = co_await find_ports(r);
    if (!found || closing_) co_return found;
  }
  if (replica.server == nullptr)
    replica.server = &pool_.use(
        replica.config.server, replica.address,
        ServerSettings{settings_.silence, settings_.ping_every}, *this);
  co_await until_up(r);
  if (closing_) co_return fail(ENODEV, "unmounted");
  Result<void> limits = co_await learn_limits(r);
  co_return limits;
}

// FSINFO: whether the handle is good, and how much may be asked for at once.
Task<Result<void>> ReplicaSet::learn_limits(size_t r) {
  Replica& replica = *replicas_[r];
  rpc::XdrWriter writer;
  rpc::FSINFO3args args;
  args.fsroot = replica.root;
  rpc::encode(writer, args);
  Result<RpcReply> reply = co_await direct(r, rpc::NFSPROC3_FSINFO,
                                           root_credential(), writer.take());
  if (!reply) co_return pass(reply);
  const auto info = rpc::decode<rpc::FSINFO3res>(reply->results);
  if (!info) co_return pass(info);
  if (info->status != rpc::NFS3_OK) {
    replica.root = {};
    co_return fail(rpc::errno_of(info->status), "FSINFO");
  }
  if (info->resok.rtmax >= 1024)
    replica.rtmax = std::min(info->resok.rtmax, options_.rsize);
  replica.dtpref = std::clamp(info->resok.dtpref, 8192U, 1024U * 1024U);
  rpc::XdrWriter second;
  rpc::encode(second, rpc::GETATTR3args{replica.root});
  reply = co_await direct(r, rpc::NFSPROC3_GETATTR, root_credential(),
                          second.take());
  if (!reply) co_return pass(reply);
  const auto got = rpc::decode<rpc::GETATTR3res>(reply->results);
  if (!got) co_return pass(got);
  if (got->status != rpc::NFS3_OK)
    co_return fail(rpc::errno_of(got->status), "GETATTR of the root");
  if (got->resok.obj_attributes.type != rpc::NF3DIR)
    co_return fail(ENOTDIR, replica.config.path);
  nodes_.see(nodes_.root(), r, got->resok.obj_attributes);
  nodes_.root().at(r).handle = replica.root;
  co_return Result<void>();
}

}  // namespace amd::nfsfs
