// SPDX-License-Identifier: BSD-3-Clause
#include "amd/daemon/room_settings.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "amd/nfsfs/control.h"
#include "maplang/eval/fs_types.h"
#include "maplang/eval/host_facts.h"
#include "maplang/syntax/map_lines.h"
#include "maplang/syntax/parse.h"
#include "maplang/syntax/source_text.h"

namespace amd {

namespace {

NfsEngine engine_of(conf::NfsEngine e) {
  switch (e) {
    case conf::NfsEngine::Auto:
      return NfsEngine::Auto;
    case conf::NfsEngine::Kernel:
      return NfsEngine::Kernel;
    case conf::NfsEngine::User:
      return NfsEngine::User;
  }
  return NfsEngine::Auto;
}

ServerOrder order_of(conf::ServerOrder o) {
  switch (o) {
    case conf::ServerOrder::Map:
      return ServerOrder::Map;
    case conf::ServerOrder::Fastest:
      return ServerOrder::Fastest;
    case conf::ServerOrder::Spread:
      return ServerOrder::Spread;
  }
  return ServerOrder::Map;
}

std::string protocol_of(conf::NfsProto p) {
  switch (p) {
    case conf::NfsProto::Any:
      return "";
    case conf::NfsProto::Tcp:
      return "tcp";
    case conf::NfsProto::Udp:
      return "udp";
  }
  return "";
}

// timeo= and retrans= of amd.conf; am-utils puts them before a map's own.
std::string first_options(const conf::GlobalSettings& g) {
  std::string options;
  if (g.nfs_retry_interval_tcp.value > 0)
    options += fmt::format("timeo={},", g.nfs_retry_interval_tcp.value);
  if (g.nfs_retransmit_counter_tcp.value > 0)
    options += fmt::format("retrans={},", g.nfs_retransmit_counter_tcp.value);
  if (!options.empty()) options.pop_back();
  return options;
}

// `map_type` "probe" is amd.conf's word for "find out".
std::string map_type_of(const conf::MapSettings& map) {
  return map.map_type.value == "probe" ? "" : map.map_type.value;
}

}  // namespace

maplang::HostFacts host_facts(const conf::GlobalSettings& global) {
  maplang::FactOverrides overrides;
  overrides.arch = global.arch.value;
  overrides.autodir = global.auto_dir.value;
  overrides.cluster = global.cluster.value;
  overrides.full_os = global.full_os.value;
  overrides.karch = global.karch.value;
  overrides.local_domain = global.local_domain.value;
  overrides.os = global.os.value;
  overrides.osver = global.osver.value;
  overrides.vendor = global.vendor.value;
  maplang::HostFacts facts = maplang::read_host_facts(overrides);
  facts.normalize_slashes = global.normalize_slashes.value;
  facts.normalize_hostnames = global.normalize_hostnames.value;
  facts.domain_strip = global.domain_strip.value;
  facts.selectors_in_defaults = global.selectors_in_defaults.value;
  return facts;
}

std::set<std::string> kernel_types() {
  std::set<std::string> types;
  std::string line;
  std::ifstream loaded("/proc/filesystems");
  while (std::getline(loaded, line))
    types.insert(line.substr(line.rfind('\t') + 1));
  // The others come with their module when they are mounted for the first
  // time: "alias fs-nfs4 nfsv4".
  utsname system{};
  ::uname(&system);
  std::ifstream aliases(std::string("/lib/modules/") + system.release +
                        "/modules.alias");
  const std::string prefix = "alias fs-";
  while (std::getline(aliases, line))
    if (line.starts_with(prefix))
      types.insert(line.substr(prefix.size(),
                               line.find(' ', prefix.size()) - prefix.size()));
  return types;
}

TreeSettings tree_settings(const conf::GlobalSettings& global,
                           const std::set<std::string>& types) {
  TreeSettings settings;
  PlanSettings& plan = settings.plan;
  plan.auto_dir = global.auto_dir.value;
  plan.use_lofs = global.autofs_use_lofs.value;
  plan.nfs_engine = engine_of(global.nfs_engine.value);
  plan.kernel_has_nfs = types.contains("nfs") || types.contains("nfs4");
  plan.kernel_types = types;
  plan.nfs_version = static_cast<int>(global.nfs_vers.value);
  plan.nfs_protocol = protocol_of(global.nfs_proto.value);
  plan.nfs_first_options = first_options(global);
  settings.access_deadline = Seconds(global.mount_timeout.value);
  settings.cache_duration = Seconds(global.cache_duration.value);
  settings.dismount_interval = Seconds(global.dismount_interval.value);
  settings.unmount_on_exit = global.unmount_on_exit.value;
  return settings;
}

FailoverSettings failover_settings(const conf::GlobalSettings& global) {
  FailoverSettings settings;
  if (!global.failover_verify.value.empty())
    settings.verify = global.failover_verify.value;
  return settings;
}

PointConfig point_config(const conf::MapSettings& map) {
  PointConfig point;
  point.path = map.directory;
  point.map.name = map.map_name.value;
  point.map.type = map_type_of(map);
  point.map.search_path = map.search_path.value;
  point.map.is_sun = map.sun_map_syntax.value;
  if (!map.map_defaults.value.empty())
    point.map_defaults = map.map_defaults.value;
  point.nfs_engine = engine_of(map.nfs_engine.value);
  point.server_order = order_of(map.server_order.value);
  return point;
}

conf::VersionFacts version_facts(const conf::GlobalSettings& global) {
  const maplang::HostFacts host = host_facts(global);
  conf::VersionFacts facts;
  facts.cpu = host.karch;
  facts.arch = host.arch;
  facts.karch = host.karch;
  facts.full_os = host.full_os;
  facts.os = host.os;
  facts.osver = host.osver;
  facts.vendor = host.vendor;
  facts.distro = "none";
  facts.domain = host.domain;
  facts.host = host.host;
  facts.hostd = host.hostd;
  facts.map_types = {"root", "file", "error"};
  for (const std::string_view type : maplang::all_fs_types())
    facts.amd_types.emplace_back(type);
  for (const std::string& type : kernel_types())
    facts.kernel_types.push_back(type);
  for (const maplang::Network& network : host.networks)
    facts.networks.push_back({network.name, network.number});
  return facts;
}

namespace {

int check_map(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return 1;
  }
  const maplang::SourceText source(path, text.str());
  int status = 0;
  const auto show = [&](const std::vector<maplang::Diagnostic>& list) {
    for (const maplang::Diagnostic& d : list) {
      std::fputs(source.render(d).c_str(), stderr);
      status = 1;
    }
  };
  const maplang::ParsedLines lines = maplang::parse_map_lines(source);
  show(lines.diagnostics);
  for (const maplang::RawEntry& entry : lines.entries)
    show(maplang::parse_entry(entry.value, entry.origin(path)).diagnostics);
  return status;
}

}  // namespace

int check_maps(const conf::Settings& settings) {
  int status = 0;
  for (const conf::MapSettings& map : settings.maps) {
    const std::string& name = map.map_name.value;
    // Maps of other kinds have no text to check.
    if (name.starts_with("/")) status |= check_map(name);
  }
  return status;
}

}  // namespace amd
