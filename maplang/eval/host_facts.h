// SPDX-License-Identifier: BSD-3-Clause
// The facts of the machine that this runs on.

#pragma once

#include <string>
#include <vector>

#include "maplang/eval/facts.h"

namespace amd::maplang {

// Settings that replace what the machine says; empty: not set.
struct FactOverrides {
  std::string arch;
  std::string autodir;
  std::string cluster;
  std::string full_os;
  std::string karch;
  std::string local_domain;
  std::string os;
  std::string osver;
  std::string vendor;
};

// Reads uname, the host name, the interfaces and the environment.  Asks no
// name service and does not block: names of networks come from /etc/networks
// and /etc/hosts only.  `cluster` is the domain unless overridden.
HostFacts read_host_facts(const FactOverrides& overrides = {});

// The networks of the interfaces that are up now.
std::vector<Network> read_networks();

}  // namespace amd::maplang
