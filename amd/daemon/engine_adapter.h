// SPDX-License-Identifier: BSD-3-Clause
// The mounter's way to the userspace NFS engine (EngineLink over EngineClient).

#pragma once

#include <map>
#include <string>

#include "amd/mounting/engine_link.h"
#include "amd/nfsfs/engine_client.h"

namespace amd {

class EngineAdapter : public EngineLink {
 public:
  // `client` outlives this.
  EngineAdapter(EngineClient& client, FailoverSettings settings);

  void start_attach(const MountSpec& spec, UniqueFd fuse, std::uint64_t device,
                    Done done) override;
  void detach(const MountSpec& spec) override;
  // It serves, or is about to serve, a file system for this process.
  bool is_in_use() const { return !id_by_target_.empty(); }

 private:
  std::string new_id();

  EngineClient& client_;
  FailoverSettings settings_;
  std::string life_;  // tells the ids of this process from an earlier one's
  std::uint64_t next_ = 1;
  std::map<std::string, std::string> id_by_target_;
};

}  // namespace amd
