// SPDX-License-Identifier: BSD-3-Clause
// The rows of the table of parameters, and nothing else.
#include <array>
#include <type_traits>

#include "conf/parameters.h"

namespace amd::conf {

namespace {

template <class T>
RawValue raw_of(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else {
    return static_cast<int64_t>(value);
  }
}

template <class T>
void put(Setting<T>& setting, const RawValue& value, const Origin& origin) {
  if constexpr (std::is_same_v<T, std::string>) {
    setting.value = std::get<std::string>(value);
  } else {
    setting.value = static_cast<T>(std::get<int64_t>(value));
  }
  setting.origin = origin;
}

template <class Scope, auto First, auto... More>
constexpr Field<Scope> kField = {
    [](const Scope& scope) { return raw_of((scope.*First).value); },
    [](Scope& scope, const RawValue& value, const Origin& origin) {
      put(scope.*First, value, origin);
      (put(scope.*More, value, origin), ...);
    },
    [](const Scope& scope) -> const Origin& { return (scope.*First).origin; }};

template <auto... Members>
constexpr Parameter global(Parameter row) {
  row.section = Section::Global;
  row.global = &kField<GlobalSettings, Members...>;
  return row;
}

template <auto Member>
constexpr Parameter both(Parameter row) {
  row.section = Section::Both;
  row.global = &kField<GlobalSettings, Member>;
  row.map = &kField<MapSettings, Member>;
  return row;
}

template <auto Member>
constexpr Parameter map_only(Parameter row) {
  row.section = Section::Map;
  row.map = &kField<MapSettings, Member>;
  return row;
}

template <auto Member>
constexpr Parameter server(Parameter row) {
  row.section = Section::Server;
  row.server = &kField<ServerSettings, Member>;
  return row;
}

template <auto Member>
constexpr Parameter group(Parameter row) {
  row.section = Section::Group;
  row.group = &kField<ServerGroup, Member>;
  return row;
}

using G = GlobalSettings;
using I = InheritableSettings;
using M = MapSettings;
using S = ServerSettings;

constexpr auto kYesNo = ValueType::YesNo;
constexpr auto kNumber = ValueType::Number;
constexpr auto kPath = ValueType::Path;
constexpr auto kWord = ValueType::Word;
constexpr auto kName = ValueType::Name;
constexpr auto kOptions = ValueType::Options;

constexpr std::string_view kFirst = "amd2 0.1";
// What is read and has no effect in this release.
constexpr std::string_view kNotYet = "this release does not have it";
constexpr std::string_view kNoLoopback =
    "it is for the loop-back NFS front end, which this release does not have";
constexpr std::string_view kNoSource =
    "it is for a kind of map that this release does not have";
constexpr std::string_view kToplvl =
    "the kernel sets the time-outs of amd's own mounts (they never reached it "
    "in am-utils either)";

// Sorted by name; a test keeps it so.
constexpr std::array kParameters = {
    global<&G::amq_socket>(
        {.name = "amq_socket",
         .type = kPath,
         .default_text = "/run/amd/amq.sock",
         .meaning =
             "Unix socket on which amq is served beside the RPC program; "
             "none: no such socket.",
         .since = kFirst,
         .only_at_start = true}),
    global<&G::arch>({.name = "arch",
                      .default_text = "",
                      .meaning = "Value of ${arch}; not set: this machine's "
                                 "processor architecture.",
                      .flag = "-A"}),
    global<&G::auto_attrcache>(
        {.name = "auto_attrcache",
         .type = kNumber,
         .default_text = "0",
         .meaning = "Seconds for which the kernel may cache the attributes of "
                    "amd's own NFS mounts; 0: none.",
         .warning = kNoLoopback,
         .number = {.least = 0},
         .only_at_start = true}),
    global<&G::auto_dir>({.name = "auto_dir",
                          .default_text = "/a",
                          .meaning = "Directory below which file systems are "
                                     "mounted (${autodir}).",
                          .flag = "-a",
                          .only_at_start = true}),
    global<&G::autofs_use_lofs>(
        {.name = "autofs_use_lofs",
         .type = kYesNo,
         .default_text = "yes",
         .meaning = "With autofs, show file systems by bind mounts instead of "
                    "symbolic links."}),
    both<&I::browsable_dirs>(
        {.name = "browsable_dirs",
         .type = kWord,
         .default_text = "no",
         .meaning = "Whether listing an automount point shows the keys of its "
                    "map; full: also those with a slash.",
         .words = "no yes full"}),
    global<&G::cache_duration>(
        {.name = "cache_duration",
         .type = kNumber,
         .default_text = "300",
         .meaning = "Seconds that a mounted file system may be idle before it "
                    "is unmounted.",
         .flag = "-c",
         .number = {.not_positive_means = 300}}),
    server<&S::call_timeout>(
        {.name = "call_timeout",
         .type = kNumber,
         .default_text = "0",
         .meaning = "Milliseconds within which this server must answer a call "
                    "of the userspace engine; 0: from measured round trips.",
         .since = kFirst,
         .warning = kNotYet,
         .number = {.least = 0, .most = 600000}}),
    global<&G::cluster>({.name = "cluster",
                         .default_text = "",
                         .meaning = "Value of ${cluster}; not set: the domain.",
                         .flag = "-C"}),
    global<&G::debug_mtab_file>(
        {.name = "debug_mtab_file",
         .default_text = "/tmp/mtab",
         .meaning = "Mount table used with the debug option mtab.",
         .warning = "the mount table is the kernel's own"}),
    global<&G::debug_options>(
        {.name = "debug_options",
         .type = kOptions,
         .default_text = "amq,daemon,fork,nofull,nohrtime,noinfo,nomem,nomtab,"
                         "noreaddir,nostr,notrace,noxdrtrace",
         .meaning = "Debugging: nodaemon stays in the foreground, noamq does "
                    "not serve amq, the others make the log say more.",
         .flag = "-D",
         .words = "amq daemon fork full hrtime info mem mtab readdir str trace "
                  "xdrtrace",
         .groups =
             "all=trace full str mem info xdrtrace readdir daemon amq fork;"
             "defaults=trace full str mem info readdir daemon amq fork;"
             "test=trace full str mem info xdrtrace readdir mtab"}),
    global<&G::dismount_interval>(
        {.name = "dismount_interval",
         .type = kNumber,
         .default_text = "120",
         .meaning = "Seconds until an unmount that was refused is tried again "
                    "(the base of its back-off).",
         .flag = "-w",
         .number = {.not_positive_means = 120}}),
    global<&G::domain_strip>(
        {.name = "domain_strip",
         .type = kYesNo,
         .default_text = "yes",
         .meaning = "Drop the own domain from host names (in ${rhost} and "
                    "below ${autodir})."}),
    global<&G::exec_map_timeout>(
        {.name = "exec_map_timeout",
         .type = kNumber,
         .default_text = "10",
         .meaning = "Seconds within which the program of an exec map must have "
                    "answered.",
         .warning = kNoSource,
         .number = {.not_positive_means = 10}}),
    both<&I::failover_verify>(
        {.name = "failover_verify",
         .type = ValueType::WordList,
         .default_text = "type,size,mtime",
         .meaning = "What must be equal for files of two replicas to be the "
                    "same when a reader is moved to another server.",
         .since = kFirst,
         .words = "type size mtime checksum"}),
    global<&G::forced_unmounts>(
        {.name = "forced_unmounts",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Unmount by force what cannot be unmounted because its "
                    "server is gone.",
         .warning = kNotYet}),
    global<&G::full_os>({.name = "full_os",
                         .default_text = "",
                         .meaning =
                             "Value of ${full_os}; not set: the system's "
                             "name and version."}),
    global<&G::fully_qualified_hosts>(
        {.name = "fully_qualified_hosts",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Give this host's name with its domain in calls to NFS "
                    "servers.",
         .warning = kNotYet}),
    global<&G::helper_processes>(
        {.name = "helper_processes",
         .type = kNumber,
         .default_text = "8",
         .meaning = "How many processes wait to carry out mounts and unmounts.",
         .since = kFirst,
         .number = {.least = 1, .most = 256},
         .only_at_start = true}),
    global<&G::hesiod_base>({.name = "hesiod_base",
                             .default_text = "automount",
                             .meaning = "Name under which Hesiod maps are "
                                        "looked up.",
                             .warning = kNoSource}),
    global<&G::karch>({.name = "karch",
                       .default_text = "",
                       .meaning = "Value of ${karch}; not set: the kernel's "
                                  "architecture (uname -m).",
                       .flag = "-k"}),
    global<&G::ldap_base>(
        {.name = "ldap_base",
         .default_text = "",
         .meaning = "Distinguished name below which LDAP maps are looked up.",
         .warning = kNoSource}),
    global<&G::ldap_cache_maxmem>(
        {.name = "ldap_cache_maxmem",
         .type = kNumber,
         .default_text = "131072",
         .meaning = "Bytes of the LDAP client's cache.",
         .warning = "LDAP libraries have had no such cache for many years; "
                    "amd's own map cache is used"}),
    global<&G::ldap_cache_seconds>(
        {.name = "ldap_cache_seconds",
         .type = kNumber,
         .default_text = "0",
         .meaning = "Seconds for which the LDAP client caches; 0: it does not.",
         .warning = "LDAP libraries have had no such cache for many years; "
                    "amd's own map cache is used"}),
    global<&G::ldap_hostports>(
        {.name = "ldap_hostports",
         .default_text = "",
         .meaning = "LDAP servers: host[:port][,host[:port]...]; needs "
                    "ldap_base.",
         .warning = kNoSource}),
    global<&G::ldap_proto_version>(
        {.name = "ldap_proto_version",
         .type = kNumber,
         .default_text = "2",
         .meaning = "Version of the LDAP protocol: 2 or 3.",
         .warning = kNoSource,
         .number = {.least = 2, .most = 3}}),
    global<&G::local_domain>(
        {.name = "local_domain",
         .default_text = "",
         .meaning = "The domain of this host; not set: what follows the first "
                    "dot of its name.",
         .flag = "-d",
         .only_at_start = true}),
    global<&G::localhost_address>(
        {.name = "localhost_address",
         .default_text = "127.0.0.1",
         .meaning = "Own address, used in amd's own NFS mounts and accepted as "
                    "the source of requests.",
         .warning = kNoLoopback,
         .only_at_start = true}),
    global<&G::log_file>(
        {.name = "log_file",
         .default_text = "",
         .meaning = "Where the log goes: a file, /dev/stderr (when not set), "
                    "syslog or syslog:facility.",
         .flag = "-l"}),
    global<&G::log_options>(
        {.name = "log_options",
         .type = kOptions,
         .default_text = "nodebug,info,nomap,nostats,user,warning",
         .meaning = "What is logged; fatal and error always are.",
         .flag = "-x",
         .words = "debug info map stats user warning",
         .groups = "all=info map stats user warning;"
                   "defaults=info user warning;error=;fatal=;warn=warning"}),
    both<&I::map_defaults>(
        {.name = "map_defaults",
         .default_text = "",
         .meaning = "Replaces the /defaults entry of the map."}),
    map_only<&M::map_name>(
        {.name = "map_name",
         .default_text = "",
         .meaning = "The map: a file, an NIS map, union:..., a program. Every "
                    "map section needs it."}),
    both<&I::map_options>(
        {.name = "map_options",
         .default_text = "",
         .meaning = "Options of the automount point, such as cache:=inc.",
         .warning = kNotYet}),
    global<&G::map_reload_interval>(
        {.name = "map_reload_interval",
         .type = kNumber,
         .default_text = "3600",
         .meaning = "Seconds between checks whether a map has changed.",
         .number = {.not_positive_means = 3600}}),
    both<&I::map_type>(
        {.name = "map_type",
         .type = kName,
         .default_text = "probe",
         .meaning = "Where the map comes from; probe: the first type that can "
                    "open it.",
         .words = "probe error exec file hesiod ldap ndbm nis nisplus passwd "
                  "root union"}),
    both<&I::mount_timeout>(
        {.name = "mount_timeout",
         .type = kNumber,
         .default_text = "40",
         .meaning = "Seconds after which an access gets an error if nothing "
                    "could be mounted.",
         .since = kFirst,
         .number = {.least = 1, .most = 86400}}),
    both<&I::mount_type>(
        {.name = "mount_type",
         .type = kWord,
         .default_text = "auto",
         .meaning = "How amd serves an automount point; auto: autofs where the "
                    "kernel has it, else NFS.",
         .words = "auto nfs autofs",
         .only_at_start = true}),
    global<&G::nfs_allow_any_interface>(
        {.name = "nfs_allow_any_interface",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Accept requests to amd's own NFS service from any "
                    "interface.",
         .warning = kNoLoopback}),
    global<&G::nfs_allow_insecure_port>(
        {.name = "nfs_allow_insecure_port",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Accept requests to amd's own NFS service from "
                    "unprivileged ports.",
         .warning = kNoLoopback}),
    both<&I::nfs_engine>(
        {.name = "nfs_engine",
         .type = kWord,
         .default_text = "auto",
         .meaning = "What mounts NFS: the kernel, or amd-nfsfs in user space; "
                    "auto: user space for read-only entries with replicas, or "
                    "when this kernel has no NFS.",
         .since = kFirst,
         .words = "auto kernel user"}),
    global<&G::nfs_proto>(
        {.name = "nfs_proto",
         .type = kWord,
         .default_text = "any",
         .meaning = "Transport of all NFS mounts; any: what the map and the "
                    "server say.",
         .words = "any udp tcp"}),
    global<&G::nfs_retransmit_counter_udp, &G::nfs_retransmit_counter_tcp,
           &G::nfs_retransmit_counter_toplvl>(
        {.name = "nfs_retransmit_counter",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "retrans= of all NFS mounts; -1: not given, 0: computed.",
         .flag = "-t",
         .same_as = "nfs_retransmit_counter_tcp nfs_retransmit_counter_toplvl "
                    "nfs_retransmit_counter_udp"}),
    global<&G::nfs_retransmit_counter_tcp>(
        {.name = "nfs_retransmit_counter_tcp",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "retrans= of NFS mounts over TCP."}),
    global<&G::nfs_retransmit_counter_toplvl>(
        {.name = "nfs_retransmit_counter_toplvl",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "retrans= of amd's own mounts.",
         .warning = kToplvl}),
    global<&G::nfs_retransmit_counter_udp>(
        {.name = "nfs_retransmit_counter_udp",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "retrans= of NFS mounts over UDP.",
         .warning = kNotYet}),
    global<&G::nfs_retry_interval_udp, &G::nfs_retry_interval_tcp,
           &G::nfs_retry_interval_toplvl>(
        {.name = "nfs_retry_interval",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "timeo= of all NFS mounts, in tenths of a second; -1: not "
                    "given, 0: 8.",
         .flag = "-t",
         .same_as = "nfs_retry_interval_tcp nfs_retry_interval_toplvl "
                    "nfs_retry_interval_udp"}),
    global<&G::nfs_retry_interval_tcp>(
        {.name = "nfs_retry_interval_tcp",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "timeo= of NFS mounts over TCP."}),
    global<&G::nfs_retry_interval_toplvl>(
        {.name = "nfs_retry_interval_toplvl",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "timeo= of amd's own mounts.",
         .warning = kToplvl}),
    global<&G::nfs_retry_interval_udp>(
        {.name = "nfs_retry_interval_udp",
         .type = kNumber,
         .default_text = "-1",
         .meaning = "timeo= of NFS mounts over UDP.",
         .warning = kNotYet}),
    global<&G::nfs_vers>({.name = "nfs_vers",
                          .type = kNumber,
                          .default_text = "0",
                          .meaning = "NFS version of all mounts: 2, 3 or 4; 0: "
                                     "what the map and the server say.",
                          .number = {.least = 2, .most = 4}}),
    global<&G::nfs_vers_ping>(
        {.name = "nfs_vers_ping",
         .type = kNumber,
         .default_text = "0",
         .meaning = "Highest NFS version that servers are pinged with: 2, 3 or "
                    "4; 0: that of the mount.",
         .warning = kNotYet,
         .number = {.least = 2, .most = 4}}),
    global<&G::nis_domain>({.name = "nis_domain",
                            .default_text = "",
                            .meaning = "The NIS domain; not set: the system's.",
                            .flag = "-y",
                            .warning = kNoSource,
                            .only_at_start = true}),
    global<&G::normalize_hostnames>(
        {.name = "normalize_hostnames",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Replace host names of maps by their official names.",
         .flag = "-n"}),
    global<&G::normalize_slashes>(
        {.name = "normalize_slashes",
         .type = kYesNo,
         .default_text = "yes",
         .meaning = "Make one slash of several, and drop trailing ones."}),
    group<&ServerGroup::order>(
        {.name = "order",
         .type = kWord,
         .default_text = "listed",
         .meaning = "Which of the group's servers that answer is taken: the "
                    "first listed, the map's first, the fastest, or each "
                    "client another.",
         .since = kFirst,
         .words = "listed map fastest spread"}),
    global<&G::os>({.name = "os",
                    .default_text = "",
                    .meaning = "Value of ${os}; not set: the system's name.",
                    .flag = "-O"}),
    global<&G::osver>({.name = "osver",
                       .default_text = "",
                       .meaning = "Value of ${osver}; not set: the system's "
                                  "version.",
                       .flag = "-o"}),
    global<&G::pid_file>({.name = "pid_file",
                          .default_text = "/dev/stdout",
                          .meaning = "Where print_pid prints.",
                          .only_at_start = true}),
    server<&S::ping_interval>(
        {.name = "ping_interval",
         .type = kNumber,
         .default_text = "0",
         .meaning = "Seconds between pings of this server; 0: as the map says "
                    "(30), -1: none.",
         .since = kFirst,
         .number = {.least = -1, .most = 86400}}),
    server<&S::ping_retries>(
        {.name = "ping_retries",
         .type = kNumber,
         .default_text = "3",
         .meaning = "Pings without an answer after which this server is Down.",
         .since = kFirst,
         .warning = kNotYet,
         .number = {.least = 1, .most = 100}}),
    server<&S::ping_timeout>(
        {.name = "ping_timeout",
         .type = kNumber,
         .default_text = "0",
         .meaning = "Milliseconds within which this server must answer a ping; "
                    "0: from measured round trips.",
         .since = kFirst,
         .number = {.least = 0, .most = 600000}}),
    global<&G::plock>({.name = "plock",
                       .type = kYesNo,
                       .default_text = "yes",
                       .meaning = "Lock amd's pages in memory.",
                       .flag = "-S",
                       .only_at_start = true}),
    global<&G::portmap_program>(
        {.name = "portmap_program",
         .type = kNumber,
         .default_text = "300019",
         .meaning = "RPC program number of amq, 300019 to 300029.",
         .number = {.least = 300019, .most = 300029},
         .only_at_start = true}),
    global<&G::preferred_amq_port>(
        {.name = "preferred_amq_port",
         .type = kNumber,
         .default_text = "0",
         .meaning = "TCP and UDP port of the amq service; 0: any.",
         .number = {.least = 0, .most = 65535},
         .only_at_start = true}),
    global<&G::print_pid>({.name = "print_pid",
                           .type = kYesNo,
                           .default_text = "no",
                           .meaning = "Print the process id into pid_file.",
                           .flag = "-p",
                           .only_at_start = true}),
    global<&G::print_version>(
        {.name = "print_version",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Print the version text at the start.",
         .only_at_start = true}),
    global<&G::restart_mounts>(
        {.name = "restart_mounts",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Adopt file systems that are mounted already.",
         .flag = "-r",
         .only_at_start = true}),
    both<&I::search_path>(
        {.name = "search_path",
         .default_text = "",
         .meaning = "Directories, separated by colons, where map files without "
                    "a slash in their name are looked for."}),
    global<&G::selectors_in_defaults>(
        {.name = "selectors_in_defaults",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Evaluate selectors in the /defaults entry."}),
    global<&G::selectors_in_defaults>(
        {.name = "selectors_on_default",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Old name of selectors_in_defaults.",
         .same_as = "selectors_in_defaults"}),
    both<&I::server_order>(
        {.name = "server_order",
         .type = kWord,
         .default_text = "map",
         .meaning = "Which of the servers that answer is taken: the map's "
                    "first, the fastest, or each client another.",
         .since = kFirst,
         .words = "map fastest spread"}),
    global<&G::show_statfs_entries>(
        {.name = "show_statfs_entries",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "df on a browsable automount point shows the number of "
                    "keys as its size.",
         .warning = kNoLoopback}),
    global<&G::state_dir>(
        {.name = "state_dir",
         .type = kPath,
         .default_text = "/run/amd",
         .meaning = "Directory of what must outlive the daemon.",
         .since = kFirst,
         .only_at_start = true}),
    both<&I::strict_expire>(
        {.name = "strict_expire",
         .type = kYesNo,
         .default_text = "yes",
         .meaning = "What only looks (statfs, getattr) does not keep a file "
                    "system mounted.",
         .since = kFirst,
         .warning = kNotYet}),
    both<&I::sun_map_syntax>(
        {.name = "sun_map_syntax",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "The map is in the syntax of Sun's automounter."}),
    map_only<&M::tag>(
        {.name = "tag",
         .default_text = "",
         .meaning = "A map with a tag is used only if amd was started with the "
                    "same -T."}),
    global<&G::truncate_log>(
        {.name = "truncate_log",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Empty the log file when it is opened.",
         .only_at_start = true}),
    global<&G::unmount_on_exit>(
        {.name = "unmount_on_exit",
         .type = kYesNo,
         .default_text = "no",
         .meaning = "Unmount all file systems when amd stops."}),
    global<&G::use_tcpwrappers>(
        {.name = "use_tcpwrappers",
         .type = kYesNo,
         .default_text = "yes",
         .meaning = "Ask hosts.allow and hosts.deny about amq's callers.",
         .warning = "there are no TCP wrappers; amq answers this host only, "
                    "and others by the access rules of the libconfig form"}),
    global<&G::vendor>({.name = "vendor",
                        .default_text = "",
                        .meaning = "Value of ${vendor}; not set: the "
                                   "machine's."}),
};

}  // namespace

std::span<const Parameter> parameters() {
  return kParameters;
}

}  // namespace amd::conf
