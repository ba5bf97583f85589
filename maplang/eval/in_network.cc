// SPDX-License-Identifier: BSD-3-Clause
// Networks as text.

#include "maplang/eval/in_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace amd::maplang {
namespace {

// What inet_aton() takes, in host byte order.
std::optional<uint32_t> parse_address(std::string_view text) {
  in_addr address{};
  if (inet_aton(std::string(text).c_str(), &address) == 0) return std::nullopt;
  return ntohl(address.s_addr);
}

uint32_t mask_of_bits(int bits) {
  bits = std::clamp(bits, 0, 32);
  return bits == 0 ? 0 : ~uint32_t{0} << (32 - bits);
}

std::optional<uint32_t> parse_mask(std::string_view text) {
  if (text.find('.') != std::string_view::npos) return parse_address(text);
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(
      text.data(), text.data() + text.size(), number, is_hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return is_hex ? number
                : mask_of_bits(static_cast<int>(std::min(number, 32u)));
}

std::string dotted(uint32_t address) {
  return std::to_string(address >> 24) + "." +
         std::to_string(address >> 16 & 0xff) + "." +
         std::to_string(address >> 8 & 0xff) + "." +
         std::to_string(address & 0xff);
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  const auto mask = parse_mask(text.substr(slash + 1));
  if (!address || !mask) return std::nullopt;
  return of(*address, *mask);
}

Network Network::of(uint32_t address, uint32_t mask) {
  Network network{dotted(address & mask), dotted(address & mask), address,
                  mask};
  // One byte always stays.
  while (network.number.ends_with(".0")) {
    network.number.resize(network.number.size() - 2);
  }
  return network;
}

bool is_in_network(std::string_view argument,
                   std::span<const Network> networks) {
  const size_t slash = argument.find('/');
  if (slash == std::string_view::npos) {
    return std::any_of(networks.begin(), networks.end(), [&](const Network& n) {
      return n.name == argument || n.number == argument;
    });
  }
  const std::string_view mask_text = argument.substr(slash + 1);
  const auto wanted = parse_address(argument.substr(0, slash));
  const auto mask = parse_mask(mask_text);
  if (!wanted || (!mask && !mask_text.empty())) return false;
  return std::any_of(networks.begin(), networks.end(), [&](const Network& n) {
    return (n.address & mask.value_or(n.mask)) == *wanted;
  });
}

}  // namespace amd::maplang
