// SPDX-License-Identifier: BSD-3-Clause
// Addresses of hosts: asked once, remembered for a while.
//
// A host may come back with another address, so a name whose addresses did not
// answer is asked for again.  Nothing here blocks: the World does the asking.

#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "amd/base/loop.h"
#include "amd/rpc/address.h"
#include "amd/tree/world.h"

namespace amd {

class HostAddresses {
 public:
  // At least one address; best first.
  using Done = std::function<void(Result<std::vector<rpc::Address>>)>;

  HostAddresses(Loop& loop, World& world) : loop_(loop), world_(world) {}

  // `done` is called once, from the loop, never from inside.  A numeric
  // address stands for itself.
  void start_find(const std::string& host, Done done);
  // None of its addresses answered: the next start_find asks anew.
  void forget(const std::string& host) { known_.erase(host); }
  void forget_all() { known_.clear(); }

  static constexpr Seconds kRememberedFor{60};
  static constexpr size_t kMostAddresses = 8;  // of one host

 private:
  struct Known {
    std::vector<rpc::Address> addresses;
    Instant until;
  };
  void on_answer(const std::string& host, const Result<WorldAnswer>& answer);

  Loop& loop_;
  World& world_;
  std::map<std::string, Known> known_;
  std::map<std::string, std::vector<Done>> waiting_;  // questions under way
};

}  // namespace amd
