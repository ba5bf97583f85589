// SPDX-License-Identifier: BSD-3-Clause
// What amq and the metrics show of the tree: copies, read-only.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/tree/names.h"

namespace amd {

struct NodeSnapshot {
  std::string path;
  std::string type;         // of the location in use, empty: none yet
  std::string info;         // its source: "server1:/share"
  std::string mount_point;  // where the files are: in place, or below auto_dir
  std::string link_text;    // where the name leads
  std::string state;        // "pending", "ready", "leaving", "failed"
  std::string origin;       // "file:line:col" of the location in use
  std::string failure;      // why the last access failed, empty: it did not
  int error = 0;            // the errno of that
  Duration age{0};          // since the node was made
  std::optional<Duration> ready_for;
  std::optional<Duration> time_to_ready;  // of the access that made it ready
  std::uint64_t lookups = 0;
  bool never_expires = false;
};

struct PointSnapshot {
  PointId id{};
  std::optional<PointId> parent;  // of an automount point inside another
  std::string path;
  std::string map_name;
  std::uint64_t lookups = 0;
  Duration age{0};
  std::vector<NodeSnapshot> nodes;  // oldest first
};

struct TreeCounters {
  std::uint64_t lookups = 0;   // requests of front ends
  std::uint64_t deferred = 0;  // of these, those that had to wait
  std::uint64_t no_entry = 0;  // answered ENOENT from the map
  std::uint64_t mounts_ok = 0;
  std::uint64_t mounts_failed = 0;  // locations that were tried and failed
  std::uint64_t accesses_failed = 0;
  std::uint64_t unmounts_ok = 0;
  std::uint64_t unmounts_failed = 0;
};

struct TreeSnapshot {
  std::vector<PointSnapshot> points;  // oldest first
  TreeCounters counters;
};

}  // namespace amd
