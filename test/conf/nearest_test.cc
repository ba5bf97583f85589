// SPDX-License-Identifier: BSD-3-Clause
#include "conf/nearest.h"

#include <array>
#include <catch2/catch.hpp>

using namespace amd::conf;

TEST_CASE("the edit distance counts swaps of neighbours as one", "[conf]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("plock", "plock") == 0);
  CHECK(edit_distance("plock", "polck") == 1);
  CHECK(edit_distance("auto_dir", "autodir") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest word is found unless all are far away", "[conf]") {
  constexpr std::array<std::string_view, 3> words = {"auto_dir", "arch", "os"};

  CHECK(nearest("auto-dir", words) == "auto_dir");
  CHECK(nearest("AUTO_DIR", words) == "auto_dir");
  CHECK(nearest("atuo_dri", words) == "auto_dir");
  CHECK(nearest("acrh", words) == "arch");
  CHECK_FALSE(nearest("completely_different", words));
  CHECK_FALSE(nearest("", words));
  CHECK_FALSE(nearest(std::string(100000, 'a'), words));
}
