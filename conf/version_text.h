// SPDX-License-Identifier: BSD-3-Clause
// The text of `amd -v`, which amq -v and the log show as well.

#pragma once

#include <string>
#include <vector>

namespace amd::conf {

// What a running amd knows of itself and its host.
struct VersionFacts {
  std::string cpu;
  std::string arch;
  std::string karch;
  std::string full_os;
  std::string os;
  std::string osver;
  std::string vendor;
  std::string distro;
  std::string domain;
  std::string host;
  std::string hostd;
  std::vector<std::string> map_types;
  std::vector<std::string> amd_types;     // nfs, link, host ...
  std::vector<std::string> kernel_types;  // autofs, nfs, ext4 ...
  struct Network {
    std::string wire;    // "10.9.0.0"
    std::string number;  // "10.9"
  };
  std::vector<Network> networks;
};

// am-utils' lines from "cpu=" on, byte for byte, below lines of our own that
// keep its "am-utils version" for the scripts that look for it.  Ends in a
// newline.
std::string version_text(const VersionFacts& facts);

}  // namespace amd::conf
