// SPDX-License-Identifier: BSD-3-Clause
// amd's side of the conversation with the userspace NFS engine.
//
// Connects when there is something to say, and again when the engine was
// started anew; what was asked and not answered is then asked again, so that
// an attach survives the engine's death.  Mounts that are attached need no
// client: the engine and the keeper look after them while amd is away.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "amd/base/loop.h"
#include "amd/base/result.h"
#include "amd/base/unique_fd.h"
#include "amd/nfsfs/control.h"

namespace amd {

class EngineClient {
 public:
  using Done = std::function<void(Result<void>)>;
  using StatusDone = std::function<void(Result<EngineStatus>)>;

  // `find_engine` gives the engine's address as KeeperClient::engine_address()
  // does ("@x": the abstract socket "\0x"; else a path).
  EngineClient(Loop& loop, std::function<Result<std::string>()> find_engine);
  ~EngineClient();

  // Hands a FUSE file system over: `fuse` is the /dev/fuse descriptor of a
  // mount(2) or fsmount(2) that has been made already, since the engine
  // answers the kernel as soon as it has it.  Done: success when a replica can
  // serve; else why none can (then unmount it; the engine has let go of it).
  // Give a deadline by calling start_detach, which ends a pending attach with
  // ECANCELED.
  void start_attach(const AttachRequest& request, UniqueFd fuse, Done done);
  // Lets go of a file system after it was unmounted.  Not being there is
  // success.
  void start_detach(const std::string& id, Done done);
  // Moves every file system away from `server` now; it is used again when
  // nothing else answers, or after start_drain of another one.
  void start_drain(const std::string& server, Done done);
  // The levels that the engine logs, in the words of log::set_options.
  void start_log_options(const std::string& options, Done done);
  void start_status(StatusDone done);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amd
