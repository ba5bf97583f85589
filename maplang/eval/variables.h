// SPDX-License-Identifier: BSD-3-Clause
// Which names the map language has: selectors, options, functions.  One table
// each.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace amd::maplang {

// Options: what a map may assign to, in no particular order.
enum class Option {
  Opts,
  Type,
  Rhost,
  Rfs,
  Fs,
  Sublink,
  Dev,
  Pref,
  Delay,
  Remopts,
  Mount,
  Unmount,
  Umount,
  Cache,
  User,
  Group,
  Maptype,
  Cachedir,
  Addopts,
  MountType,
  Dollar,
  Var0,
  Var1,
  Var2,
  Var3,
  Var4,
  Var5,
  Var6,
  Var7,
};
constexpr size_t kOptionCount = 29;

// Selectors: facts that a map may compare with and refer to.  The three
// network selectors test their right side instead of comparing it.
enum class Selector {
  Arch,
  Autodir,
  Byte,
  Cluster,
  Domain,
  FullOs,
  Gid,
  Host,
  Hostd,
  Karch,
  Key,
  KeyAfterDot,
  KeyBeforeDot,
  Map,
  NetNumber,
  Network,
  Os,
  Osver,
  Path,
  Uid,
  Vendor,
  Wire,
};

enum class Function { InNetwork, Xhost, Netgrp, Netgrpd, Exists, True, False };

struct OptionName {
  std::string_view name;
  Option option;
};
struct SelectorName {
  std::string_view name;
  Selector selector;
  bool ignores_case;
  bool is_network;
};
struct FunctionName {
  std::string_view name;
  Function function;
};

std::span<const OptionName> all_options();
std::span<const SelectorName> all_selectors();
std::span<const FunctionName> all_functions();

const OptionName* find_option(std::string_view name);
const SelectorName* find_selector(std::string_view name);
const FunctionName* find_function(std::string_view name);

// The values of a location's options; nothing: not set (set and empty is "").
class OptionValues {
 public:
  std::optional<std::string>& operator[](Option o) {
    return values_[static_cast<size_t>(o)];
  }
  const std::optional<std::string>& operator[](Option o) const {
    return values_[static_cast<size_t>(o)];
  }

 private:
  std::array<std::optional<std::string>, kOptionCount> values_;
};

// Names longer than this are cut before they are looked up, as amd does.
constexpr size_t kLongestName = 16;

}  // namespace amd::maplang
