// SPDX-License-Identifier: BSD-3-Clause
// The host of the golden files and of the examples in the documentation.

#pragma once

#include "maplang/eval/facts.h"

namespace amd::maplang {

inline HostFacts test_host() {
  HostFacts host;
  host.host = "vm";
  host.hostd = "vm.unknown.domain";
  host.cluster = host.domain;
  host.arch = host.karch = "x86_64";
  host.os = host.full_os = "linux";
  host.osver = "6.1";
  host.vendor = "pc";
  host.byte = "little";
  host.networks = {*Network::parse("10.9.0.100/24")};
  host.environment["MYENV"] = "e";
  return host;
}

}  // namespace amd::maplang
