// SPDX-License-Identifier: BSD-3-Clause
// The tables of names.

#include "maplang/eval/variables.h"

namespace amd::maplang {
namespace {

constexpr OptionName kOptions[] = {
    {"opts", Option::Opts},       {"type", Option::Type},
    {"rhost", Option::Rhost},     {"rfs", Option::Rfs},
    {"fs", Option::Fs},           {"sublink", Option::Sublink},
    {"dev", Option::Dev},         {"pref", Option::Pref},
    {"delay", Option::Delay},     {"remopts", Option::Remopts},
    {"mount", Option::Mount},     {"unmount", Option::Unmount},
    {"umount", Option::Umount},   {"cache", Option::Cache},
    {"user", Option::User},       {"group", Option::Group},
    {"maptype", Option::Maptype}, {"cachedir", Option::Cachedir},
    {"addopts", Option::Addopts}, {"mount_type", Option::MountType},
    {"dollar", Option::Dollar},   {"var0", Option::Var0},
    {"var1", Option::Var1},       {"var2", Option::Var2},
    {"var3", Option::Var3},       {"var4", Option::Var4},
    {"var5", Option::Var5},       {"var6", Option::Var6},
    {"var7", Option::Var7},
};
static_assert(std::size(kOptions) == kOptionCount);

constexpr SelectorName kSelectors[] = {
    {"arch", Selector::Arch, true, false},
    {"autodir", Selector::Autodir, false, false},
    {"byte", Selector::Byte, true, false},
    {"cluster", Selector::Cluster, true, false},
    {"domain", Selector::Domain, true, false},
    {"full_os", Selector::FullOs, true, false},
    {"gid", Selector::Gid, false, false},
    {"host", Selector::Host, true, false},
    {"hostd", Selector::Hostd, true, false},
    {"karch", Selector::Karch, true, false},
    {"key", Selector::Key, false, false},
    {".key", Selector::KeyAfterDot, false, false},
    {"key.", Selector::KeyBeforeDot, false, false},
    {"map", Selector::Map, false, false},
    {"netnumber", Selector::NetNumber, true, true},
    {"network", Selector::Network, true, true},
    {"os", Selector::Os, true, false},
    {"osver", Selector::Osver, true, false},
    {"path", Selector::Path, false, false},
    {"uid", Selector::Uid, false, false},
    {"vendor", Selector::Vendor, true, false},
    {"wire", Selector::Wire, true, true},
};

constexpr FunctionName kFunctions[] = {
    {"in_network", Function::InNetwork}, {"xhost", Function::Xhost},
    {"netgrp", Function::Netgrp},        {"netgrpd", Function::Netgrpd},
    {"exists", Function::Exists},        {"true", Function::True},
    {"false", Function::False},
};

template <class Table>
auto find_in(const Table& table, std::string_view name) {
  for (const auto& row : table) {
    if (row.name == name) return &row;
  }
  return static_cast<decltype(&table[0])>(nullptr);
}

}  // namespace

std::span<const OptionName> all_options() {
  return kOptions;
}
std::span<const SelectorName> all_selectors() {
  return kSelectors;
}
std::span<const FunctionName> all_functions() {
  return kFunctions;
}

const OptionName* find_option(std::string_view name) {
  return find_in(kOptions, name);
}
const SelectorName* find_selector(std::string_view name) {
  return find_in(kSelectors, name);
}
const FunctionName* find_function(std::string_view name) {
  return find_in(kFunctions, name);
}

}  // namespace amd::maplang
