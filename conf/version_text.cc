// SPDX-License-Identifier: BSD-3-Clause
#include "conf/version_text.h"

#include <fmt/format.h>

#include <bit>

#include "config.h"

namespace amd::conf {

namespace {

// am-utils: "a, b, c." where a line that has grown beyond `width` (each name
// counts two more) goes on behind `turn`.
std::string list(const std::vector<std::string>& names, size_t width,
                 const std::string& turn) {
  std::string out;
  size_t length = 0;
  for (const std::string& name : names) {
    out += name;
    if (&name == &names.back()) break;
    out += ", ";
    length += name.size() + 2;
    if (length <= width) continue;
    out += turn;
    length = 0;
  }
  return out;
}

std::string networks(const std::vector<VersionFacts::Network>& all) {
  if (all.empty()) return "No networks\n";
  std::string out;
  size_t number = 1;
  for (const VersionFacts::Network& n : all) {
    const std::string title = all.size() == 1
                                  ? std::string("Network")
                                  : fmt::format("Network {}", number++);
    out += fmt::format("{}: wire=\"{}\" (netnumber={}).\n", title, n.wire,
                       n.number);
  }
  return out;
}

constexpr const char* kByteOrder =
    std::endian::native == std::endian::little ? "little-endian" : "big-endian";
constexpr size_t kNoLimit = SIZE_MAX;

}  // namespace

std::string version_text(const VersionFacts& f) {
  std::string out = "Copyright (c) 2026, the amd2 authors\n";
  out += "am-utils version 6.2 (amd2 " PACKAGE_VERSION ").\n";
  out += fmt::format("cpu={} ({}), arch={}, karch={}.\n", f.cpu, kByteOrder,
                     f.arch, f.karch);
  out += fmt::format("full_os={}, os={}, osver={}, vendor={}, distro={}.\n",
                     f.full_os, f.os, f.osver, f.vendor, f.distro);
  out +=
      fmt::format("domain={}, host={}, hostd={}.\n", f.domain, f.host, f.hostd);
  out += "Map support for: " + list(f.map_types, kNoLimit, "") + ".\n";
  out += "AMFS: " + list(f.amd_types, 62, "\n      ") + ".\n";
  out += "FS: " + list(f.kernel_types, 60, "\t\n") + ".\n";
  return out + networks(f.networks);
}

}  // namespace amd::conf
