// SPDX-License-Identifier: BSD-3-Clause
// The text of an amd.conf as sections of names and values, before anybody
// asks what they mean.  Inside the room only: amd_conf.h is for the others.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "maplang/syntax/diagnostic.h"
#include "maplang/syntax/source_text.h"

namespace amd::conf {

// Bytes of the text, half-open.
struct ByteSpan {
  size_t begin = 0;
  size_t end = 0;
};

// A word of the file; `text` without the quotes that the rules strip.  A value
// in quotes that did not need them keeps them (am-utils does so).
struct ConfWord {
  std::string text;
  ByteSpan span;
  bool keeps_quotes = false;
};

struct ConfLine {
  ConfWord name;
  ConfWord value;
};

struct ConfSection {
  ConfWord name;
  std::vector<ConfLine> lines;
};

struct ConfSyntax {
  std::vector<ConfSection> sections;
  std::vector<maplang::Diagnostic> diagnostics;
};

// Reads sections and lines; a line with an error is left out, the others stay.
ConfSyntax parse_conf_syntax(const maplang::SourceText& source);

// The text for the scanner: if every line ends in CR LF (which am-utils refuses
// at the first section), the CRs are made blanks.
std::string without_carriage_returns(std::string_view text);

// What the scanner and the grammar of amd_conf.ll and amd_conf.yy call.
class ConfBuilder {
 public:
  explicit ConfBuilder(const maplang::SourceText& source) : source_(source) {}

  // The span of the next `bytes` bytes.
  ByteSpan advance(size_t bytes);
  // True once: at the end of a text whose last line has no newline.
  bool wants_final_newline();

  ConfWord bare_value(std::string_view text, ByteSpan span);
  ConfWord quoted_value(std::string_view text, ByteSpan span);
  ConfWord escaped_value(std::string_view text, ByteSpan span);
  void on_comment(ByteSpan span) { last_comment_ = span; }

  // `[` was read.  If its section name cannot be, its lines go as well.
  void begin_section() { is_section_broken_ = true; }
  void add_section(ConfWord name);
  void add_line(ConfWord name, ConfWord value);
  void syntax_error(ByteSpan span, std::string_view found,
                    const std::vector<std::string_view>& expected);

  ConfSyntax take() { return std::move(out_); }

 private:
  void syntax_error_after_value(ByteSpan span);
  void report(maplang::Severity severity, ByteSpan span, std::string message,
              std::string hint = {});

  const maplang::SourceText& source_;
  ConfSyntax out_;
  size_t at_ = 0;
  bool final_newline_given_ = false;
  bool is_section_broken_ = false;
  bool outside_reported_ = false;
  ByteSpan last_value_;
  ByteSpan last_comment_;
};

}  // namespace amd::conf
