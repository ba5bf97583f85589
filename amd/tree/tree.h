// SPDX-License-Identifier: BSD-3-Clause
// The names that users see: automount points and what is below them.
//
// A state machine: front ends ask it for names (Names), it asks maps, servers
// and volumes through their seams, and answers every access exactly once.  It
// knows no socket, no kernel and no map syntax; it never blocks.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "amd/base/deadlines.h"
#include "amd/base/loop.h"
#include "amd/tree/point.h"
#include "amd/tree/settings.h"
#include "amd/tree/snapshot.h"

namespace amd {

// All outlive the tree, and call it back only from the loop.
struct TreeSeams {
  const Clock& clock;
  Timer& timer;  // the tree's own
  MapOpener& maps;
  World& world;
  ServerProbe& probe;
  VolumeTable& volumes;
  const maplang::HostFacts& facts;
  // What the server table knows; asked for each access that may use it.
  std::function<ServerOutlook(const std::string& server, ServerOrder order)>
      outlook;
};

class Tree : public Names, private VolumeEvents, private AttemptHost {
 public:
  // Becomes the receiver of the volumes' events.
  Tree(const TreeSeams& seams, TreeSettings settings);
  ~Tree() override;

  // Makes an automount point; `done` says whether it is there.
  [[nodiscard]] Result<PointId> start_point(const PointConfig& config,
                                            FrontEnd& front_end,
                                            FrontEnd::Done done);

  void lookup(PointId point, std::string_view name, const Requester& who,
              LookupReply reply) override;
  void expire(PointId point, std::string_view name, LookupReply reply) override;
  void on_point_lost(PointId point, const Error& why) override;

  // From the server table, at every change of state.
  void on_server_up(const std::string& server);
  void on_server_down(const std::string& server);

  // amq -u: unmounts one name (or a nested automount point), whatever its
  // options say about expiry.  ENOENT: no such name; EBUSY: in use.
  using Done = std::function<void(Result<void>)>;
  void start_unmount(const std::string& path, Done done);

  // Ends everything, leaves first: accesses that wait get ENOENT, what is not
  // in use is unmounted.  `done` is called once, with what had to stay.
  using ShutDown = std::function<void(std::vector<std::string> busy)>;
  void start_shutdown(ShutDown done);

  TreeSnapshot snapshot() const;
  const TreeCounters& counters() const { return counters_; }

 private:
  Node* find(NodeId id);
  Node* find(Point& point, std::string_view name);
  Point* find(PointId id);
  Result<PointId> add_point(const PointConfig& config, FrontEnd& front_end,
                            std::optional<PointId> parent, FrontEnd::Done done);
  Node& add_node(Point& point, std::string_view name);
  void enter(Node& node, NodeState state);
  void begin_attempt(Node& node);
  void finish_attempt(Node& node);
  void become_ready(Node& node, AttemptOutcome outcome);
  void become_failed(Node& node, const Error& error, std::string reasons);
  void answer_waiters(Node& node, int errno_value);
  void answer_leavers(Node& node, const Result<void>& result);
  void release_claims(const AttemptOutcome& outcome);
  void release(const std::optional<UseId>& use);
  void end_access(Node& node, int errno_value);

  bool may_expire(Node& node);
  bool finds_idle(const Node& node);
  bool is_better(const Node& node, const std::string& server);
  void return_to(const std::string& server);
  void leave(Node& node, UnmountPolicy policy);
  void leave_next(Node& node);
  void leave_nested(Node& node);
  void left(Node& node);
  void stay(Node& node, const Error& why);
  void forget(NodeId id);
  void remove_point(PointId id);
  void note_use(Node& node);
  void rearm(const Node& node);
  void on_time();
  void on_deadline(Node& node);
  void arm_timer();

  std::vector<NodeId> nodes_of(const Point& point) const;
  bool has_live_nodes(const Point& point);
  void drop_orphan(PointId id);
  void check_shutdown();
  bool is_shut_down(Point& point);
  bool has_left(Node& node);
  void finish_shutdown();

  void drive(AttemptId id,
             const std::function<void(Attempt&, Instant)>& event) override;
  Result<PointId> start_nested(AttemptId id, const NestedMap& map,
                               FrontEnd::Done done) override;
  void tell_author(const std::string& text) override;
  void on_volume_ready(UseId use, Result<void> result, Instant now) override;
  void on_volume_released(UseId use, Result<void> result, Instant now) override;
  NodeSnapshot snapshot_of(const Node& node) const;

  Instant now() const { return seams_.clock.now(); }

  TreeSeams seams_;
  TreeSettings settings_;
  TreeCounters counters_;
  std::map<PointId, std::unique_ptr<Point>> points_;
  std::map<NodeId, std::unique_ptr<Node>> nodes_;
  std::unordered_map<AttemptId, NodeId> attempts_;
  std::unordered_map<UseId, AttemptId> awaited_;  // claims of attempts
  std::unordered_map<UseId, NodeId> leaving_;     // claims being released
  Deadlines<NodeId> deadlines_;
  std::optional<Instant> armed_;
  std::unordered_set<std::string> told_;  // to authors of maps
  std::uint32_t next_point_ = 1;
  std::uint32_t next_node_ = 1;
  std::uint64_t next_attempt_ = 1;
  std::uint64_t next_probe_ = 1;
  ShutDown shut_down_;           // set while shutting down
  bool names_are_gone_ = false;  // shutting down: only volumes are left
  std::optional<Instant> check_shutdown_at_;
  Instant shutdown_ends_{};
  std::vector<std::string> busy_;
};

}  // namespace amd
