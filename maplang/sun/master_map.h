// SPDX-License-Identifier: BSD-3-Clause
// auto_master (Solaris) and auto.master (Linux): which map is mounted where.

#pragma once

#include <string>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"
#include "maplang/syntax/source_text.h"

namespace amd::maplang {

struct MasterEntry {
  enum class Kind {
    Map,     // `map` is the name of a Sun map
    Hosts,   // -hosts: every server's exports under its name
    Null,    // -null: cancels what an included map says of the directory
    Inline,  // `value` is a Sun entry itself: the directory is its mount point
  };
  Kind kind = Kind::Map;
  std::string directory;  // "/-": a direct map, whose keys are full paths
  std::string map;        // without its type
  std::string map_type;   // "file", "yp", "program" ...; empty: not given
  std::string options;    // for all entries, without the dash
  std::string value;
  SourceRange range;  // of the line's first word
  ValueOrigin value_origin;

  bool is_direct() const { return directory == "/-"; }
};

// `+name`: the entries of another master map belong here.  The first entry of
// a directory counts.
struct MasterInclude {
  std::string name;
  size_t before_entry = 0;  // index into `entries`
  SourceRange range;
};

struct MasterMap {
  std::vector<MasterEntry> entries;
  std::vector<MasterInclude> includes;
  std::vector<Diagnostic> diagnostics;
};

MasterMap parse_master_map(const SourceText& source);

// The amd value that serves any key of a -hosts map.
std::string hosts_map_value(std::string_view options);

}  // namespace amd::maplang
