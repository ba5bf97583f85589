// SPDX-License-Identifier: BSD-3-Clause
// Entries as lines of a Sun map, as far as they can be said there.

#pragma once

#include <string>
#include <vector>

#include "amd/amdmap/flat_location.h"
#include "amd/amdmap/map_file.h"

namespace amd::amdmap {

struct SunLine {
  std::string text;  // without newline; empty if there were errors
  std::vector<maplang::Diagnostic> errors;
};

SunLine to_sun(const MapEntry& entry,
               const std::vector<maplang::Item>& defaults);

}  // namespace amd::amdmap
