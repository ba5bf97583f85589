// SPDX-License-Identifier: BSD-3-Clause
// The AMQ program: version 1 as amq and its kin have always spoken it, version
// 2 with everything as JSON.
//
// Everybody on this machine may look; only its root may unmount, flush or
// change the log.  Nothing here blocks: a synchronous unmount is answered when
// it is over.

#pragma once

#include "amd/rpc/service.h"
#include "amd/status/status_source.h"

namespace amd {

// Adds both versions of `program` (portmap_program of amd.conf) to
// `dispatcher`.  `source` outlives it.
void add_amq_service(rpc::Dispatcher& dispatcher, uint32_t program,
                     StatusSource& source);

}  // namespace amd
