// SPDX-License-Identifier: BSD-3-Clause
// The options of a map entry that the engine acts on.

#pragma once

#include <cstdint>
#include <string_view>

#include "amd/base/clock.h"
#include "amd/base/result.h"

namespace amd::nfsfs {

struct MountOptions {
  bool read_only = false;
  bool soft = false;  // an error in place of waiting for ever
  bool intr = false;  // any caught signal ends a wait, not only a deadly one
  Milliseconds timeo{3000};
  unsigned retrans = 2;
  uint32_t rsize = 1024 * 1024;
  uint16_t port = 0;
  uint16_t mountport = 0;
  // How long attributes are believed: a tenth of the object's age, between
  // these two.
  Seconds acregmin{3};
  Seconds acregmax{60};
  Seconds acdirmin{30};
  Seconds acdirmax{60};
  bool noac = false;

  // When a soft mount gives up.
  Milliseconds patience() const { return timeo * (retrans + 1); }
};

// Unknown options are left to others.  EINVAL: a number that is none;
// EOPNOTSUPP: security that only the kernel's client has (sec=krb5...).
[[nodiscard]] Result<MountOptions> parse_mount_options(std::string_view text);

}  // namespace amd::nfsfs
