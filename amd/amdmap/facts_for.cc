// SPDX-License-Identifier: BSD-3-Clause
// Facts of the machine, of amd.conf and of the command line.

#include "amd/amdmap/facts_for.h"

#include <unistd.h>

#include <algorithm>

#include "amd/amdmap/map_file.h"
#include "conf/amd_conf.h"
#include "conf/settings.h"
#include "maplang/eval/host_facts.h"
#include "maplang/eval/variables.h"

namespace amd::amdmap {
namespace {

// Where a map is taken to be mounted if nobody says so.
constexpr const char* kDefaultDirectory = "/amd";

maplang::FactOverrides overrides_of(const conf::GlobalSettings& global) {
  maplang::FactOverrides overrides;
  overrides.arch = global.arch.value;
  overrides.autodir = global.auto_dir.value;
  overrides.cluster = global.cluster.value;
  overrides.full_os = global.full_os.value;
  overrides.karch = global.karch.value;
  overrides.local_domain = global.local_domain.value;
  overrides.os = global.os.value;
  overrides.osver = global.osver.value;
  overrides.vendor = global.vendor.value;
  return overrides;
}

// The section of the map, by name, or by directory if that was given.
const conf::MapSettings* section_of(const conf::Settings& settings,
                                    const Arguments& arguments,
                                    const std::string& map) {
  for (const conf::MapSettings& one : settings.maps) {
    const bool same_place =
        !arguments.directory || *arguments.directory == one.directory;
    if (one.map_name.value == map && same_place) return &one;
  }
  return nullptr;
}

// amd looks along search_path for names without a slash.
std::string find_in_path(const std::string& path, const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  size_t begin = 0;
  while (begin < path.size()) {
    const size_t end = std::min(path.find(':', begin), path.size());
    const std::string candidate = path.substr(begin, end - begin) + "/" + name;
    if (end > begin && access(candidate.c_str(), R_OK) == 0) return candidate;
    begin = end + 1;
  }
  return name;
}

void apply_section(const conf::MapSettings& section, Facts& facts) {
  facts.directory = section.directory;
  facts.is_sun_map = section.sun_map_syntax.value;
  facts.map_file =
      find_in_path(section.search_path.value, section.map_name.value);
  if (!section.map_defaults.value.empty()) {
    facts.lookup.map_defaults = section.map_defaults.value;
  }
}

Result<conf::Settings> read_settings(const std::string& file, Facts& facts) {
  auto source = read_source(file);
  if (!source) return pass(source);
  conf::Settings settings;
  const auto diagnostics = conf::read_amd_conf(*source, "", settings);
  for (const auto& one : diagnostics) {
    facts.conf_warnings += source->render(one);
  }
  if (conf::has_errors(diagnostics)) {
    return fail(EINVAL, facts.conf_warnings + file);
  }
  return settings;
}

Result<void> apply_networks(const Arguments& arguments, Facts& facts) {
  if (!arguments.networks.empty()) facts.host.networks.clear();
  for (const std::string& text : arguments.networks) {
    const auto network = maplang::Network::parse(text);
    if (!network) return fail(EINVAL, "--network " + text);
    facts.host.networks.push_back(*network);
  }
  return {};
}

// Names that others are made of come first, so that `--set hostd=` counts
// wherever it stands.
void apply_settings(const Arguments& arguments, Facts& facts) {
  auto settings = arguments.settings;
  std::stable_partition(settings.begin(), settings.end(), [](const auto& one) {
    return one.first == "host" || one.first == "domain";
  });
  for (const auto& [name, value] : settings) {
    if (maplang::find_option(name) == nullptr) {
      maplang::set_fact(name, value, facts.host, facts.lookup);
      continue;
    }
    // An option's value is as good as one in the defaults.
    std::string& defaults = facts.lookup.inherited_defaults;
    if (!defaults.empty()) defaults += ';';
    defaults += name + ":=" + value;
  }
}

}  // namespace

Result<Facts> facts_for(const Arguments& arguments, const std::string& map) {
  Facts facts;
  facts.directory = kDefaultDirectory;
  facts.map_file = map;
  conf::Settings settings;
  if (!arguments.config_file.empty()) {
    auto read = read_settings(arguments.config_file, facts);
    if (!read) return pass(read);
    settings = std::move(*read);
  }
  const conf::GlobalSettings& global = settings.global;
  facts.host = maplang::read_host_facts(overrides_of(global));
  facts.host.normalize_slashes = global.normalize_slashes.value;
  facts.host.normalize_hostnames = global.normalize_hostnames.value;
  facts.host.domain_strip = global.domain_strip.value;
  facts.host.selectors_in_defaults = global.selectors_in_defaults.value;
  if (const auto* section = section_of(settings, arguments, map)) {
    apply_section(*section, facts);
  }
  if (arguments.directory) facts.directory = *arguments.directory;
  facts.lookup.map = map;
  facts.lookup.uid = std::to_string(getuid());
  facts.lookup.gid = std::to_string(getgid());
  if (auto done = apply_networks(arguments, facts); !done) return pass(done);
  apply_settings(arguments, facts);
  return facts;
}

}  // namespace amd::amdmap
