// SPDX-License-Identifier: BSD-3-Clause
// Line index and rendering of diagnostics.

#include "maplang/syntax/source_text.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace amd::maplang {
namespace {

constexpr size_t kExcerptBytes = 160;
constexpr size_t kExcerptBefore = 60;

char printable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const bool control = byte < 0x20 || byte == 0x7f;
  return control && c != '\t' ? '?' : c;
}

}  // namespace

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Note:
      return "note";
  }
  return "error";
}

SourceText::SourceText(std::string name, std::string text)
    : name_(std::move(name)), owned_(std::move(text)) {
}

SourceText SourceText::borrow(std::string name, std::string_view text) {
  SourceText result;
  result.name_ = std::move(name);
  result.view_ = text;
  result.borrowed_ = true;
  return result;
}

const std::vector<size_t>& SourceText::line_starts() const {
  if (!line_starts_.empty()) return line_starts_;
  const std::string_view whole = text();
  line_starts_.push_back(0);
  const char* at = whole.data();
  const char* const end = at + whole.size();
  while (at != end) {
    const auto left = static_cast<size_t>(end - at);
    const void* newline = std::memchr(at, '\n', left);
    if (newline == nullptr) break;
    at = static_cast<const char*>(newline) + 1;
    line_starts_.push_back(static_cast<size_t>(at - whole.data()));
  }
  return line_starts_;
}

SourcePosition SourceText::position_of(size_t byte) const {
  byte = std::min(byte, text().size());
  const std::vector<size_t>& starts = line_starts();
  const auto after = std::upper_bound(starts.begin(), starts.end(), byte);
  const auto line = static_cast<uint32_t>(after - starts.begin());
  return {byte, line, static_cast<uint32_t>(byte - *(after - 1) + 1)};
}

SourceRange SourceText::range_of(size_t begin_byte, size_t end_byte) const {
  return {position_of(begin_byte), position_of(std::max(begin_byte, end_byte))};
}

std::string_view SourceText::line(uint32_t number) const {
  const std::vector<size_t>& starts = line_starts();
  if (number == 0 || number > starts.size()) return {};
  const size_t begin = starts[number - 1];
  const size_t end =
      number < starts.size() ? starts[number] - 1 : text().size();
  return text().substr(begin, end - begin);
}

std::string SourceText::render_headline(const Diagnostic& diagnostic) const {
  const SourcePosition& at = diagnostic.range.begin;
  return name_ + ":" + std::to_string(at.line) + ":" +
         std::to_string(at.column) + ": " + name_of(diagnostic.severity) +
         ": " + diagnostic.message + " [" + diagnostic.category + "]";
}

void SourceText::render_excerpt(const SourceRange& range,
                                std::string& out) const {
  const std::string_view whole = line(range.begin.line);
  const size_t column = std::min<size_t>(range.begin.column, whole.size() + 1);
  const bool one_line = range.end.line == range.begin.line;
  size_t after = one_line ? range.end.column : whole.size() + 1;
  size_t first = 0;
  if (whole.size() > kExcerptBytes && column > kExcerptBefore) {
    first = column - kExcerptBefore;
  }
  const std::string_view shown = whole.substr(first, kExcerptBytes);
  after = std::min(after, first + shown.size() + 1);

  out += "    ";
  for (const char c : shown) out += printable(c);
  out += "\n    ";
  for (size_t i = first; i + 1 < column; ++i) {
    out += whole[i] == '\t' ? '\t' : ' ';
  }
  out += '^';
  if (after > column + 1) out.append(after - column - 1, '~');
  out += '\n';
}

std::string SourceText::render(const Diagnostic& diagnostic) const {
  std::string out = render_headline(diagnostic) + "\n";
  render_excerpt(diagnostic.range, out);
  if (diagnostic.note) {
    const SourcePosition& at = diagnostic.note->range.begin;
    out += name_ + ":" + std::to_string(at.line) + ":" +
           std::to_string(at.column) + ": note: " + diagnostic.note->message +
           "\n";
    render_excerpt(diagnostic.note->range, out);
  }
  if (diagnostic.hint) out += "  hint: " + *diagnostic.hint + "\n";
  return out;
}

}  // namespace amd::maplang
