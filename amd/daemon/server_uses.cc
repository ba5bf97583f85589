// SPDX-License-Identifier: BSD-3-Clause
#include "amd/daemon/server_uses.h"

#include <utility>
#include <variant>

#include "maplang/eval/mount_options.h"

namespace amd {

ServerKey server_key(const std::string& server, int version,
                     const std::string& protocol) {
  ServerKey key;
  key.name = ServerName(server);
  key.version = version == 0 ? 3 : version;
  key.protocol =
      protocol == "udp" ? rpc::IpProtocol::Udp : rpc::IpProtocol::Tcp;
  return key;
}

namespace {

std::vector<ServerKey> keys_of(const MountSpec& spec) {
  std::vector<ServerKey> keys;
  if (const auto* kernel = std::get_if<KernelNfsMount>(&spec.method))
    keys.push_back(
        server_key(kernel->replica.server, kernel->version, kernel->protocol));
  if (const auto* user = std::get_if<UserNfsMount>(&spec.method))
    for (const NfsReplica& replica : user->replicas)
      keys.push_back(server_key(replica.server, 3, "tcp"));
  return keys;
}

}  // namespace

void ServerUses::start_mount(MountOpId id, const MountSpec& spec,
                             Instant deadline) {
  mounting_.emplace(id, spec);
  mounter_->start_mount(id, spec, deadline);
}

void ServerUses::start_unmount(MountOpId id, const MountSpec& spec,
                               UnmountForce force, Instant deadline) {
  unmounting_.emplace(id, spec.target);
  mounter_->start_unmount(id, spec, force, deadline);
}

void ServerUses::on_mount_done(MountOpId id, Result<void> result, Instant now) {
  const auto started = mounting_.extract(id);
  if (started && result) {
    std::vector<ServerId>& uses = in_use_[started.mapped().target];
    const auto options = maplang::pseudo_options(started.mapped().options);
    for (const ServerKey& key : keys_of(started.mapped())) {
      uses.push_back(servers_.on_access(key, now));
      servers_.begin_use(uses.back(), now);
      if (options.ping_seconds)
        servers_.set_ping(uses.back(),
                          {.interval = Seconds(*options.ping_seconds)}, now);
    }
  }
  events_->on_mount_done(id, std::move(result), now);
}

void ServerUses::on_unmount_done(MountOpId id, Result<void> result,
                                 Instant now) {
  const auto started = unmounting_.extract(id);
  if (started && result) {
    const auto ended = in_use_.extract(started.mapped());
    if (ended)
      for (const ServerId server : ended.mapped())
        servers_.end_use(server, now);
  }
  events_->on_unmount_done(id, std::move(result), now);
}

}  // namespace amd
