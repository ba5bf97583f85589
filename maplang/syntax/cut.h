// SPDX-License-Identifier: BSD-3-Clause
// Cuts words into items and removes quotes, the step before the scanner.
//
// amd removes quotes and escapes before it looks for operators, so the scanner
// must see text without them.  The outcome is one buffer for Flex in which a
// NUL byte and a letter mark where words and items begin; no other NUL can
// stand in it, because a NUL in the text ends its item.  Private to this room.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"

namespace amd::maplang {

// Half-open, in the cut text.
struct CutRange {
  uint32_t begin = 0;
  uint32_t end = 0;
};

class CutText {
 public:
  // What a marker's letter says.
  static constexpr char kLocation = 'L';
  static constexpr char kDefaults = 'D';
  static constexpr char kReset = 'R';
  static constexpr char kCut = 'C';
  static constexpr char kItemWithEquals = '=';
  static constexpr char kItemWithout = '(';
  static constexpr char kItemEnd = ';';

  struct RawSpan {
    size_t begin = 0;  // in the value
    size_t end = 0;
  };

  // `value` and `origin` must outlive this.
  CutText(std::string_view value, const ValueOrigin& origin)
      : value_(value), origin_(origin) {}

  // Adds all words of the value.
  void add_words();
  // Adds a word of that kind whose text is value[begin, end).
  void add_word(char kind, size_t begin, size_t end);

  // The buffer as yy_scan_buffer() wants it: two NULs at the end.
  std::string& finish();

  std::string_view value() const { return value_; }
  SourceRange range_of(CutRange range) const;
  SourceRange range_of(RawSpan span) const;
  const std::vector<RawSpan>& items() const { return items_; }
  const std::vector<RawSpan>& words() const { return words_; }
  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }

 private:
  struct Segment {
    uint32_t cut;
    size_t raw;
  };
  void mark(char kind, size_t raw);
  void put(char byte, size_t raw);
  bool add_item(size_t& at, size_t end);
  void copy_item(size_t& at, size_t end);
  void copy_quoted(size_t& at, size_t end);
  void copy_escape(size_t& at, size_t end);
  bool end_at_nul(size_t start, RawSpan span);
  size_t raw_of(uint32_t cut) const;
  void warn(RawSpan span, std::string message);

  std::string_view value_;
  const ValueOrigin& origin_;
  std::string bytes_;
  std::vector<Segment> segments_;
  std::vector<RawSpan> items_;
  std::vector<RawSpan> words_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace amd::maplang
