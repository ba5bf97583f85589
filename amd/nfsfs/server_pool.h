// SPDX-License-Identifier: BSD-3-Clause
// The servers that file systems of this engine come from: one Server for each
// address, for as long as somebody uses it.

#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "amd/nfsfs/server.h"

namespace amd::nfsfs {

class ServerPool : public ServerListener {
 public:
  explicit ServerPool(Reactor& reactor) : reactor_(reactor) {}

  // `user` is told of the server's changes until it lets go.
  Server& use(const std::string& name, const rpc::Address& address,
              const ServerSettings& settings, ServerListener& user);
  // A server that nobody uses is disconnected.
  void let_go(Server& server, ServerListener& user);

  template <class F>
  void for_each(F f) const {
    for (const auto& [address, entry] : servers_) f(*entry.server);
  }

 private:
  struct Entry {
    std::unique_ptr<Server> server;
    std::multiset<ServerListener*> users;
  };

  void on_server_change(Server& server) override;

  Reactor& reactor_;
  std::map<std::string, Entry> servers_;  // by address
};

}  // namespace amd::nfsfs
