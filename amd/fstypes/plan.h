// SPDX-License-Identifier: BSD-3-Clause
// What has to be done so that a name leads to the files of a location.
//
// Plain values, made by types.h; carried out by amd/tree.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/volumes/mount_spec.h"

namespace amd {

// `nfs_engine` of amd.conf: who mounts NFS locations.
enum class NfsEngine {
  Auto,  // the userspace engine for read-only entries with replicas, and
         // where the kernel has no NFS; the kernel else
  Kernel,
  User,
};

// Settings and facts of this system, the same for all names.
struct PlanSettings {
  std::string auto_dir = "/a";
  bool use_lofs = true;  // autofs_use_lofs: show links as bind mounts
  NfsEngine nfs_engine = NfsEngine::Auto;
  bool kernel_has_nfs = true;
  std::set<std::string> kernel_types;  // /proc/filesystems
  int nfs_version = 0;                 // nfs_vers: overrides the map; 0: unset
  std::string nfs_protocol;            // nfs_proto: the same; empty: unset
  // "timeo=7,retrans=3" of amd.conf: put in front of a map's options, and so
  // stronger.
  std::string nfs_first_options;
};

// Where the name is.
struct PlanContext {
  std::string path;      // "/file/tree"
  bool in_place = true;  // mount on `path` itself where the type allows it
  std::string map_name;  // of the automount point
  std::string key_prefix;
  std::string name;
};

// An automount point below the name (type:=auto).
struct NestedMap {
  std::string map_name;
  std::string key_prefix;
  std::string map_type;
  std::string defaults;  // handed down
  bool operator==(const NestedMap&) const = default;
};

struct Plan {
  std::string type;       // as in the map
  std::string info;       // what amq shows as the source
  std::string link_text;  // where the name leads
  std::string origin;     // "file:line:col" of the location

  // NFS: who may serve it, in the map's order; `mount` has no server yet.
  std::vector<NfsReplica> replicas;
  int nfs_version = 0;  // asked for by the map; 0: any
  std::string nfs_protocol = "tcp";
  bool web_nfs = false;
  std::string remote_options;  // remopts, for servers far away

  std::optional<MountSpec> mount;   // to be mounted first
  std::vector<MountSpec> faces;     // then the first of these that works
  std::optional<NestedMap> nested;  // instead of all that
  std::string must_exist;           // linkx: fails unless this path exists

  Seconds delay{0};             // since the access, before it is tried
  bool never_expires = false;   // only unmounted at exit and by amq
  std::optional<Seconds> idle;  // utimeout: instead of cache_duration
  bool operator==(const Plan&) const = default;
};

}  // namespace amd
