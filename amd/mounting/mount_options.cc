// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/mount_options.h"

#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <set>

namespace amd {

namespace {

struct FlagWord {
  std::string_view word;
  unsigned long set;
  unsigned long clear;
};

constexpr std::array<FlagWord, 22> kFlagWords = {{
    {"ro", MS_RDONLY, 0},
    {"rw", 0, MS_RDONLY},
    {"suid", 0, MS_NOSUID},
    {"nosuid", MS_NOSUID, 0},
    {"dev", 0, MS_NODEV},
    {"nodev", MS_NODEV, 0},
    {"exec", 0, MS_NOEXEC},
    {"noexec", MS_NOEXEC, 0},
    {"sync", MS_SYNCHRONOUS, 0},
    {"synchronous", MS_SYNCHRONOUS, 0},
    {"async", 0, MS_SYNCHRONOUS},
    {"dirsync", MS_DIRSYNC, 0},
    {"mand", MS_MANDLOCK, 0},
    {"mandlock", MS_MANDLOCK, 0},
    {"nomand", 0, MS_MANDLOCK},
    {"atime", 0, MS_NOATIME},
    {"noatime", MS_NOATIME, 0},
    {"diratime", 0, MS_NODIRATIME},
    {"nodiratime", MS_NODIRATIME, 0},
    {"relatime", MS_RELATIME, MS_NOATIME | MS_STRICTATIME},
    {"strictatime", MS_STRICTATIME, MS_NOATIME | MS_RELATIME},
    {"silent", MS_SILENT, 0},
}};

// Words that amd, mount(8) or /etc/fstab understand, and no file system.
constexpr std::array<std::string_view, 24> kOwnWords = {
    "ping",     "unmount",    "umount",       "nounmount", "noumount",
    "utimeout", "browsable",  "browse",       "nobrowse",  "fullybrowsable",
    "retry",    "softlookup", "nosoftlookup", "public",    "nfsv2",
    "type",     "defaults",   "auto",         "noauto",    "user",
    "nouser",   "_netdev",    "loop",         "nofail"};

// Words of the kernel's NFS client that are handed through as they are.
constexpr std::array<std::string_view, 49> kNfsWords = {"ac",
                                                        "noac",
                                                        "acdirmax",
                                                        "acdirmin",
                                                        "acl",
                                                        "noacl",
                                                        "acregmax",
                                                        "acregmin",
                                                        "actimeo",
                                                        "alignwrite",
                                                        "noalignwrite",
                                                        "bg",
                                                        "fg",
                                                        "bsize",
                                                        "cto",
                                                        "nocto",
                                                        "fsc",
                                                        "nofsc",
                                                        "hard",
                                                        "soft",
                                                        "softerr",
                                                        "softreval",
                                                        "nosoftreval",
                                                        "intr",
                                                        "nointr",
                                                        "local_lock",
                                                        "lock",
                                                        "nolock",
                                                        "lookupcache",
                                                        "max_connect",
                                                        "migration",
                                                        "nomigration",
                                                        "namlen",
                                                        "nconnect",
                                                        "posix",
                                                        "noposix",
                                                        "rdirplus",
                                                        "nordirplus",
                                                        "resvport",
                                                        "noresvport",
                                                        "retrans",
                                                        "rsize",
                                                        "sec",
                                                        "sharecache",
                                                        "nosharecache",
                                                        "timeo",
                                                        "trunkdiscovery",
                                                        "wsize",
                                                        "xprtsec"};

// NFS words that MountSpec carries as fields.
constexpr std::array<std::string_view, 15> kNfsFields = {
    "vers",      "nfsvers",   "minorversion", "proto",     "tcp",
    "udp",       "rdma",      "port",         "mountport", "mountproto",
    "mountvers", "mountaddr", "mounthost",    "addr",      "clientaddr"};

// NFS words whose value is a number; amd writes them in C notation.
constexpr std::array<std::string_view, 13> kNumericWords = {
    "acdirmax", "acdirmin",    "acregmax", "acregmin", "actimeo",
    "bsize",    "max_connect", "namlen",   "nconnect", "retrans",
    "rsize",    "timeo",       "wsize"};

template <size_t n>
bool is_in(const std::array<std::string_view, n>& words, std::string_view w) {
  return std::find(words.begin(), words.end(), w) != words.end();
}

std::string_view name_of(std::string_view word) {
  return word.substr(0, word.find('='));
}

std::vector<std::string_view> split(std::string_view options) {
  if (!options.empty() && options.front() == '-') options.remove_prefix(1);
  std::vector<std::string_view> words;
  while (!options.empty()) {
    const size_t end = std::min(options.find(','), options.size());
    if (end != 0) words.push_back(options.substr(0, end));
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return words;
}

// True: the word was a generic one.
bool apply_flag(std::string_view word, unsigned long& flags) {
  for (const FlagWord& f : kFlagWords) {
    if (f.word != word) continue;
    flags = (flags & ~f.clear) | f.set;
    return true;
  }
  return false;
}

void append(std::string& data, std::string_view word) {
  if (!data.empty()) data += ',';
  data += word;
}

// "rsize=0x400" as "rsize=1024"; nothing when the value is no number.
std::optional<std::string> decimal(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string value(word.substr(equals + 1));
  char* end = nullptr;
  errno = 0;
  const unsigned long n = std::strtoul(value.c_str(), &end, 0);
  if (value.empty() || value.front() == '-' || *end != '\0' || errno != 0 ||
      n > 0x7fffffff)
    return std::nullopt;
  return std::string(word.substr(0, equals + 1)) + std::to_string(n);
}

// The words of the map that the kernel's NFS client knows.
std::string nfs_words(std::string_view options, unsigned long& flags,
                      bool& lock_is_open) {
  std::string data;
  std::set<std::string_view> seen;  // the first one of a name counts
  lock_is_open = true;
  for (const std::string_view word : split(options)) {
    const std::string_view name = name_of(word);
    if (apply_flag(word, flags) || !is_in(kNfsWords, name)) continue;
    if (name == "lock" || name == "nolock" || name == "local_lock")
      lock_is_open = false;
    if (name != word && !seen.insert(name).second) continue;
    if (!is_in(kNumericWords, name))
      append(data, word);
    else if (const auto number = decimal(word))
      append(data, *number);
  }
  return data;
}

bool is_ipv6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

// "tcp6" for an IPv6 address: the kernel wants the family to agree.
std::string protocol_of(const KernelNfsMount& mount) {
  const std::string& p = mount.protocol.empty() ? "tcp" : mount.protocol;
  if (!is_ipv6(mount.replica.address) || p.back() == '6') return p;
  return p + "6";
}

// What the kernel needs for its own MOUNT call (versions 2 and 3).
std::string mount_service(const KernelNfsMount& mount) {
  std::string data = ",mountaddr=" + mount.replica.address;
  data += ",mountproto=" + protocol_of(mount);
  data += mount.version == 2 ? ",mountvers=1" : ",mountvers=3";
  if (mount.replica.mountport != 0)
    data += ",mountport=" + std::to_string(mount.replica.mountport);
  return data;
}

std::vector<std::string> versions_of(const KernelNfsMount& mount) {
  const std::string major = "vers=" + std::to_string(mount.version);
  if (mount.version != 4) return {major};
  if (mount.minor_version >= 0)
    return {major + "." + std::to_string(mount.minor_version)};
  return {major + ".2", major + ".1", major + ".0"};
}

}  // namespace

KernelOptions kernel_options(std::string_view options) {
  KernelOptions result;
  for (const std::string_view word : split(options)) {
    const std::string_view name = name_of(word);
    if (apply_flag(word, result.flags) || is_in(kOwnWords, name)) continue;
    // ext4 and others know "acl" as well.
    const bool is_acl = name == "acl" || name == "noacl";
    if ((is_in(kNfsWords, name) && !is_acl) || is_in(kNfsFields, name))
      continue;
    append(result.data, word);
  }
  return result;
}

Result<NfsOptions> nfs_options(const KernelNfsMount& mount,
                               std::string_view options) {
  const NfsReplica& replica = mount.replica;
  if (mount.version < 2 || mount.version > 4)
    return fail(EPROTONOSUPPORT,
                "NFS version " + std::to_string(mount.version));
  if (replica.address.empty())
    return fail(EHOSTUNREACH, "no address of " + replica.server);

  NfsOptions result;
  result.fstype = mount.version == 4 ? "nfs4" : "nfs";
  std::string common = nfs_words(options, result.flags, result.lock_is_open);
  append(common, "proto=" + protocol_of(mount));
  append(common, "addr=" + replica.address);
  if (replica.port != 0) append(common, "port=" + std::to_string(replica.port));
  if (mount.version != 4) common += mount_service(mount);
  if (mount.version == 4) result.lock_is_open = false;
  for (const std::string& version : versions_of(mount))
    result.data.push_back(common + "," + version);
  return result;
}

std::string nfs_source(const NfsReplica& replica) {
  if (is_ipv6(replica.server) && replica.server.front() != '[')
    return "[" + replica.server + "]:" + replica.path;
  return replica.server + ":" + replica.path;
}

}  // namespace amd
