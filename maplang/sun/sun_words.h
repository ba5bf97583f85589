// SPDX-License-Identifier: BSD-3-Clause
// Words of a Sun map value, and how their text is spelled in amd's syntax.
// Private to this room.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace amd::maplang {

// One byte of a word; protected by quotes or a backslash it means itself.
struct SunByte {
  char byte = 0;
  bool is_literal = false;
};

// A word: quotes and backslashes are gone.  `offset` is where it begins in the
// value.
struct SunWord {
  size_t offset = 0;
  std::vector<SunByte> bytes;

  bool begins_with(char c) const {
    return !bytes.empty() && bytes[0].byte == c && !bytes[0].is_literal;
  }
  std::string text() const;
};

std::vector<SunWord> split_sun_words(std::string_view value);

using SunBytes = std::vector<SunByte>;

// Cut at every unprotected `separator`.
std::vector<SunBytes> split_sun_bytes(const SunBytes& bytes, char separator);

// The text as the value of an amd option: `&` is ${key}, $NAME and ${NAME} are
// the variable of that meaning, and what would end the value is quoted.
std::string spell_for_amd(const SunBytes& bytes);

std::string plain_text(const SunBytes& bytes);

}  // namespace amd::maplang
