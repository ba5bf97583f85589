// SPDX-License-Identifier: BSD-3-Clause
// uname, the interfaces, the environment.

#include "maplang/eval/host_facts.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <fstream>
#include <memory>
#include <sstream>

extern char** environ;

namespace amd::maplang {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// amd's name of the processor family: i686 and alike are i386.
std::string arch_of(const std::string& machine) {
  const bool is_i386 =
      machine.size() == 4 && machine[0] == 'i' && machine.ends_with("86");
  return is_i386 ? "i386" : machine;
}

std::string vendor_of_machine(const std::string& machine) {
  const bool is_pc = machine == "x86_64" || arch_of(machine) == "i386";
  return is_pc ? "pc" : "unknown";
}

uint32_t address_of(const sockaddr* address) {
  if (address == nullptr || address->sa_family != AF_INET) return 0;
  return ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
}

// The name that `file` (one name and one address a line, in that order or the
// other) gives an address; empty if none.
std::string name_in_file(const char* file, const std::string& address,
                         bool name_first) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string first;
    std::string second;
    if (!(words >> first >> second)) continue;
    if ((name_first ? second : first) == address) {
      return name_first ? first : second;
    }
  }
  return "";
}

// As getnetbyaddr and gethostbyaddr answer from files; a name service is not
// asked, because it may not answer.
void name_network(Network& network) {
  const std::string dotted = network.name;
  for (const std::string& address : {dotted, network.number}) {
    const std::string name = name_in_file("/etc/networks", address, true);
    if (!name.empty()) {
      network.name = name;
      return;
    }
  }
  const std::string name = name_in_file("/etc/hosts", dotted, false);
  if (!name.empty()) network.name = name;
}

std::string host_name() {
  char buffer[256] = "";
  gethostname(buffer, sizeof buffer - 1);
  return buffer;
}

std::string pick(const std::string& override_text, const std::string& found) {
  return override_text.empty() ? found : override_text;
}

void set_names(HostFacts& facts, const FactOverrides& overrides) {
  const std::string full = host_name();
  const size_t dot = full.find('.');
  facts.host = full.substr(0, dot);
  if (dot != std::string::npos) facts.domain = full.substr(dot + 1);
  if (!overrides.local_domain.empty()) facts.domain = overrides.local_domain;
  if (facts.domain.starts_with('.')) facts.domain.erase(0, 1);
  facts.hostd = facts.host + "." + facts.domain;
  facts.cluster = pick(overrides.cluster, facts.domain);
}

}  // namespace

HostFacts read_host_facts(const FactOverrides& overrides) {
  utsname system{};
  uname(&system);
  HostFacts facts;
  set_names(facts, overrides);
  facts.os = pick(overrides.os, lower_case(system.sysname));
  facts.osver = pick(overrides.osver, system.release);
  facts.full_os = pick(overrides.full_os, facts.os);
  facts.arch = pick(overrides.arch, arch_of(system.machine));
  facts.karch = pick(overrides.karch, system.machine);
  facts.vendor = pick(overrides.vendor, vendor_of_machine(system.machine));
  facts.byte = std::endian::native == std::endian::little ? "little" : "big";
  facts.autodir = pick(overrides.autodir, facts.autodir);
  facts.networks = read_networks();
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string pair = *one;
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) continue;
    facts.environment.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return facts;
}

std::vector<Network> read_networks() {
  std::vector<Network> networks;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return networks;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> guard(list,
                                                               freeifaddrs);
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    const uint32_t address = address_of(one->ifa_addr);
    const bool is_running = (one->ifa_flags & IFF_RUNNING) != 0;
    if (address == 0 || address == INADDR_LOOPBACK || !is_running) continue;
    // Of a point-to-point link it is the other end that counts.
    const bool is_link = (one->ifa_flags & IFF_POINTOPOINT) != 0;
    Network network =
        is_link ? Network::of(address_of(one->ifa_dstaddr), 0xffffffff)
                : Network::of(address, address_of(one->ifa_netmask));
    if (!is_link) name_network(network);
    networks.push_back(std::move(network));
  }
  return networks;
}

}  // namespace amd::maplang
