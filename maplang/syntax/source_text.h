// SPDX-License-Identifier: BSD-3-Clause
// A text with a name, its lines, and diagnostics rendered against it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "maplang/syntax/diagnostic.h"

namespace amd::maplang {

// The text of one file, or of one value that came from elsewhere; `name` is
// what diagnostics call it: "/etc/amd.home", "nis:amd.home(key)".  The line
// index is built when first asked for.  Not for two threads at once.
class SourceText {
 public:
  SourceText(std::string name, std::string text);

  // A text that somebody else holds, and that must outlive this.
  static SourceText borrow(std::string name, std::string_view text);

  SourceText(SourceText&&) = default;
  SourceText& operator=(SourceText&&) = default;

  const std::string& name() const { return name_; }
  std::string_view text() const { return borrowed_ ? view_ : owned_; }

  // A byte beyond the end is the place just after the last byte.
  SourcePosition position_of(size_t byte) const;
  SourceRange range_of(size_t begin_byte, size_t end_byte) const;

  // The text of a line without its newline; empty for a line that is not
  // there.
  std::string_view line(uint32_t number) const;

  // `name:line:column: error: message [category]`, the source line and the
  // caret line, then the note (same form) and `  hint: ...`.  Long lines are
  // cut around the place; control bytes are shown as `?`.  Ends in a newline.
  std::string render(const Diagnostic& diagnostic) const;

  // Only the first line of the above, without newline.
  std::string render_headline(const Diagnostic& diagnostic) const;

 private:
  SourceText() = default;
  const std::vector<size_t>& line_starts() const;
  void render_excerpt(const SourceRange& range, std::string& out) const;

  std::string name_;
  std::string owned_;
  std::string_view view_;
  bool borrowed_ = false;
  mutable std::vector<size_t> line_starts_;
};

}  // namespace amd::maplang
