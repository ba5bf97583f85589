// SPDX-License-Identifier: BSD-3-Clause
// Which known word a misspelt one was probably meant to be.

#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace amd::conf {

// The number of insertions, deletions, replacements and swaps of neighbours
// that turn `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `words`, unless even that is far away; the first among
// equals.  Case, `-` and `_` do not count.
std::optional<std::string_view> nearest(
    std::string_view word, std::span<const std::string_view> words);

}  // namespace amd::conf
