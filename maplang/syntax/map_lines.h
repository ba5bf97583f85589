// SPDX-License-Identifier: BSD-3-Clause
// The lines of a map file: keys with the raw text of their values.
//
// Continuation lines are joined (the blank space that follows is dropped, new
// lines included), comments cut, blank lines skipped; values are not parsed.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"
#include "maplang/syntax/source_text.h"

namespace amd::maplang {

// One logical line.  Views point into the text or into `joined`; moving the
// text ends them.
struct RawEntry {
  std::string_view key;
  std::string_view value;
  SourceRange key_range;
  std::vector<ValueOrigin::Piece> pieces;  // of the value; never empty
  size_t begin_byte = 0;                   // where the logical line begins
  uint32_t begin_line = 1;                 // the same as a line number
  size_t size = 0;                         // of it, joined, with its newline
  std::string joined;                      // holds the line if it was joined

  RawEntry() = default;
  RawEntry(const RawEntry&) = delete;
  RawEntry& operator=(const RawEntry&) = delete;
  RawEntry(RawEntry&& other) noexcept;
  RawEntry& operator=(RawEntry&& other) noexcept;

  ValueOrigin origin(std::string source) const;
};

// Reads logical lines one after another.
class LineReader {
 public:
  // `text` must outlive the reader and what it gave out.
  explicit LineReader(std::string_view text) : text_(text) {}
  // From the middle: `byte` begins line `line`.
  LineReader(std::string_view text, size_t byte, uint32_t line)
      : text_(text), at_{byte, line, 1} {}

  // The next line that has a key; false at the end.  A key without a value
  // comes with an empty value.
  bool next(RawEntry& entry);

  // The longest logical line that the old daemon reads whole.
  static constexpr size_t kOldLineLimit = 1499;

 private:
  bool next_logical(RawEntry& entry);
  void split(std::string_view line, RawEntry& entry) const;

  std::string_view text_;
  SourcePosition at_;
  std::vector<ValueOrigin::Piece> line_pieces_;
};

struct ParsedLines {
  std::vector<RawEntry> entries;
  std::vector<Diagnostic> diagnostics;  // keys without a value
};

// All lines.  `source` must outlive the result.
ParsedLines parse_map_lines(const SourceText& source);

}  // namespace amd::maplang
