// SPDX-License-Identifier: BSD-3-Clause
#include "conf/address.h"

#include <cstdint>
#include <optional>

namespace amd::conf {

namespace {

std::optional<unsigned> number(std::string_view text, unsigned base,
                               unsigned most) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    unsigned digit = base;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

// Calls `is_part` for the parts between separators; the number of parts, or 0
// when one of them is none.
template <class IsPart>
unsigned count_parts(std::string_view text, char separator,
                     const IsPart& is_part) {
  unsigned count = 1;
  while (true) {
    const size_t end = text.find(separator);
    if (!is_part(text.substr(0, end))) return 0;
    if (end == std::string_view::npos) return count;
    text.remove_prefix(end + 1);
    count++;
  }
}

bool is_ipv4(std::string_view text) {
  return count_parts(text, '.', [](std::string_view part) {
           return number(part, 10, 255).has_value();
         }) == 4;
}

// The number of 16-bit groups, 0 if one of them is none.
unsigned count_groups(std::string_view text) {
  return count_parts(text, ':', [](std::string_view part) {
    return number(part, 16, 0xffff).has_value();
  });
}

bool is_ipv6(std::string_view text) {
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text) == 8;
  const std::string_view before = text.substr(0, gap);
  const std::string_view after = text.substr(gap + 2);
  const unsigned left = before.empty() ? 0 : count_groups(before);
  const unsigned right = after.empty() ? 0 : count_groups(after);
  if ((left == 0 && !before.empty()) || (right == 0 && !after.empty()))
    return false;
  return left + right <= 7;
}

}  // namespace

bool is_address_pattern(std::string_view text) {
  if (text == "any" || text == "local") return true;
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const bool is_v6 = is_ipv6(address);
  if (!is_v6 && !is_ipv4(address)) return false;
  return slash == std::string_view::npos ||
         number(text.substr(slash + 1), 10, is_v6 ? 128 : 32).has_value();
}

}  // namespace amd::conf
