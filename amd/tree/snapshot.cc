// SPDX-License-Identifier: BSD-3-Clause
// What others see of the tree.

#include "amd/tree/snapshot.h"

#include "amd/tree/tree.h"

namespace amd {

TreeSnapshot Tree::snapshot() const {
  TreeSnapshot shown;
  shown.counters = counters_;
  for (const auto& [id, point] : points_) {
    PointSnapshot copy;
    copy.id = id;
    copy.parent = point->parent;
    copy.path = point->config.path;
    copy.map_name = point->config.map.name;
    copy.lookups = point->lookups;
    copy.age = now() - point->made_at;
    for (NodeId node : nodes_of(*point)) {
      copy.nodes.push_back(snapshot_of(*nodes_.at(node)));
    }
    shown.points.push_back(std::move(copy));
  }
  return shown;
}

NodeSnapshot Tree::snapshot_of(const Node& node) const {
  NodeSnapshot shown;
  shown.path = node.path;
  shown.type = node.plan.type;
  shown.info = node.plan.info;
  shown.link_text = node.plan.link_text;
  shown.mount_point =
      node.plan.mount ? node.plan.mount->target : node.plan.link_text;
  shown.state = name_of(node.state);
  shown.origin = node.plan.origin;
  shown.failure = node.failure;
  shown.error = node.error;
  shown.age = now() - node.made_at;
  shown.lookups = node.lookups;
  shown.never_expires = node.plan.never_expires;
  if (node.state == NodeState::Ready || node.state == NodeState::Leaving) {
    shown.ready_for = now() - node.ready_at;
    shown.time_to_ready = node.time_to_ready;
  }
  return shown;
}

}  // namespace amd
