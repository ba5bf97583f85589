// SPDX-License-Identifier: BSD-3-Clause
// A status report as JSON (`amq --json`).  Pure.
//
// The schema is stable; members may be added.  Instants are RFC 3339 in UTC,
// durations are seconds with a fraction.

#pragma once

#include <string>

#include "amd/status/status_source.h"

namespace amd {

std::string status_json(const StatusReport& report);

}  // namespace amd
