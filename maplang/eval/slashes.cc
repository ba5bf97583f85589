// SPDX-License-Identifier: BSD-3-Clause
// Slash normalisation.

#include "maplang/eval/slashes.h"

namespace amd::maplang {

std::string normalize_slashes(std::string_view text) {
  size_t at = text.find('/');
  if (at == std::string_view::npos) return std::string(text);
  std::string out(text.substr(0, at + 1));
  ++at;
  if (at < text.size() && text[at] == '/') {
    out += '/';
    ++at;
  }
  while (true) {
    while (at < text.size() && text[at] == '/') ++at;
    while (at < text.size() && text[at] != '/') {
      if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '/') ++at;
      out += text[at++];
    }
    if (at >= text.size()) return out;
    out += '/';
  }
}

std::string_view strip_trailing_slashes(std::string_view text) {
  while (text.size() > 1 && text.back() == '/') text.remove_suffix(1);
  return text;
}

}  // namespace amd::maplang
