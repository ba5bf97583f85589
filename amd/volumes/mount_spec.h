// SPDX-License-Identifier: BSD-3-Clause
// What to mount, where and how: all that a Mounter needs to know.
//
// Made by amd/fstypes from a location, carried out by amd/mounting.  Plain
// values; nothing here touches the system.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace amd {

// mount(2) MS_BIND of a directory or file that is already there.
struct BindMount {
  std::string source{};
  bool operator==(const BindMount&) const = default;
};

// A symbolic link at the target instead of a mount.
struct SymbolicLink {
  std::string text{};
  bool operator==(const SymbolicLink&) const = default;
};

// One server's copy of an NFS file system.
struct NfsReplica {
  std::string server{};         // as the map names it (normalised)
  std::string path{};           // path on the server (rfs)
  std::string address{};        // numeric IPv4/IPv6, empty: not resolved yet
  std::uint16_t port = 0;       // NFS service, 0: not known
  std::uint16_t mountport = 0;  // MOUNT service, 0: not known
  std::string root_handle{};  // v3 file handle of `path`, empty: not asked yet
  bool operator==(const NfsReplica&) const = default;
};

// An NFS file system through the kernel's client.
struct KernelNfsMount {
  NfsReplica replica{};
  int version = 3;         // 2, 3 or 4
  int minor_version = -1;  // of version 4; -1: the kernel's choice
  std::string protocol = "tcp";
  bool operator==(const KernelNfsMount&) const = default;
};

// An NFS file system through the userspace engine (amd/nfsfs).  Replicas are
// in the order of preference; the first one answered just now.
struct UserNfsMount {
  std::vector<NfsReplica> replicas{};
  bool operator==(const UserNfsMount&) const = default;
};

// Any other file system of the kernel.
struct KernelMount {
  std::string fstype{};  // as in /proc/filesystems
  std::string device{};
  bool operator==(const KernelMount&) const = default;
};

// A program that mounts (type:=program).  Words as the map splits them: the
// first is the path to execute, the others argv[0] and on.
struct ProgramMount {
  std::vector<std::string> mount{};
  std::vector<std::string> unmount{};
  bool operator==(const ProgramMount&) const = default;
};

using MountMethod = std::variant<BindMount, SymbolicLink, KernelNfsMount,
                                 UserNfsMount, KernelMount, ProgramMount>;

struct MountSpec {
  MountMethod method{};
  std::string target{};   // absolute; made (mode 0555, with parents) if missing
  std::string options{};  // the map's option string: "ro,soft,intr"
  std::string type{};     // amd's name for it: "nfs", "link", "lofs" ...
  std::string origin{};   // "file:line:col" of the location, for messages
  bool operator==(const MountSpec&) const = default;
};

// "server1:/share", "/usr", "/dev/sda1": the first column of a mount table.
std::string source_of(const MountMethod& method);

// "server1:/share on /file/tree", "/usr on /file/local": for logs.
std::string to_text(const MountSpec& spec);

// The servers that the file system comes from; empty for local ones.
std::vector<std::string> servers_of(const MountSpec& spec);

}  // namespace amd
