// SPDX-License-Identifier: BSD-3-Clause

#include "amd/sources/map_check.h"

#include <algorithm>

#include "amd/base/log.h"
#include "maplang/syntax/parse.h"

namespace amd {
namespace {

constexpr size_t kSlice = 50;  // entries; about a millisecond

}  // namespace

MapCheck::MapCheck(const std::string& path, std::string_view text)
    : source_(maplang::SourceText::borrow(path, text)),
      lines_(maplang::parse_map_lines(source_)) {
  for (const maplang::Diagnostic& diagnostic : lines_.diagnostics) {
    tell(diagnostic);
  }
}

bool MapCheck::check_some() {
  size_t end = std::min(next_ + kSlice, lines_.entries.size());
  for (; next_ < end; ++next_) {
    const maplang::RawEntry& line = lines_.entries[next_];
    maplang::ParsedEntry parsed =
        maplang::parse_entry(line.value, line.origin(source_.name()));
    for (const maplang::Diagnostic& d : parsed.diagnostics) tell(d);
  }
  if (next_ < lines_.entries.size()) return true;
  if (messages_ > kMaxMessages) {
    log::user("{}: {} more messages; amdmap check shows them", source_.name(),
              messages_ - kMaxMessages);
  }
  return false;
}

void MapCheck::tell(const maplang::Diagnostic& diagnostic) {
  if (++messages_ > kMaxMessages) return;
  log::user("{}", source_.render_headline(diagnostic));
}

}  // namespace amd
