// SPDX-License-Identifier: BSD-3-Clause
// Facts by selector name.

#include "maplang/eval/facts.h"

#include "maplang/eval/in_network.h"
#include "maplang/eval/variables.h"

namespace amd::maplang {
namespace {

// amd's text for "the key has nothing after a dot".
constexpr std::string_view kNoKeyAfterDot = "<NULL>";

std::string after_dot(const std::string& key) {
  const size_t dot = key.find('.');
  const bool nothing = dot == std::string::npos || dot + 1 == key.size();
  return nothing ? std::string(kNoKeyAfterDot) : key.substr(dot + 1);
}

std::string network_name(const HostFacts& host) {
  return host.networks.empty() ? "" : host.networks.front().name;
}

std::string network_number(const HostFacts& host) {
  return host.networks.empty() ? "0.0.0.0" : host.networks.front().number;
}

std::string value_of(Selector selector, const HostFacts& host,
                     const LookupFacts& lookup) {
  switch (selector) {
    case Selector::Arch:
      return host.arch;
    case Selector::Autodir:
      return host.autodir;
    case Selector::Byte:
      return host.byte;
    case Selector::Cluster:
      return host.cluster;
    case Selector::Domain:
      return host.domain;
    case Selector::FullOs:
      return host.full_os;
    case Selector::Gid:
      return lookup.gid;
    case Selector::Host:
      return host.host;
    case Selector::Hostd:
      return host.hostd;
    case Selector::Karch:
      return host.karch;
    case Selector::Key:
      return lookup.key;
    case Selector::KeyAfterDot:
      return after_dot(lookup.key);
    case Selector::KeyBeforeDot:
      return lookup.key.substr(0, lookup.key.find('.'));
    case Selector::Map:
      return lookup.map;
    case Selector::NetNumber:
      return network_number(host);
    case Selector::Network:
      return network_name(host);
    case Selector::Os:
      return host.os;
    case Selector::Osver:
      return host.osver;
    case Selector::Path:
      return lookup.path;
    case Selector::Uid:
      return lookup.uid;
    case Selector::Vendor:
      return host.vendor;
    case Selector::Wire:
      return network_name(host);
  }
  return "";
}

// The field behind a selector that has one of its own.
std::string* field_of(Selector selector, HostFacts& host, LookupFacts& lookup) {
  switch (selector) {
    case Selector::Arch:
      return &host.arch;
    case Selector::Autodir:
      return &host.autodir;
    case Selector::Byte:
      return &host.byte;
    case Selector::Cluster:
      return &host.cluster;
    case Selector::Domain:
      return &host.domain;
    case Selector::FullOs:
      return &host.full_os;
    case Selector::Gid:
      return &lookup.gid;
    case Selector::Host:
      return &host.host;
    case Selector::Hostd:
      return &host.hostd;
    case Selector::Karch:
      return &host.karch;
    case Selector::Key:
      return &lookup.key;
    case Selector::Map:
      return &lookup.map;
    case Selector::Os:
      return &host.os;
    case Selector::Osver:
      return &host.osver;
    case Selector::Path:
      return &lookup.path;
    case Selector::Uid:
      return &lookup.uid;
    case Selector::Vendor:
      return &host.vendor;
    case Selector::KeyAfterDot:
    case Selector::KeyBeforeDot:
    case Selector::NetNumber:
    case Selector::Network:
    case Selector::Wire:
      return nullptr;
  }
  return nullptr;
}

// A network by its name or number only.
Network named_network(std::string_view text) {
  if (auto parsed = Network::parse(text)) return *parsed;
  Network network;
  network.name = text;
  network.number = text;
  return network;
}

}  // namespace

std::optional<std::string> selector_value(std::string_view name,
                                          const HostFacts& host,
                                          const LookupFacts& lookup) {
  const SelectorName* row = find_selector(name);
  if (row == nullptr) return std::nullopt;
  return value_of(row->selector, host, lookup);
}

void set_fact(std::string_view name, std::string_view value, HostFacts& host,
              LookupFacts& lookup) {
  const SelectorName* row = find_selector(name);
  if (row == nullptr) {
    host.environment.insert_or_assign(std::string(name), value);
    return;
  }
  if (row->is_network) {
    host.networks = {named_network(value)};
    return;
  }
  std::string* field = field_of(row->selector, host, lookup);
  if (field == nullptr) return;
  if (row->selector == Selector::Domain && host.cluster == host.domain) {
    host.cluster = value;
  }
  *field = value;
  if (row->selector == Selector::Host || row->selector == Selector::Domain) {
    host.hostd = host.host + "." + host.domain;
  }
}

}  // namespace amd::maplang
