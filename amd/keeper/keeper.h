// SPDX-License-Identifier: BSD-3-Clause
// How amd and the userspace NFS engine talk to the keeper.
//
// The keeper is the parent of both.  It holds descriptors under names, each
// with a few bytes of description, so that they outlive the process that put
// them there; it starts amd and the engine again when they die.  Every process
// that it starts finds its channel, a SOCK_SEQPACKET socket, in the environment
// (kKeeperFdVariable).  Requests are answered in order.
//
// Names mean nothing to the keeper but for "autofs:...": an autofs control
// descriptor, through which it sets the mount catatonic when amd cannot be
// started any more, so that nobody waits there for ever.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"

namespace amd {

inline constexpr const char* kKeeperFdVariable = "AMD_KEEPER_FD";
// The engine's listening socket, in its environment.
inline constexpr const char* kEngineFdVariable = "AMD_ENGINE_FD";

// A thing that the keeper holds.
struct Kept {
  std::string name;         // "fuse:12", "autofs:/file", at most 4000 bytes
  std::string description;  // the putter's own text, at most 32 kB
  UniqueFd fd;
};

// A process's end of its channel.  The calls wait for the keeper's answer,
// which is a matter of microseconds: the keeper does nothing that can wait.
// (The one exception to "nothing on the loop waits"; a keeper that does not
// answer within a second is an error.)
class KeeperClient {
 public:
  // From the environment; an error when this process has no keeper (then the
  // caller goes on without: nothing survives it).
  [[nodiscard]] static Result<KeeperClient> connect();
  explicit KeeperClient(UniqueFd channel);

  // Replaces what is held under the same name.
  [[nodiscard]] Result<void> put(const std::string& name,
                                 const std::string& description, int fd);
  // Everything held whose name begins with `prefix` (duplicates, ours now).
  [[nodiscard]] Result<std::vector<Kept>> get(const std::string& prefix);
  [[nodiscard]] Result<void> drop(const std::string& name);
  // Starts the engine unless it runs; the address to connect to it (a Unix
  // SOCK_SEQPACKET listening socket that the keeper holds, so that connecting
  // works, and waits, while the engine is between two lives).  "@x" is the
  // abstract name "\0x".
  [[nodiscard]] Result<std::string> engine_address();

 private:
  UniqueFd channel_;
};

}  // namespace amd
