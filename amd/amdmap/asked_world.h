// SPDX-License-Identifier: BSD-3-Clause
// Answers the questions of an entry on this machine, at once.  It may wait for
// name services and dead mounts: amdmap is no daemon.

#pragma once

#include <string_view>

#include "maplang/eval/facts.h"
#include "maplang/eval/questions.h"

namespace amd::amdmap {

maplang::Answers ask_world(const maplang::Entry& entry,
                           std::string_view defaults_text,
                           const maplang::HostFacts& host,
                           const maplang::LookupFacts& lookup);

}  // namespace amd::amdmap
