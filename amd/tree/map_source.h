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

namespace amd {

// The text of one entry and where it stands, for diagnostics.
struct MapEntryText {
  std::string value;    // the entry without its key, continuations joined
  std::string source;   // "/etc/amd.home", "nis:amd.home" ...
  int line = 0;         // of the value's first byte, from 1; 0: has no lines
  int column = 0;       // of the value's first byte, from 1
  std::string matched;  // the map's own key: the name itself, "*", "a/*"
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
};

}  // namespace amd
