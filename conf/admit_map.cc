// SPDX-License-Identifier: BSD-3-Clause
#include "conf/admit_map.h"

#include <fmt/format.h>

#include <utility>

#include "conf/shown.h"

namespace amd::conf {

using maplang::Severity;

std::optional<MapFinding> admit_map(MapSettings map, std::string_view tag,
                                    Settings& settings) {
  const std::string directory = map.directory;
  // In an amd.conf that is another section.
  if (directory == "global")
    return MapFinding{Severity::Error, "global is no directory"};
  if (map.map_name.value.empty())
    return MapFinding{
        Severity::Error,
        fmt::format("map_name must be defined for map {}", shown(directory))};
  if (!map.tag.value.empty() && map.tag.value != tag)
    return MapFinding{Severity::Note,
                      fmt::format("skipping map {}: its tag is {}",
                                  shown(directory), shown(map.tag.value))};
  const size_t erased = std::erase_if(
      settings.maps,
      [&](const MapSettings& there) { return there.directory == directory; });
  settings.maps.push_back(std::move(map));
  if (erased == 0) return std::nullopt;
  return MapFinding{Severity::Warning,
                    fmt::format("map {} is defined again; the last one counts",
                                shown(directory))};
}

}  // namespace amd::conf
