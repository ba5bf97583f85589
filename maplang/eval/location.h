// SPDX-License-Identifier: BSD-3-Clause
// One way to reach the files of a key, ready to be carried out.

#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace amd::maplang {

// All options expanded, defaults filled in, slashes and host name normalised.
// What the old daemon does on top for its own bookkeeping is not done here:
// `fs` of a link has no dot in front, `rfs` and `fs` of auto, direct, toplvl
// and union are not exchanged (`fs` is the map's name, `rfs` the directory).
// Optionals are options that were neither set nor have a default; an option
// may be set and empty.
struct ResolvedLocation {
  std::string type;           // as in the map
  std::string resolved_type;  // as `type`; nfsl: "link" or "nfs"
  std::string rhost;
  std::string rfs;
  std::string fs;
  std::string sublink;  // absolute unless `fs` is relative; may be empty
  std::string opts;     // addopts merged in
  std::string remopts;  // the same, for servers that are not on our networks
  std::string mount_type = "nfs";
  std::optional<std::string> dev;
  std::optional<std::string> pref;
  std::optional<std::string> delay;
  std::optional<std::string> mount;
  std::optional<std::string> unmount;  // `umount` is the same option
  std::optional<std::string> cache;
  std::optional<std::string> maptype;
  std::optional<std::string> cachedir;

  // The defaults in force here, which a nested `auto` node hands down.
  std::string defaults;
  std::string origin;  // "file:line:col"
  size_t index = 0;    // which location of the entry it is, from 0

  // What the name resolves to: sublink if set, else fs.
  const std::string& link_text() const {
    return sublink.empty() ? fs : sublink;
  }
  // Seconds to wait before this location is tried; 0 if none, negative or junk.
  int delay_seconds() const;
  // The key prefix of a nested `auto` node with this parent prefix and name.
  std::string auto_prefix(const std::string& parent_prefix,
                          const std::string& name) const;
};

}  // namespace amd::maplang
