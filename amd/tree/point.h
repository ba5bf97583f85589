// SPDX-License-Identifier: BSD-3-Clause
// One automount point.  Plain data, changed by Tree only.

#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "amd/tree/node.h"
#include "amd/tree/settings.h"

namespace amd {

struct Point {
  PointId id{};
  PointConfig config;
  FrontEnd* front_end = nullptr;  // outlives the tree
  MapSource* source = nullptr;    // the same
  std::optional<PointId> parent;  // of a nested one
  std::optional<NodeId> node;     // the name that it stands at, once Ready
  std::unordered_map<std::string, NodeId> names;
  Instant made_at{};
  std::uint64_t lookups = 0;
  bool is_attached = false;
  bool is_orphan = false;  // nobody wants it any more: detach when attached
  bool is_detaching = false;
  bool stays = false;  // could not be detached when the daemon was to end
};

}  // namespace amd
