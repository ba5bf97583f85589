// SPDX-License-Identifier: BSD-3-Clause
// What evaluation knows: about this machine, and about one look-up.
//
// host_facts.h reads the machine; anything here may be overridden, so that one
// can ask what another machine would get.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amd::maplang {

// One network that an interface is on.  Addresses are in host byte order.
struct Network {
  std::string name;    // from the networks or hosts data base, else dotted
  std::string number;  // dotted, trailing zero bytes removed: "10.9"
  uint32_t address = 0;
  uint32_t mask = 0;

  // "10.9.0.100/24", "10.9.0.100/255.255.255.0" or "10.9.0.100/0xffffff00";
  // nothing if it is none of these.  `name` is the dotted network address.
  static std::optional<Network> parse(std::string_view text);
  static Network of(uint32_t address, uint32_t mask);
};

// One value per selector variable, and the switches of amd.conf that change
// how maps are read.
struct HostFacts {
  std::string arch;
  std::string autodir = "/a";
  std::string byte;
  std::string cluster;
  std::string domain = "unknown.domain";
  std::string full_os;
  std::string host;
  std::string hostd;  // host, dot, domain
  std::string karch;
  std::string os;
  std::string osver;
  std::string vendor;
  std::vector<Network> networks;  // without loop-back; the first is primary
  std::map<std::string, std::string, std::less<>> environment;

  bool normalize_slashes = true;
  bool normalize_hostnames = false;
  bool domain_strip = true;
  bool selectors_in_defaults = false;
  std::string unmount_program = "/bin/umount";  // default of type:=program
};

struct LookupFacts {
  std::string key;   // the full key: prefix and name
  std::string path;  // of the node, e.g. /home/ann
  std::string map;   // name of the map of the automount point
  std::string uid;   // of the requester, decimal; empty if not known
  std::string gid;
  std::string parent_prefix;  // key prefix that the parent `auto` node gives
  // Defaults handed down by the location that made a nested `auto` node; they
  // come after, and so override, the map's own /defaults.
  std::string inherited_defaults;
  // `map_defaults` of amd.conf: replaces the map's /defaults.
  std::optional<std::string> map_defaults;
};

// The value of a selector variable by name ("os", "key", ".key", "wire" ...);
// nothing if there is no such selector.
std::optional<std::string> selector_value(std::string_view name,
                                          const HostFacts& host,
                                          const LookupFacts& lookup);

// Sets a fact by its selector name.  A name that is no selector goes into the
// environment.  host and domain change hostd as well.
void set_fact(std::string_view name, std::string_view value, HostFacts& host,
              LookupFacts& lookup);

}  // namespace amd::maplang
