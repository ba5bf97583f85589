// SPDX-License-Identifier: BSD-3-Clause
// Asks servers for a file system: the ServerProbe on real networks.
//
// All addresses of a server are asked at the same time (at most
// HostAddresses::kMostAddresses).  One will do when its NFS service answers a
// NULL call and, for versions 2 and 3, its MOUNT service gives the handle of
// the path.  Every outcome is told to `evidence` as well.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "amd/base/loop.h"
#include "amd/probing/host_addresses.h"
#include "amd/rpc/transport.h"
#include "amd/tree/server_probe.h"

namespace amd {

class NfsAsker : public ServerProbe {
 public:
  // The round trip of its NFS service's answer, or why there is none.
  using Evidence =
      std::function<void(const std::string& server, const Result<Duration>&)>;

  // It had not answered after so long when the ask was called off.
  using Late = std::function<void(const std::string& server, Duration after)>;

  // All outlive this.
  NfsAsker(Loop& loop, rpc::RpcNetwork& network, HostAddresses& addresses,
           Evidence evidence, Late late);
  ~NfsAsker() override;

  void start(ProbeId id, const ProbeRequest& request, Done done) override;
  void cancel(ProbeId id) override;

 private:
  struct Try;  // one address
  struct Ask;

  void on_addresses(ProbeId id, Result<std::vector<rpc::Address>> addresses);
  void begin_try(Ask& ask, size_t index);
  void ask_mount(Ask& ask, size_t index);
  void on_part(ProbeId id, size_t index);
  void finish(ProbeId id, Result<Answer> answer);

  Loop& loop_;
  rpc::RpcNetwork& network_;
  HostAddresses& addresses_;
  Evidence evidence_;
  Late late_;
  std::string credential_;
  std::map<ProbeId, std::unique_ptr<Ask>> asks_;
};

}  // namespace amd
