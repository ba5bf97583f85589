// SPDX-License-Identifier: BSD-3-Clause
#include "conf/load.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "conf/admit_map.h"
#include "conf/amd_conf.h"
#include "conf/libconfig_form.h"
#include "conf/shown.h"

namespace amd::conf {

namespace {

using maplang::Severity;

// No configuration is that long; /dev/zero is.
constexpr size_t kLongestFile = size_t{16} << 20;

// Returns 0 or an errno.
int read_file(const std::string& path, std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "re"), &std::fclose);
  if (!file) return errno;
  char buffer[16384];
  size_t got = 0;
  errno = 0;
  while ((got = std::fread(buffer, 1, sizeof buffer, file.get())) > 0) {
    text.append(buffer, got);
    if (text.size() > kLongestFile) return EFBIG;
  }
  return std::ferror(file.get()) != 0 ? (errno != 0 ? errno : EIO) : 0;
}

void apply(const std::vector<FlagValue>& flags, GlobalSettings& global) {
  for (const FlagValue& flag : flags)
    assign(*flag.parameter, flag.value, flag.origin, global);
}

// An override of something inheritable holds for all maps as well.
void apply_overrides(const std::vector<FlagValue>& overrides,
                     Settings& settings) {
  apply(overrides, settings.global);
  for (const FlagValue& flag : overrides) {
    if (flag.parameter->map == nullptr) continue;
    for (MapSettings& map : settings.maps)
      assign(*flag.parameter, flag.value, flag.origin, map);
  }
}

// A map of the command line starts from the flags and not from [global], as in
// am-utils; what am-utils does not have, and mount_type, come from [global].
void add_pairs(const CommandLine& command_line, const GlobalSettings& flags,
               LoadedSettings& out) {
  for (const MapPair& pair : command_line.maps) {
    MapSettings map;
    static_cast<InheritableSettings&>(map) = flags;
    for (const Parameter& p : parameters()) {
      if (p.section != Section::Both) continue;
      if (!p.is_amd2() && p.name != "mount_type") continue;
      p.map->set(map, p.global->get(out.settings.global),
                 p.global->origin(out.settings.global));
    }
    map.directory = pair.directory;
    map.origin = {Origin::Kind::Flag, "command line"};
    map.map_name = {pair.map_name, map.origin};
    if (!pair.options.empty()) map.map_options = {pair.options, map.origin};
    const auto finding =
        admit_map(std::move(map), command_line.tag, out.settings);
    if (!finding) continue;
    out.messages.push_back(
        {finding->severity, fmt::format("amd: {}\n", finding->message)});
    if (finding->severity == Severity::Error) out.ok = false;
  }
}

void check_together(LoadedSettings& out) {
  GlobalSettings& global = out.settings.global;
  if (!global.ldap_hostports.value.empty() && global.ldap_base.value.empty()) {
    out.messages.push_back(
        {Severity::Error,
         fmt::format("{}: error: ldap_hostports needs ldap_base\n",
                     to_text(global.ldap_hostports.origin))});
    out.ok = false;
  }
  // am-utils: no debug option at all is the same as the default.
  const Parameter& debug = *find_parameter("debug_options");
  const RawValue none = std::string("noall,nohrtime,nomtab");
  GlobalSettings empty;
  assign(debug, none, Origin(), empty);
  if (global.debug_options.value == empty.debug_options.value)
    global.debug_options.value = debug.default_text;
}

}  // namespace

LoadedSettings load_settings(const CommandLine& command_line) {
  if (command_line.config_file.empty())
    return load_settings(command_line, nullptr);
  std::string text;
  const int error = read_file(command_line.config_file, text);
  if (error == 0) {
    const maplang::SourceText source(command_line.config_file, std::move(text));
    return load_settings(command_line, &source);
  }
  const bool may_be_missing = command_line.is_default_config_file &&
                              command_line.action == Action::PrintConfig &&
                              error == ENOENT;
  LoadedSettings out = load_settings(command_line, nullptr);
  out.ok = may_be_missing;
  out.messages.push_back(
      {may_be_missing ? Severity::Warning : Severity::Error,
       fmt::format("Amd configuration file ({}): {}\n",
                   command_line.config_file, std::strerror(error))});
  return out;
}

LoadedSettings load_settings(const CommandLine& command_line,
                             const maplang::SourceText* source) {
  LoadedSettings out;
  for (const std::string& warning : command_line.warnings)
    out.messages.push_back({Severity::Warning, warning + "\n"});
  apply(command_line.flags, out.settings.global);
  const GlobalSettings flags = out.settings.global;
  if (source != nullptr) {
    out.settings.config_file = source->name();
    const auto read =
        is_libconfig(source->text()) ? &read_libconfig : &read_amd_conf;
    for (const auto& d : read(*source, command_line.tag, out.settings)) {
      out.messages.push_back({d.severity, source->render(d)});
      if (d.severity == Severity::Error) out.ok = false;
    }
  }
  add_pairs(command_line, flags, out);
  apply_overrides(command_line.overrides, out.settings);
  check_together(out);
  return out;
}

}  // namespace amd::conf
