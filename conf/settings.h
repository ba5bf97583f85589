// SPDX-License-Identifier: BSD-3-Clause
// Everything that can be configured, as plain data, each value with where it
// came from.  A default-constructed scope holds the defaults of the table in
// parameters.h.  Texts: empty means "not set".  Times are in the unit that the
// table names; the daemon turns them into durations when it fills the small
// settings of the rooms.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace amd::conf {

// Where a value came from; `place` is "/etc/amd.conf:3:8" or the flag.
struct Origin {
  enum class Kind { Default, Flag, File };
  Kind kind = Kind::Default;
  std::string place;
};

// "default", "/etc/amd.conf:3:8", "-c".
std::string to_text(const Origin& origin);

template <class T>
struct Setting {
  T value{};
  Origin origin;
};

enum class Browsable { No, Yes, Full };
enum class MountType { Auto, Nfs, Autofs };
enum class NfsEngine { Auto, Kernel, User };
enum class ServerOrder { Map, Fastest, Spread };
enum class NfsProto { Any, Udp, Tcp };

// What [global] sets for all maps, and a map's section for one.
struct InheritableSettings {
  Setting<Browsable> browsable_dirs;
  Setting<std::string> failover_verify;
  Setting<std::string> map_defaults;
  Setting<std::string> map_options;
  Setting<std::string> map_type;  // "probe": the first type that takes it
  Setting<MountType> mount_type;
  Setting<int64_t> mount_timeout;  // seconds
  Setting<NfsEngine> nfs_engine;
  Setting<std::string> search_path;
  Setting<ServerOrder> server_order;
  Setting<bool> strict_expire;
  Setting<bool> sun_map_syntax;
};

// One rule of a map, first match first: files of the volume whose path matches
// the pattern (fnmatch without special slashes) are compared by `verify`
// instead of the map's failover_verify.
struct FailoverRule {
  std::string pattern;
  std::string verify;  // as failover_verify
  Origin origin;
};

struct GlobalSettings : InheritableSettings {
  GlobalSettings();  // the defaults of the table

  Setting<std::string> amq_socket;
  Setting<std::string> arch;
  Setting<int64_t> auto_attrcache;  // seconds
  Setting<std::string> auto_dir;
  Setting<bool> autofs_use_lofs;
  Setting<int64_t> cache_duration;  // seconds
  Setting<std::string> cluster;
  Setting<std::string> debug_mtab_file;
  Setting<std::string> debug_options;
  Setting<int64_t> dismount_interval;  // seconds
  Setting<bool> domain_strip;
  Setting<int64_t> exec_map_timeout;  // seconds
  Setting<bool> forced_unmounts;
  Setting<std::string> full_os;
  Setting<bool> fully_qualified_hosts;
  Setting<int64_t> helper_processes;
  Setting<std::string> hesiod_base;
  Setting<std::string> karch;
  Setting<std::string> ldap_base;
  Setting<int64_t> ldap_cache_maxmem;   // bytes
  Setting<int64_t> ldap_cache_seconds;  // 0: no cache
  Setting<std::string> ldap_hostports;
  Setting<int64_t> ldap_proto_version;
  Setting<std::string> local_domain;
  Setting<std::string> localhost_address;
  Setting<std::string> log_file;
  Setting<std::string> log_options;
  Setting<int64_t> map_reload_interval;  // seconds
  Setting<bool> nfs_allow_any_interface;
  Setting<bool> nfs_allow_insecure_port;
  Setting<NfsProto> nfs_proto;
  Setting<int64_t> nfs_retransmit_counter_tcp;  // -1: not set, 0: computed
  Setting<int64_t> nfs_retransmit_counter_toplvl;
  Setting<int64_t> nfs_retransmit_counter_udp;
  Setting<int64_t> nfs_retry_interval_tcp;  // 0.1 s; -1: not set
  Setting<int64_t> nfs_retry_interval_toplvl;
  Setting<int64_t> nfs_retry_interval_udp;
  Setting<int64_t> nfs_vers;       // 0: not set
  Setting<int64_t> nfs_vers_ping;  // 0: not set
  Setting<std::string> nis_domain;
  Setting<bool> normalize_hostnames;
  Setting<bool> normalize_slashes;
  Setting<std::string> os;
  Setting<std::string> osver;
  Setting<std::string> pid_file;
  Setting<bool> plock;
  Setting<int64_t> portmap_program;
  Setting<int64_t> preferred_amq_port;  // 0: any
  Setting<bool> print_pid;
  Setting<bool> print_version;
  Setting<bool> restart_mounts;
  Setting<bool> selectors_in_defaults;
  Setting<bool> show_statfs_entries;
  Setting<std::string> state_dir;
  Setting<bool> truncate_log;
  Setting<bool> unmount_on_exit;
  Setting<bool> use_tcpwrappers;
  Setting<std::string> vendor;
};

// One automount point: a section of the file, or a pair of the command line.
struct MapSettings : InheritableSettings {
  MapSettings();  // the defaults of the table

  std::string directory;
  Origin origin;  // of the section or the pair
  Setting<std::string> map_name;
  Setting<std::string> tag;
  std::vector<FailoverRule> failover_rules;  // libconfig form only
};

// The rest can be said in the libconfig form only.

// What is special about one server.
struct ServerSettings {
  ServerSettings();  // the defaults of the table

  std::string name;
  Origin origin;
  Setting<int64_t> call_timeout;   // ms; 0: from measured round trips
  Setting<int64_t> ping_interval;  // seconds; 0: as usual, -1: no pings
  Setting<int64_t> ping_retries;
  Setting<int64_t> ping_timeout;  // ms; 0: from measured round trips
};

enum class GroupOrder { Listed, Map, Fastest, Spread };

// Servers that hold the same: locations of one entry whose servers are all in
// the group are ordered by it.  Listed: as in `servers`.
struct ServerGroup {
  ServerGroup();  // the defaults of the table

  std::string name;
  Origin origin;
  Setting<GroupOrder> order;
  std::vector<std::string> servers;
};

enum class AmqRight { Read, Control };

// Who may use amq, first match first; no match: only this host's root may
// control, and only this host may read.
struct AmqRule {
  bool allows = false;
  AmqRight right = AmqRight::Read;  // Control holds Read
  std::string from;                 // "any", "local", "10.1.0.0/16", "fe80::1"
  Origin origin;
};

struct Settings {
  GlobalSettings global;
  std::vector<MapSettings> maps;  // in the order of their sections
  std::vector<ServerSettings> servers;
  std::vector<ServerGroup> groups;
  std::vector<AmqRule> amq_access;
  std::string config_file;  // empty: none was read
};

}  // namespace amd::conf
