// SPDX-License-Identifier: BSD-3-Clause
#include "amd/base/escape.h"

namespace amd {

namespace {

void append_octal(std::string& out, unsigned char c) {
  out += '\\';
  out += static_cast<char>('0' + (c >> 6));
  out += static_cast<char>('0' + ((c >> 3) & 7));
  out += static_cast<char>('0' + (c & 7));
}

}  // namespace

std::string escape(std::string_view text, size_t max_bytes) {
  const bool cut = text.size() > max_bytes;
  std::string out;
  out.reserve(text.size() < max_bytes ? text.size() : max_bytes);
  for (const char ch : text.substr(0, max_bytes)) {
    const auto c = static_cast<unsigned char>(ch);
    if (c < 0x20 || c == 0x7f || c == '\\') {
      append_octal(out, c);
    } else {
      out += ch;
    }
  }
  if (cut) out += "...";
  return out;
}

}  // namespace amd
