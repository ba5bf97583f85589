// SPDX-License-Identifier: BSD-3-Clause
#include "conf/shown.h"

#include <fmt/format.h>

namespace amd::conf {

namespace {
constexpr size_t kMostBytes = 80;
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kMostBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\{:03o}", byte);
    } else {
      out += c;
    }
  }
  if (text.size() > kMostBytes) out += "...";
  return out;
}

}  // namespace amd::conf
