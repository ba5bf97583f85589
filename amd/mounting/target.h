// SPDX-License-Identifier: BSD-3-Clause
// Directories to mount on: made when missing, removed when we made them.
// In helper processes only: these calls may wait.

#pragma once

#include <cstdint>
#include <string>

namespace amd {

// Makes `path` with its parents (mode 0555) if it is not there.  0 or an
// errno; `made` is the number of directories made, the last one first.  A
// symbolic link that a former life left in an autofs directory is replaced.
int make_target(const std::string& path, std::uint8_t& made);

// The same for all but the last component.
int make_parents(const std::string& path, std::uint8_t& made);

// Removes `path` and, if `made` is more than 1, that many less one of its
// parents, as far as they are empty.
void remove_target(const std::string& path, std::uint8_t made);

// `path` is a name in an autofs file system: whatever is there is ours.
bool is_in_autofs(const std::string& path);

}  // namespace amd
