// SPDX-License-Identifier: BSD-3-Clause
// The server table's pings on real networks: one NULL call each.

#pragma once

#include <map>
#include <memory>
#include <vector>

#include "amd/base/loop.h"
#include "amd/probing/host_addresses.h"
#include "amd/rpc/nfs_ping.h"
#include "amd/rpc/transport.h"
#include "amd/servers/prober.h"

namespace amd {

// Who is told what came of a ping: the server table.
class PingEvents {
 public:
  virtual ~PingEvents() = default;
  virtual void on_pong(ServerId id, const std::string& address,
                       Duration round_trip) = 0;
  virtual void on_no_pong(ServerId id, const Error& why) = 0;
};

class Pinger : public Prober {
 public:
  // All outlive this; so does `events`, which is set before the first ping.
  Pinger(Loop& loop, rpc::RpcNetwork& network, HostAddresses& addresses)
      : loop_(loop), network_(network), addresses_(addresses) {}
  void set_events(PingEvents& events) { events_ = &events; }

  void start_probe(const PingRequest& request) override;
  void cancel_probe(ServerId id) override { pings_.erase(id); }

 private:
  // One server's ping: all its addresses at the same time.
  struct Ping {
    PingRequest request;
    std::uint64_t number = 0;
    std::vector<rpc::Address> addresses;
    std::vector<std::unique_ptr<rpc::RpcStep>> steps;
    size_t open = 0;
  };
  Ping* find(ServerId id, std::uint64_t number);
  void on_addresses(ServerId id, std::uint64_t number,
                    const Result<std::vector<rpc::Address>>& addresses);
  void on_answer(ServerId id, size_t index,
                 const Result<rpc::PingAnswer>& answer);
  void finish(ServerId id, const Error& why);

  Loop& loop_;
  rpc::RpcNetwork& network_;
  HostAddresses& addresses_;
  PingEvents* events_ = nullptr;
  std::uint64_t next_number_ = 1;
  std::map<ServerId, Ping> pings_;
};

}  // namespace amd
