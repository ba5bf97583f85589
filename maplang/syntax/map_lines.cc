// SPDX-License-Identifier: BSD-3-Clause
// Logical lines of a map file.

#include "maplang/syntax/map_lines.h"

#include <cstring>
#include <utility>

#include "maplang/syntax/white_space.h"

namespace amd::maplang {
namespace {

size_t find_byte(std::string_view text, char byte, size_t from) {
  if (from >= text.size()) return text.size();
  const void* at = std::memchr(text.data() + from, byte, text.size() - from);
  if (at == nullptr) return text.size();
  return static_cast<size_t>(static_cast<const char*>(at) - text.data());
}

bool is_continued(std::string_view text, size_t begin, size_t newline) {
  return newline < text.size() && newline > begin && text[newline - 1] == '\\';
}

}  // namespace

RawEntry::RawEntry(RawEntry&& other) noexcept {
  *this = std::move(other);
}

// A short `joined` moves its bytes, so the views have to follow.
RawEntry& RawEntry::operator=(RawEntry&& other) noexcept {
  if (this == &other) return *this;
  const bool is_joined = !other.joined.empty();
  const char* const old = other.joined.data();
  const size_t key_at =
      is_joined ? static_cast<size_t>(other.key.data() - old) : 0;
  const size_t value_at = is_joined && !other.value.empty()
                              ? static_cast<size_t>(other.value.data() - old)
                              : 0;
  key = other.key;
  value = other.value;
  key_range = other.key_range;
  pieces = std::move(other.pieces);
  begin_byte = other.begin_byte;
  begin_line = other.begin_line;
  size = other.size;
  joined = std::move(other.joined);
  if (is_joined) {
    key = std::string_view(joined).substr(key_at, key.size());
    value = std::string_view(joined).substr(value_at, value.size());
  }
  return *this;
}

ValueOrigin RawEntry::origin(std::string source) const {
  ValueOrigin origin;
  origin.source = std::move(source);
  origin.pieces = pieces;
  return origin;
}

bool LineReader::next(RawEntry& entry) {
  while (at_.byte < text_.size()) {
    if (next_logical(entry)) return true;
  }
  return false;
}

// Reads one logical line; false if no key stands on it.
bool LineReader::next_logical(RawEntry& entry) {
  entry.begin_byte = at_.byte;
  entry.begin_line = at_.line;
  entry.joined.clear();
  line_pieces_.assign(1, {0, at_});
  size_t begin = at_.byte;
  size_t newline = find_byte(text_, '\n', begin);
  while (is_continued(text_, begin, newline)) {
    entry.joined.append(text_, begin, newline - 1 - begin);
    begin = newline + 1;
    ++at_.line;
    size_t line_start = begin;
    // White space goes, and blank lines are white space.
    while (begin < text_.size() && is_blank(text_[begin])) {
      if (text_[begin] == '\n') {
        ++at_.line;
        line_start = begin + 1;
      }
      ++begin;
    }
    const auto column = static_cast<uint32_t>(begin - line_start + 1);
    line_pieces_.push_back({entry.joined.size(), {begin, at_.line, column}});
    newline = find_byte(text_, '\n', begin);
  }
  std::string_view line = text_.substr(begin, newline - begin);
  if (line_pieces_.size() > 1) {
    entry.joined += line;
    line = entry.joined;
  }
  ++at_.line;
  at_.byte = newline + 1;
  entry.size = line.size() + 1;
  split(line, entry);
  return !entry.key.empty();
}

void LineReader::split(std::string_view line, RawEntry& entry) const {
  line = line.substr(0, find_byte(line, '#', 0));
  size_t at = 0;
  while (at < line.size() && is_blank(line[at])) ++at;
  const size_t key_begin = at;
  while (at < line.size() && !is_blank(line[at])) ++at;
  const size_t key_end = at;
  while (at < line.size() && is_blank(line[at])) ++at;
  entry.key = line.substr(key_begin, key_end - key_begin);
  entry.value = line.substr(at);

  if (line_pieces_.size() == 1) {  // nearly always; no memory is asked for
    const SourcePosition& start = line_pieces_.front().at;
    const auto place = [&start](size_t offset) {
      return SourcePosition{start.byte + offset, start.line,
                            start.column + static_cast<uint32_t>(offset)};
    };
    entry.key_range = {place(key_begin), place(key_end)};
    entry.pieces.assign(1, {0, place(at)});
    return;
  }
  ValueOrigin whole;
  whole.pieces = line_pieces_;
  entry.key_range = whole.range_of(key_begin, key_end);
  entry.pieces.assign(1, {0, whole.position_of(at)});
  for (const ValueOrigin::Piece& piece : line_pieces_) {
    if (piece.offset > at) {
      entry.pieces.push_back({piece.offset - at, piece.at});
    }
  }
}

ParsedLines parse_map_lines(const SourceText& source) {
  ParsedLines lines;
  LineReader reader(source.text());
  RawEntry entry;
  while (reader.next(entry)) {
    if (entry.value.empty()) {
      lines.diagnostics.push_back(
          {Severity::Error, entry.key_range,
           "key \"" + std::string(entry.key) + "\" has no value and is ignored",
           "line"});
      continue;
    }
    lines.entries.push_back(std::move(entry));
    entry = RawEntry();
  }
  return lines;
}

}  // namespace amd::maplang
