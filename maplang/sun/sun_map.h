// SPDX-License-Identifier: BSD-3-Clause
// A whole Sun map as trees.

#pragma once

#include <string>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"
#include "maplang/syntax/source_text.h"

namespace amd::maplang {

struct SunMapEntry {
  std::string key;
  SourceRange key_range;
  std::string value;  // in amd's syntax
  Entry entry;
};

// `+name`: the keys of another map, for keys that are not found before it.
struct SunInclude {
  std::string name;
  SourceRange range;
};

struct SunMap {
  std::vector<SunMapEntry> entries;
  std::vector<SunInclude> includes;
  std::vector<Diagnostic> diagnostics;
};

// `master_options` are those of the master map's line, without the dash.
SunMap parse_sun_map(const SourceText& source,
                     std::string_view master_options = "");

}  // namespace amd::maplang
