// SPDX-License-Identifier: BSD-3-Clause

#include "amd/sources/maps.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "amd/base/log.h"

namespace amd {
namespace {

// The types of amd's table that have no source here yet.
constexpr std::array<std::string_view, 9> kNotYet = {
    "exec", "passwd",  "hesiod", "ldap", "union",
    "nis",  "nisplus", "ndbm",   "error"};

}  // namespace

Maps::Maps(const Clock& clock, Post post)
    : clock_(clock), post_(std::move(post)) {
}

Result<MapSource*> Maps::open(const MapRequest& request) {
  auto at = by_name_.find(request.name);
  if (at != by_name_.end()) return at->second.get();

  std::string type =
      request.type.empty() ? type_of_name(request.name) : request.type;
  if (std::find(kNotYet.begin(), kNotYet.end(), type) != kNotYet.end()) {
    return fail(ENOTSUP, "map " + request.name + ": maps of type " + type +
                             " are not there yet");
  }
  if (type != "file") {
    return fail(EINVAL, "map " + request.name + ": no map type " + type);
  }
  auto source = std::make_unique<FileSource>(
      MapName(request.name), find_map_file(request.name, request.search_path),
      clock_, post_, request.is_sun ? MapSyntax::Sun : MapSyntax::Amd);
  MapSource* opened = source.get();
  by_name_.emplace(request.name, std::move(source));
  return opened;
}

void Maps::reload() {
  for (auto& [name, source] : by_name_) source->reload();
}

std::vector<MapInfo> Maps::info() const {
  std::vector<MapInfo> all;
  for (const auto& [name, source] : by_name_) all.push_back(source->info());
  return all;
}

std::string type_of_name(const std::string& name) {
  if (name.starts_with("union:")) return "union";
  if (name.starts_with("hesiod.")) return "hesiod";
  if (name == "/etc/passwd" || name.starts_with("/etc/passwd:")) {
    return "passwd";
  }
  return "file";
}

std::string find_map_file(const std::string& name,
                          const std::string& search_path) {
  if (name.find('/') != std::string::npos) return name;
  std::string_view rest = search_path;
  while (!rest.empty()) {
    size_t end = std::min(rest.find(':'), rest.size());
    std::string path = std::string(rest.substr(0, end)) + "/" + name;
    if (end > 0 && ::access(path.c_str(), R_OK) == 0) return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return name;
}

}  // namespace amd
