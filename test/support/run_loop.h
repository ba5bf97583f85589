// SPDX-License-Identifier: BSD-3-Clause
// Turns a real Loop until something has happened.

#pragma once

#include <functional>

#include "amd/base/loop.h"

namespace amd::test {

// Runs `loop` until `done()` or until `limit` has passed; true in the first
// case.
bool run_until(Loop& loop, const std::function<bool()>& done,
               Duration limit = Seconds(5));

}  // namespace amd::test
