// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/server_pool.h"

#include <utility>

namespace amd::nfsfs {

Server& ServerPool::use(const std::string& name, const rpc::Address& address,
                        const ServerSettings& settings, ServerListener& user) {
  Entry& entry = servers_[address.to_text()];
  if (!entry.server)
    entry.server =
        std::make_unique<Server>(reactor_, name, address, settings, *this);
  entry.users.insert(&user);
  return *entry.server;
}

void ServerPool::let_go(Server& server, ServerListener& user) {
  const auto it = servers_.find(server.address().to_text());
  if (it == servers_.end()) return;
  auto& users = it->second.users;
  if (const auto u = users.find(&user); u != users.end()) users.erase(u);
  if (!users.empty()) return;
  // Later: what the server has posted comes first.
  server.retire();
  auto ended = std::make_shared<Entry>(std::move(it->second));
  servers_.erase(it);
  reactor_.post([ended]() mutable { ended.reset(); });
}

void ServerPool::on_server_change(Server& server) {
  const auto it = servers_.find(server.address().to_text());
  if (it == servers_.end()) return;
  const std::set<ServerListener*> users(it->second.users.begin(),
                                        it->second.users.end());
  for (ServerListener* user : users) user->on_server_change(server);
}

}  // namespace amd::nfsfs
