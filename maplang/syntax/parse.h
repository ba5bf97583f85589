// SPDX-License-Identifier: BSD-3-Clause
// Values of amd maps to trees.  Lines are in map_lines.h, large files in
// map_index.h.
//
// Nothing here fails: what cannot be understood becomes Junk and a Diagnostic,
// and the items, locations and entries beside it are not touched.

#pragma once

#include <string_view>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"

namespace amd::maplang {

struct ParsedEntry {
  Entry entry;
  std::vector<Diagnostic> diagnostics;
};

// The value of a key (without the key, continuation lines joined).
ParsedEntry parse_entry(std::string_view value, ValueOrigin origin);

struct ParsedItems {
  std::vector<Item> items;
  std::vector<Diagnostic> diagnostics;
};

// One word of a value, taken as a location whatever it begins with; blanks do
// not end it.  `offset` is where it begins in the value of `origin`.
ParsedItems parse_word(std::string_view word, const ValueOrigin& origin,
                       size_t offset);

// The words of a value, as amd cuts it: at white space outside double quotes,
// where the byte after an opening quote is never looked at (so "" does not
// close) and a backslash does not protect a quote.
struct RawWord {
  size_t offset = 0;
  std::string_view text;
};
std::vector<RawWord> split_words(std::string_view value);

}  // namespace amd::maplang
