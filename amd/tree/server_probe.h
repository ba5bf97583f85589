// SPDX-License-Identifier: BSD-3-Clause
// The seam through which the tree asks a server for a file system before
// anything is mounted: resolves its name, finds its ports, asks MOUNT for the
// root's handle.  A server that accepts connections and then says nothing is
// found out here, and never handed to mount(2).
//
// start() returns at once; `done` is called exactly once, from the loop, never
// from inside start(), unless cancel() came first: then not at all.  There is
// no deadline in here: whoever asks cancels.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "amd/base/clock.h"
#include "amd/base/result.h"
#include "amd/volumes/mount_spec.h"

namespace amd {

enum class ProbeId : std::uint64_t {};

// What to ask for: the server and path, and what the map's options say.
struct ProbeRequest {
  NfsReplica replica;  // server and path set; the ports when the map sets them
  int version = 0;     // 0: any, else 2, 3 or 4
  std::string protocol = "tcp";
  bool public_handle = false;  // WebNFS: no MOUNT call
};

class ServerProbe {
 public:
  // The replica with address, ports and root handle filled in, and the NFS
  // version that client and server share.
  struct Answer {
    NfsReplica replica;
    int version = 3;
  };
  using Done = std::function<void(Result<Answer>)>;

  virtual ~ServerProbe() = default;
  virtual void start(ProbeId id, const ProbeRequest& request, Done done) = 0;
  virtual void cancel(ProbeId id) = 0;
};

}  // namespace amd
