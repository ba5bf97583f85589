// SPDX-License-Identifier: BSD-3-Clause
// Keys and names.

#include "maplang/eval/key_order.h"

#include "maplang/eval/expand.h"

namespace amd::maplang {

std::vector<std::string> key_order(std::string_view key) {
  std::vector<std::string> keys{std::string(key)};
  if (key.starts_with('/')) return keys;
  std::string_view prefix = key;
  for (size_t slash = prefix.rfind('/'); slash != std::string_view::npos;
       slash = prefix.rfind('/')) {
    prefix = prefix.substr(0, slash);
    keys.push_back(std::string(prefix) + "/*");
  }
  keys.push_back("*");
  return keys;
}

std::optional<char> find_bad_byte(std::string_view name) {
  static constexpr std::string_view kBad = "\"'!;@ \t\n";
  const size_t at = name.find_first_of(kBad);
  if (at == std::string_view::npos) return std::nullopt;
  return name[at];
}

std::string expand_name(std::string_view name, const HostFacts& host) {
  return expand_selectors(name, host, LookupFacts{}).text;
}

}  // namespace amd::maplang
