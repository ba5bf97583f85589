// SPDX-License-Identifier: BSD-3-Clause
// The tree's end: names before the points that they are in, inner points before
// outer ones, then the volumes that nobody uses.  What is busy stays.

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/tree/tree.h"

namespace amd {
namespace {

// How often volumes are looked at when only they are left.
constexpr Milliseconds kPoll{20};

// However slow unmounting is, the daemon ends after this.
constexpr Seconds kPatience{60};

}  // namespace

void Tree::start_shutdown(ShutDown done) {
  shut_down_ = std::move(done);
  shutdown_ends_ = now() + kPatience;
  check_shutdown_at_ = now();
  std::vector<NodeId> pending;
  for (const auto& [id, node] : nodes_) {
    if (node->state == NodeState::Pending) pending.push_back(id);
    if (node->state == NodeState::Leaving) answer_waiters(*node, ENOENT);
  }
  for (NodeId id : pending) {
    end_access(*find(id), ENOENT);
    forget(id);
  }
  arm_timer();
}

// Runs from the timer whenever something may have changed, until all is done.
void Tree::check_shutdown() {
  check_shutdown_at_.reset();
  if (!shut_down_) return;
  bool is_late = now() >= shutdown_ends_;
  if (!names_are_gone_) {
    // Inner points are younger than those that they are in.
    std::vector<PointId> ids;
    for (const auto& [id, point] : points_) ids.push_back(id);
    std::reverse(ids.begin(), ids.end());
    bool all = true;
    for (PointId id : ids) {
      Point* point = find(id);
      if (point && !is_shut_down(*point)) all = false;
    }
    if (!all && !is_late) {
      if (!check_shutdown_at_) check_shutdown_at_ = shutdown_ends_;
      return;
    }
    names_are_gone_ = true;
    seams_.volumes.retry_idle(now());
  }
  if (seams_.volumes.is_settled() || is_late) return finish_shutdown();
  check_shutdown_at_ = std::min(now() + kPoll, shutdown_ends_);
}

// Does what can be done now; true when nothing more can be.
bool Tree::is_shut_down(Point& point) {
  bool all = true;
  for (NodeId id : nodes_of(point)) {
    Node* node = find(id);
    if (node && !has_left(*node)) all = false;
  }
  if (!all || !point.is_attached || point.is_detaching) return false;
  if (point.parent || point.stays) return true;  // its name sees to it
  point.is_detaching = true;
  point.front_end->start_detach(
      point.id, [this, id = point.id](const Result<void>& result) {
        Point* detached = find(id);
        if (!detached) return;
        detached->is_detaching = false;
        if (result) {
          remove_point(id);
        } else {
          log::warning("{}: {}", escape(detached->config.path),
                       result.error().message());
          busy_.push_back(detached->config.path);
          detached->stays = true;
        }
        check_shutdown_at_ = now();
        arm_timer();
      });
  return false;
}

bool Tree::has_left(Node& node) {
  if (node.state == NodeState::Failed) return true;
  if (node.state != NodeState::Ready) return false;
  if (node.stays) return true;
  Point* nested = node.nested ? find(*node.nested) : nullptr;
  if (nested && !is_shut_down(*nested)) return false;
  Point& point = *find(node.point);
  if (!point.front_end->mounts_in_place() && !settings_.unmount_on_exit &&
      !node.nested) {
    forget(node.id);  // the file system stays as it is
    return true;
  }
  NodeId id = node.id;
  leave(node, UnmountPolicy::Plain);
  Node* after = find(id);
  return !after || after->stays;
}

void Tree::finish_shutdown() {
  for (const auto& [id, node] : nodes_) {
    if (node->stays || node->state == NodeState::Leaving) {
      busy_.push_back(node->path);
    }
  }
  for (const VolumeSnapshot& volume : seams_.volumes.snapshot(now())) {
    bool is_left = volume.state == VolumeState::Mounted && volume.uses == 0;
    if (is_left) busy_.push_back(volume.spec.target);
  }
  ShutDown done = std::exchange(shut_down_, nullptr);
  done(std::exchange(busy_, {}));
}

}  // namespace amd
