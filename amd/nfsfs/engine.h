// SPDX-License-Identifier: BSD-3-Clause
// The engine: its file systems, the servers that they share, and the ear for
// amd (control.h).

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amd/keeper/keeper.h"
#include "amd/nfsfs/caller.h"
#include "amd/nfsfs/control.h"
#include "amd/nfsfs/file_system.h"
#include "amd/nfsfs/reactor.h"
#include "amd/nfsfs/server_pool.h"

namespace amd::nfsfs {

class Engine : private ReactorClient {
 public:
  // `listener`: a listening SOCK_SEQPACKET socket, not blocking.
  Engine(Reactor& reactor, UniqueFd listener,
         std::optional<KeeperClient> keeper);
  ~Engine() override;

  // Goes on with the file systems of an earlier life.
  void adopt_kept();
  // True when everything that was closed is gone.
  bool is_quiet() const { return closing_.empty(); }
  void close_all();

 private:
  class Peer;
  struct Asker {
    uint64_t peer = 0;
    uint64_t seq = 0;
  };
  struct Mount {
    std::unique_ptr<FileSystem> file_system;
    bool attached = false;
    std::vector<Asker> askers;  // of its attach
  };

  void on_ready(uint32_t events) override;
  void on_message(uint64_t peer, ControlMessage message, UniqueFd fd);
  void attach(const Asker& asker, AttachRequest request, UniqueFd fuse);
  Result<void> start(AttachRequest request, FileSystemFds fds);
  void keep(const AttachRequest& request, const FileSystemFds& fds);
  void on_attached(const std::string& id, const Result<void>& result);
  void end(const std::string& id, const Error& why);
  void send_status(const Asker& asker);
  Result<void> set_log(const ControlMessage& message);
  void answer(const Asker& asker, const Result<void>& result);
  void send(const Asker& asker, ControlMessage message);
  void sweep();
  // The keeper, which would end it, is dead; amd has gone and all is unmounted.
  void end_if_forsaken();

  Reactor& reactor_;
  UniqueFd listener_;
  std::optional<KeeperClient> keeper_;
  pid_t keeper_pid_;
  Callers callers_;
  ServerPool pool_;
  uint64_t last_peer_ = 0;
  std::map<uint64_t, std::unique_ptr<Peer>> peers_;
  std::map<std::string, Mount> mounts_;  // by id
  std::vector<std::unique_ptr<FileSystem>> closing_;
  Alarm sweep_alarm_;
};

}  // namespace amd::nfsfs
