// SPDX-License-Identifier: BSD-3-Clause
// Settings with random values, for the properties that hold for all of them.

#pragma once

#include <cstdint>

#include "conf/settings.h"

namespace amd::conf {

enum class WithStructures { No, Yes };

// Valid settings: every parameter may have any value that it allows, texts
// hold blanks, quotes, control bytes and whatever else.  The same seed gives
// the same settings.
Settings random_settings(uint32_t seed, WithStructures with_structures);

}  // namespace amd::conf
