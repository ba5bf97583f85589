// SPDX-License-Identifier: BSD-3-Clause
// Stands between volumes and their mounter and tells the server table which
// servers are in use: a server that holds a mounted file system is remembered
// and pinged for as long as it does.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "amd/servers/server_table.h"
#include "amd/volumes/mounter.h"

namespace amd {

class ServerUses : public Mounter, public MounterEvents {
 public:
  // All outlive this.  The mounter and the events are set before the first
  // call.
  explicit ServerUses(ServerTable& servers) : servers_(servers) {}
  void set_mounter(Mounter& mounter) { mounter_ = &mounter; }
  void set_events(MounterEvents& events) { events_ = &events; }

  void start_mount(MountOpId id, const MountSpec& spec,
                   Instant deadline) override;
  void start_unmount(MountOpId id, const MountSpec& spec, UnmountForce force,
                     Instant deadline) override;
  void on_mount_done(MountOpId id, Result<void> result, Instant now) override;
  void on_unmount_done(MountOpId id, Result<void> result, Instant now) override;

 private:
  ServerTable& servers_;
  Mounter* mounter_ = nullptr;
  MounterEvents* events_ = nullptr;
  std::map<MountOpId, MountSpec> mounting_;
  std::map<MountOpId, std::string> unmounting_;          // its target
  std::map<std::string, std::vector<ServerId>> in_use_;  // by target
};

// The record that a replica's mounts stand for.
ServerKey server_key(const std::string& server, int version,
                     const std::string& protocol);

}  // namespace amd
