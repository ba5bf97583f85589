// SPDX-License-Identifier: BSD-3-Clause
// Lines of a Sun map, translated and parsed.

#include "maplang/sun/sun_map.h"

#include <iterator>
#include <utility>

#include "maplang/sun/sun_entry.h"
#include "maplang/syntax/map_lines.h"
#include "maplang/syntax/parse.h"

namespace amd::maplang {
namespace {

void add_entry(std::string key, const SourceRange& key_range,
               TranslatedValue value, SunMap& map) {
  if (value.text.empty()) return;
  ParsedEntry parsed = parse_entry(value.text, std::move(value.origin));
  map.entries.push_back({std::move(key), key_range, std::move(value.text),
                         std::move(parsed.entry)});
}

void add_line(const RawEntry& line, const std::string& source,
              std::string_view master_options, SunMap& map) {
  const std::string key(line.key);
  ValueOrigin origin = line.origin(source);
  const std::string value = with_master_options(line.value, master_options);
  for (ValueOrigin::Piece& piece : origin.pieces) {
    piece.offset += value.size() - line.value.size();
  }
  TranslatedEntry translated = translate_sun_entry(key, value, origin);
  std::move(translated.diagnostics.begin(), translated.diagnostics.end(),
            std::back_inserter(map.diagnostics));
  add_entry(key, line.key_range, std::move(translated.value), map);
  for (auto& offset : translated.offsets) {
    add_entry(std::move(offset.key), line.key_range, std::move(offset.value),
              map);
  }
}

}  // namespace

SunMap parse_sun_map(const SourceText& source,
                     std::string_view master_options) {
  SunMap map;
  LineReader reader(source.text());
  RawEntry line;
  while (reader.next(line)) {
    if (line.key.starts_with('+')) {
      map.includes.push_back({std::string(line.key.substr(1)), line.key_range});
    } else if (line.value.empty()) {
      map.diagnostics.push_back(
          {Severity::Error, line.key_range,
           "key \"" + std::string(line.key) + "\" has no value and is ignored",
           "line"});
    } else {
      add_line(line, source.name(), master_options, map);
    }
  }
  return map;
}

}  // namespace amd::maplang
