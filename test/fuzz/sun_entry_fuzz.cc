// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: Sun maps and master maps.  Places lie inside the text, and what
// a Sun entry becomes is clean text of amd's language.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "maplang/sun/master_map.h"
#include "maplang/sun/sun_map.h"
#include "maplang/syntax/parse.h"

using namespace amd::maplang;

namespace {

void require(bool claim) {
  if (!claim) std::abort();
}

void check_diagnostics(const std::vector<Diagnostic>& list,
                       const SourceText& source) {
  for (const Diagnostic& one : list) {
    require(one.range.begin <= one.range.end);
    require(one.range.end.byte <= source.text().size());
    require(!source.render(one).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const SourceText source(
      "fuzz", std::string(reinterpret_cast<const char*>(data), size));
  const SunMap map = parse_sun_map(source);
  check_diagnostics(map.diagnostics, source);
  const bool has_nul = source.text().find('\0') != std::string_view::npos;
  for (const SunMapEntry& one : map.entries) {
    const ParsedEntry parsed = parse_entry(one.value, {});
    require(parsed.entry == one.entry);
    require(parsed.diagnostics.empty() || has_nul);
  }
  check_diagnostics(parse_master_map(source).diagnostics, source);
  return 0;
}
