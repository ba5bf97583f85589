// SPDX-License-Identifier: BSD-3-Clause
// Cutting a value: words, items, quotes, escapes.

#include "maplang/syntax/cut.h"

#include <algorithm>
#include <utility>

#include "maplang/syntax/parse.h"
#include "maplang/syntax/white_space.h"

namespace amd::maplang {
namespace {

// The byte that `letter` after a backslash stands for.
char escaped(char letter) {
  switch (letter) {
    case 'g':
      return '\a';
    case 'b':
      return '\b';
    case 't':
      return '\t';
    case 'n':
      return '\n';
    case 'v':
      return '\v';
    case 'f':
      return '\f';
    case 'r':
      return '\r';
    case 'e':
      return '\x1b';
    default:
      return letter;
  }
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

}  // namespace

std::vector<RawWord> split_words(std::string_view value) {
  std::vector<RawWord> words;
  size_t at = 0;
  while (true) {
    while (at < value.size() && is_blank(value[at])) ++at;
    if (at >= value.size()) return words;
    const size_t begin = at;
    while (at < value.size() && !is_blank(value[at])) {
      if (value[at++] != '"') continue;
      // The byte after an opening quote is skipped unseen.
      ++at;
      while (at < value.size() && value[at] != '"') ++at;
      if (at < value.size()) ++at;
    }
    at = std::min(at, value.size());
    words.push_back({begin, value.substr(begin, at - begin)});
  }
}

void CutText::warn(RawSpan span, std::string message) {
  diagnostics_.push_back(
      {Severity::Warning, range_of(span), std::move(message), "quotes"});
}

void CutText::add_words() {
  bytes_.reserve(value_.size() + 16);
  for (const RawWord& word : split_words(value_)) {
    const size_t begin = word.offset;
    const size_t end = begin + word.text.size();
    const size_t empty = word.text.find("\"\"");
    if (empty != std::string_view::npos &&
        word.text.find_first_of(" \t", empty) != std::string_view::npos) {
      warn({begin + empty, begin + empty + 2},
           "empty quotes do not close: what follows up to the next quote "
           "belongs to them");
    }
    if (word.text == "-") {
      add_word(kReset, begin, end);
    } else if (word.text == "||" || word.text == "/") {
      add_word(kCut, begin, end);
    } else if (word.text.front() == '-') {
      add_word(kDefaults, begin + 1, end);
    } else {
      add_word(kLocation, begin, end);
    }
  }
}

void CutText::add_word(char kind, size_t begin, size_t end) {
  mark(kind, begin);
  words_.push_back({begin, end});
  if (kind == kReset || kind == kCut) return;
  size_t at = begin;
  while (add_item(at, end)) {
  }
}

void CutText::mark(char kind, size_t raw) {
  segments_.push_back({static_cast<uint32_t>(bytes_.size()), raw});
  bytes_ += '\0';
  bytes_ += kind;
}

void CutText::put(char byte, size_t raw) {
  const auto cut = static_cast<uint32_t>(bytes_.size());
  const Segment& last = segments_.back();
  if (last.raw + (cut - last.cut) != raw) segments_.push_back({cut, raw});
  bytes_ += byte;
}

// False when the word has no further item.
bool CutText::add_item(size_t& at, size_t end) {
  while (at < end && value_[at] == ';') ++at;
  if (at >= end) return false;
  const size_t marker = bytes_.size();
  mark(kItemWithout, at);
  // What put() appends stands at its own place again.
  segments_.push_back({static_cast<uint32_t>(bytes_.size()), at});
  const size_t start = bytes_.size();
  const size_t begin = at;
  copy_item(at, end);
  const RawSpan span{begin, at};
  if (bytes_.size() == start) {  // an item of empty quotes
    bytes_.resize(marker);
    while (segments_.back().cut >= marker) segments_.pop_back();
    return true;
  }
  if (!end_at_nul(start, span)) return false;
  items_.push_back(span);
  if (bytes_.find('=', start) != std::string::npos) {
    bytes_[marker + 1] = kItemWithEquals;
  }
  mark(kItemEnd, at);
  return true;
}

void CutText::copy_item(size_t& at, size_t end) {
  while (at < end && value_[at] != ';') {
    if (value_[at] == '"') {
      copy_quoted(at, end);
    } else {
      put(value_[at], at);
      ++at;
    }
  }
}

void CutText::copy_quoted(size_t& at, size_t end) {
  const size_t opening = at++;
  while (at < end && value_[at] != '"') {
    if (value_[at] == '\\') {
      copy_escape(at, end);
    } else {
      put(value_[at], at);
      ++at;
    }
  }
  if (at < end) {
    ++at;
  } else {
    warn({opening, end}, "the quote is not closed");
  }
}

void CutText::copy_escape(size_t& at, size_t end) {
  const size_t begin = at++;
  if (at >= end) {
    warn({begin, end}, "a backslash with nothing after it stands for itself");
    put('\\', begin);
    return;
  }
  if (!is_octal(value_[at])) {
    put(escaped(value_[at++]), begin);
    return;
  }
  unsigned code = 0;
  for (int digits = 0; digits < 3 && at < end && is_octal(value_[at]);
       ++digits) {
    code = code * 8 + static_cast<unsigned>(value_[at++] - '0');
  }
  if (code > 0xff) warn({begin, at}, "the octal escape is larger than a byte");
  put(static_cast<char>(code & 0xff), begin);
}

// amd's strings end at a NUL byte: the rest of the item is lost, and an item
// that begins with one ends its word.
bool CutText::end_at_nul(size_t start, RawSpan span) {
  const size_t nul = bytes_.find('\0', start);
  if (nul == std::string::npos) return true;
  warn(span, "a NUL byte ends the text of this item");
  bytes_.resize(nul);
  if (nul != start) return true;
  bytes_.resize(start - 2);
  while (segments_.back().cut >= bytes_.size()) segments_.pop_back();
  return false;
}

std::string& CutText::finish() {
  bytes_.append(2, '\0');
  return bytes_;
}

size_t CutText::raw_of(uint32_t cut) const {
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), cut,
      [](uint32_t wanted, const Segment& s) { return wanted < s.cut; });
  if (after == segments_.begin()) return 0;
  const Segment& segment = *(after - 1);
  return std::min(segment.raw + (cut - segment.cut), value_.size());
}

SourceRange CutText::range_of(CutRange range) const {
  const size_t begin = raw_of(range.begin);
  const size_t end =
      range.end > range.begin ? raw_of(range.end - 1) + 1 : begin;
  return origin_.range_of(begin, std::max(begin, end));
}

SourceRange CutText::range_of(RawSpan span) const {
  return origin_.range_of(span.begin, span.end);
}

}  // namespace amd::maplang
