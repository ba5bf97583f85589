// SPDX-License-Identifier: BSD-3-Clause
// Places of values, and the operators of references.

#include "maplang/syntax/ast.h"

#include <algorithm>

namespace amd::maplang {

ValueOrigin ValueOrigin::at(std::string source, SourcePosition position) {
  ValueOrigin origin;
  origin.source = std::move(source);
  origin.pieces = {Piece{0, position}};
  return origin;
}

SourcePosition ValueOrigin::position_of(size_t offset) const {
  const auto after = std::upper_bound(
      pieces.begin(), pieces.end(), offset,
      [](size_t wanted, const Piece& piece) { return wanted < piece.offset; });
  const Piece& piece = after == pieces.begin() ? pieces.front() : *(after - 1);
  const size_t within = offset - std::min(offset, piece.offset);
  SourcePosition at = piece.at;
  at.byte += within;
  at.column += static_cast<uint32_t>(within);
  return at;
}

SourceRange ValueOrigin::range_of(size_t begin, size_t end) const {
  const SourcePosition first = position_of(begin);
  if (end <= begin) return {first, first};
  // The end of a piece belongs to that piece, not to the next line.
  SourcePosition last = position_of(end - 1);
  ++last.byte;
  ++last.column;
  return {first, last};
}

std::string to_text(const std::string& source, const SourcePosition& at) {
  return source + ":" + std::to_string(at.line) + ":" +
         std::to_string(at.column);
}

std::pair<Part, std::string_view> split_reference(std::string_view inside) {
  if (inside.empty()) return {Part::Whole, inside};
  if (inside.front() == '/') return {Part::LastComponent, inside.substr(1)};
  if (inside.back() == '/') {
    return {Part::Directory, inside.substr(0, inside.size() - 1)};
  }
  if (inside.front() == '.') return {Part::AfterDot, inside.substr(1)};
  if (inside.back() == '.') {
    return {Part::BeforeDot, inside.substr(0, inside.size() - 1)};
  }
  return {Part::Whole, inside};
}

}  // namespace amd::maplang
