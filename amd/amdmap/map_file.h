// SPDX-License-Identifier: BSD-3-Clause
// A map, or an amd.conf, as amdmap reads it: all at once.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "amd/base/result.h"
#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"
#include "maplang/syntax/map_index.h"
#include "maplang/syntax/source_text.h"

namespace amd::amdmap {

enum class FileKind { AmdMap, SunMap, AutoMaster, AmdConf };

// What a file is, by its name and its first lines.
FileKind guess_kind(const std::string& name, std::string_view text);

// "amd", "sun", "auto_master", "conf"; nothing for another word.
std::optional<FileKind> kind_of(std::string_view word);

// "-" is standard input.
[[nodiscard]] Result<maplang::SourceText> read_source(const std::string& name);

// One key with its tree, whatever syntax it was written in.
struct MapEntry {
  std::string key;
  maplang::SourceRange key_range;
  maplang::Entry entry;
  std::string value;  // as amd syntax, before parsing
};

struct LoadedMap {
  std::vector<MapEntry> entries;  // in the order of the file
  std::vector<maplang::Diagnostic> diagnostics;
};

// All entries, parsed.
LoadedMap load_map(const maplang::SourceText& source, FileKind kind);

// A map to be asked for single keys; of amd maps only what is asked for is
// parsed.
class KeyedMap {
 public:
  // `source` must outlive this.
  KeyedMap(const maplang::SourceText& source, FileKind kind);

  // The entry of exactly this key: the last of the file.
  std::optional<MapEntry> find(std::string_view key) const;

 private:
  const maplang::SourceText& source_;
  std::optional<maplang::MapIndex> index_;
  LoadedMap loaded_;  // if there is no index
};

}  // namespace amd::amdmap
