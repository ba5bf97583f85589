// SPDX-License-Identifier: BSD-3-Clause
// Finds a key in the text of a Sun map: what is found is amd's language, with
// its places in the Sun text.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "amd/tree/map_source.h"
#include "maplang/syntax/diagnostic.h"
#include "maplang/syntax/map_index.h"

namespace amd {

// The key itself; else a mount point below a key (`src /bin srv:/bin ...` has
// "src/bin"); else a wildcard, with the mount points below it.  `tell` gets
// what is wrong with the entry that was used.
std::optional<MapEntryText> find_in_sun_map(
    const maplang::MapIndex& index, const std::string& path,
    const std::string& key,
    const std::function<void(const maplang::Diagnostic&)>& tell);

}  // namespace amd
