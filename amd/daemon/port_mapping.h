// SPDX-License-Identifier: BSD-3-Clause
// Keeps this machine's port mapper (rpcbind) told of a service, where there is
// one.  Nothing here waits.

#pragma once

#include <functional>
#include <memory>

#include "amd/base/loop.h"
#include "amd/rpc/portmap_client.h"

namespace amd {

class PortMapping {
 public:
  // Both outlive this.
  PortMapping(Loop& loop, rpc::RpcNetwork& network)
      : loop_(loop), network_(network) {}

  // Registers `service`, in place of whatever was registered.
  void start(const rpc::Registration& service);
  // Takes back what start() may have registered; `done` comes within a second,
  // perhaps before this returns.
  void start_end(std::function<void()> done);

 private:
  void on_registered(const Result<void>& result);

  Loop& loop_;
  rpc::RpcNetwork& network_;
  rpc::Registration service_;
  bool may_be_registered_ = false;
  std::unique_ptr<rpc::RpcStep> step_;
};

}  // namespace amd
