// SPDX-License-Identifier: BSD-3-Clause
// A map's option string as the kernel wants it: flags and a data text.
//
// Pure functions.  Words that only amd understands (ping=, utimeout=,
// nounmount ...) never reach the kernel.  A word that this file system type
// cannot know is dropped, as amd does, rather than failing the mount.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amd/base/result.h"
#include "amd/volumes/mount_spec.h"

namespace amd {

// mount(2)'s flags (MS_RDONLY ...) and what is left of the options.
struct KernelOptions {
  unsigned long flags = 0;
  std::string data;
  bool operator==(const KernelOptions&) const = default;
};

// Options of any local file system type: generic words become flags, words of
// amd and of NFS are dropped, the rest is the data.  Of "ro" and "rw" the last
// one counts.
KernelOptions kernel_options(std::string_view options);

// Options of the kernel's NFS client for one replica whose address is known.
struct NfsOptions {
  std::string fstype;  // "nfs" or "nfs4"
  unsigned long flags = 0;
  // What to try in this order, as long as the server does not know the
  // version (EPROTONOSUPPORT): more than one only for version 4 without a
  // minor version.
  std::vector<std::string> data;
  // No "lock", "nolock" or "local_lock" was given: to be mounted with "nolock"
  // when this host runs no rpc.statd.
  bool lock_is_open = false;
};
[[nodiscard]] Result<NfsOptions> nfs_options(const KernelNfsMount& mount,
                                             std::string_view options);

// "server:/path", "[fe80::1]:/path": the source of an NFS mount.
std::string nfs_source(const NfsReplica& replica);

}  // namespace amd
