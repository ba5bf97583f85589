// SPDX-License-Identifier: BSD-3-Clause
// When is an object of one replica the same as that of another?

#pragma once

#include <string>
#include <string_view>

#include "amd/base/result.h"
#include "amd/rpc/nfs3_types.h"

namespace amd::nfsfs {

// The type always counts.  Directories are compared by type alone (their sizes
// and times are the server's affair), symbolic links by type and size.
struct SamenessPolicy {
  bool size = true;
  bool mtime = true;
};

// "type,size,mtime" or fewer of these words.
[[nodiscard]] Result<SamenessPolicy> parse_sameness(std::string_view words);

// How `other` differs from `known`: "size 5, not 7"; empty when it does not.
std::string difference(const SamenessPolicy& policy, const rpc::fattr3& known,
                       const rpc::fattr3& other);

// Changes whenever the object does, as seen on one server.
uint64_t change_tag(const rpc::fattr3& attributes);

}  // namespace amd::nfsfs
