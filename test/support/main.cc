// SPDX-License-Identifier: BSD-3-Clause
// The main function of every test program; ends with "N passed, N failed".

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <cstdio>

namespace {

// Prints the closing line that test/check adds up over all programs.
struct ClosingLine : Catch::TestEventListenerBase {
  using TestEventListenerBase::TestEventListenerBase;
  void testRunEnded(const Catch::TestRunStats& stats) override {
    std::printf("%zu passed, %zu failed\n", stats.totals.testCases.passed,
                stats.totals.testCases.failed);
  }
};

}  // namespace

CATCH_REGISTER_LISTENER(ClosingLine)
