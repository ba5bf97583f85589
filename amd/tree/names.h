// SPDX-License-Identifier: BSD-3-Clause
// What a front end asks of the tree: names below automount points.
//
// The tree (tree.h) is the implementation; front ends see only this, so that
// their tests need no tree.  All calls come from the loop and return at once.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "amd/base/error.h"
#include "amd/tree/lookup_reply.h"

namespace amd {

// An automount point, as the tree numbers them from 1; never used again.
enum class PointId : std::uint32_t {};

// Who accesses a name, as far as the front end knows.
struct Requester {
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};

class Names {
 public:
  virtual ~Names() = default;

  // A process waits for `name` in `point`.  Answered with 0 when the name is
  // there, else ENOENT, EACCES, ETIMEDOUT, EHOSTUNREACH, EIO ...  The kernel
  // asks only for what it does not see: a name that the tree believes mounted
  // is mounted again.
  virtual void lookup(PointId point, std::string_view name,
                      const Requester& who, LookupReply reply) = 0;

  // The kernel thinks that `name` is idle.  Answered with 0 when it has been
  // unmounted (or was not there), EBUSY when it stays.
  virtual void expire(PointId point, std::string_view name,
                      LookupReply reply) = 0;

  // The point is gone without our doing (somebody unmounted it).
  virtual void on_point_lost(PointId point, const Error& why) = 0;
};

}  // namespace amd
