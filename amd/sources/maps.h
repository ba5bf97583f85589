// SPDX-License-Identifier: BSD-3-Clause
// All maps of the daemon: opened by name and type, shared by name.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/sources/file_source.h"
#include "amd/tree/map_source.h"

namespace amd {

class Maps : public MapOpener {
 public:
  // `clock` and the loop behind `post` outlive this.
  Maps(const Clock& clock, Post post);

  // A second user of a name shares the first one's map, whatever type he asks
  // for (amd's rule).
  Result<MapSource*> open(const MapRequest& request) override;

  // SIGHUP, `amq -f`, the reload interval.
  void reload();
  std::vector<MapInfo> info() const;

 private:
  const Clock& clock_;
  Post post_;
  std::map<std::string, std::unique_ptr<MapSource>> by_name_;
};

// The type of a map that is asked for by name only: "file", or the type that
// the name's form stands for ("union:...", "hesiod....", "/etc/passwd").
std::string type_of_name(const std::string& name);

// The file that a name without a slash stands for: the first readable one in
// the directories of `search_path`, else the name itself.
std::string find_map_file(const std::string& name,
                          const std::string& search_path);

}  // namespace amd
