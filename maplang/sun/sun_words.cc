// SPDX-License-Identifier: BSD-3-Clause
// Words, quotes, variables.

#include "maplang/sun/sun_words.h"

#include <utility>

#include "maplang/syntax/white_space.h"

namespace amd::maplang {
namespace {

// Sun's variables under amd's names.
constexpr std::pair<std::string_view, std::string_view> kVariables[] = {
    {"ARCH", "arch"}, {"CPU", "arch"},    {"NATISA", "arch"}, {"HOST", "host"},
    {"OSNAME", "os"}, {"OSREL", "osver"}, {"OSVERS", "osver"}};

bool is_name_byte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c >= '0' && c <= '9') || c == '_';
}

// Other names come from the environment, in either syntax.
std::string amd_variable(std::string_view name) {
  for (const auto& [sun, amd] : kVariables) {
    if (name == sun) name = amd;
  }
  return "${" + std::string(name) + "}";
}

// Appends the variable at `at` and moves behind it; false if there is none.
bool take_variable(const SunBytes& bytes, size_t& at, std::string& out) {
  size_t end = at + 1;
  const bool has_brace = end < bytes.size() && bytes[end].byte == '{';
  if (has_brace) ++end;
  std::string name;
  while (end < bytes.size() && is_name_byte(bytes[end].byte)) {
    name += bytes[end++].byte;
  }
  if (name.empty()) return false;
  if (has_brace) {
    if (end >= bytes.size() || bytes[end].byte != '}') return false;
    ++end;
  }
  out += amd_variable(name);
  at = end;
  return true;
}

std::string octal(char c) {
  const auto byte = static_cast<unsigned char>(c);
  std::string out = "\\";
  out += static_cast<char>('0' + (byte >> 6));
  out += static_cast<char>('0' + (byte >> 3 & 7));
  out += static_cast<char>('0' + (byte & 7));
  return out;
}

bool needs_quotes(char c) {
  return is_blank(c) || c == ';' || c == '"' || c == '\\';
}

}  // namespace

std::string plain_text(const SunBytes& bytes) {
  std::string out;
  for (const SunByte& one : bytes) out += one.byte;
  return out;
}

std::string SunWord::text() const {
  return plain_text(bytes);
}

std::vector<SunWord> split_sun_words(std::string_view value) {
  std::vector<SunWord> words;
  size_t at = 0;
  while (true) {
    while (at < value.size() && is_blank(value[at])) ++at;
    if (at >= value.size()) return words;
    SunWord word{at, {}};
    bool quoted = false;
    while (at < value.size() && (quoted || !is_blank(value[at]))) {
      if (value[at] == '"') {
        quoted = !quoted;
      } else if (value[at] == '\\' && at + 1 < value.size()) {
        word.bytes.push_back({value[++at], true});
      } else {
        word.bytes.push_back({value[at], quoted});
      }
      ++at;
    }
    words.push_back(std::move(word));
  }
}

std::vector<SunBytes> split_sun_bytes(const SunBytes& bytes, char separator) {
  std::vector<SunBytes> parts(1);
  for (const SunByte& one : bytes) {
    if (one.byte == separator && !one.is_literal) {
      parts.emplace_back();
    } else {
      parts.back().push_back(one);
    }
  }
  return parts;
}

std::string spell_for_amd(const SunBytes& bytes) {
  std::string out;
  bool quotes = false;
  for (const SunByte& one : bytes) quotes |= needs_quotes(one.byte);
  size_t at = 0;
  while (at < bytes.size()) {
    const auto [byte, is_literal] = bytes[at];
    if (byte == '$') {
      if (!is_literal && take_variable(bytes, at, out)) continue;
      out += "${dollar}";
    } else if (byte == '&' && !is_literal) {
      out += "${key}";
    } else if (byte == '"' || byte == '\\') {
      out += octal(byte);
    } else {
      out += byte;
    }
    ++at;
  }
  return quotes ? "\"" + out + "\"" : out;
}

}  // namespace amd::maplang
