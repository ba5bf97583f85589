// SPDX-License-Identifier: BSD-3-Clause
// The seam behind which maps live: files, NIS, LDAP, programs ...
//
// start_* return at once; the callback is called exactly once, from the loop,
// never from inside start_*.  A source that cannot be reached reports an Error
// with its reason; "no such key" is a value, not an error.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/base/named.h"
#include "amd/base/result.h"
#include "maplang/syntax/ast.h"

namespace amd {

// The text of one entry and where it stands, for diagnostics.
struct MapEntryText {
  std::string value;            // without its key, continuations joined
  maplang::ValueOrigin origin;  // "/etc/amd.home" and places in it
  std::string matched;          // the map's own key: the name, "*", "a/*"
  // The source tells what is wrong with the text itself.
  bool is_checked = false;
};

// What amq shows of a map.
struct MapInfo {
  std::string name;
  std::string type;                  // "file", "nis" ...
  std::string wildcard;              // value of "*", empty: none
  size_t entries = 0;                // that are in memory
  int reloads = 0;                   // how often it was read
  std::optional<WallTime> modified;  // by the source's own account
  std::optional<Error> error;        // why it cannot be read now
};

class MapSource {
 public:
  using LookupDone = std::function<void(Result<std::optional<MapEntryText>>)>;
  using ListDone = std::function<void(Result<std::vector<std::string>>)>;

  virtual ~MapSource() = default;
  // Looks `key` up in the map's search order (exact, a/b/*, a/*, *); keys that
  // begin with "/" (as "/defaults") match exactly or not at all.
  virtual void start_lookup(const MapKey& key, LookupDone done) = 0;
  // All keys as the map spells them.
  virtual void start_list(ListDone done) = 0;
  // Forgets what is cached and reads again what must be read.
  virtual void reload() = 0;
  virtual const MapName& name() const = 0;
  virtual MapInfo info() const = 0;
};

// Which map is wanted.
struct MapRequest {
  std::string name;         // as in amd.conf or `fs:=` of an auto entry
  std::string type;         // map_type or maptype:=; empty: find out
  std::string search_path;  // dir:dir:dir for names without a slash
  bool is_sun = false;      // its entries are in Sun's syntax
};

// Whoever has the maps: each is opened once and shared by its name.
class MapOpener {
 public:
  virtual ~MapOpener() = default;
  // The map lives as long as the opener.  An error: no map of this kind can be
  // had; one whose source is only missing now opens, and its look-ups fail.
  virtual Result<MapSource*> open(const MapRequest& request) = 0;
};

}  // namespace amd
