// SPDX-License-Identifier: BSD-3-Clause

#include "amd/tree/tree.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/fstypes/nfs.h"
#include "amd/tree/errno_for.h"
#include "maplang/eval/key_order.h"

namespace amd {
namespace {

// How long amq shows that an access failed: amd's figures.
constexpr Seconds kShowTransient{17};
constexpr Seconds kShowFailure{5};

// Messages to authors of maps that are remembered, not to be said again.
constexpr size_t kMaxTold = 10000;

bool is_name(std::string_view name) {
  bool is_dots = name == "." || name == "..";
  return !name.empty() && name.size() <= 255 && !is_dots &&
         std::none_of(name.begin(), name.end(), [](char c) {
           auto byte = static_cast<unsigned char>(c);
           return byte < 32 || byte == 127 || byte == '/';
         });
}

bool is_no_entry(const Error& error) {
  return error.code == Errc::KeyNotFound ||
         error.code == Errc::NoLocationMatched;
}

std::string describe(const std::vector<AttemptFailure>& failures) {
  std::string text;
  for (const AttemptFailure& failure : failures) {
    if (!text.empty()) text += "; ";
    text += failure.origin;
    if (!failure.subject.empty()) text += " " + failure.subject;
    text += ": " + failure.why.message();
  }
  return escape(text);
}

}  // namespace

const char* name_of(NodeState state) {
  switch (state) {
    case NodeState::Pending:
      return "pending";
    case NodeState::Ready:
      return "ready";
    case NodeState::Leaving:
      return "leaving";
    case NodeState::Failed:
      return "failed";
  }
  return "?";
}

Tree::Tree(const TreeSeams& seams, TreeSettings settings)
    : seams_(seams), settings_(std::move(settings)) {
  seams_.volumes.set_events(*this);
}

Tree::~Tree() = default;

// --- automount points ---

Result<PointId> Tree::start_point(const PointConfig& config,
                                  FrontEnd& front_end, FrontEnd::Done done) {
  return add_point(config, front_end, std::nullopt, std::move(done));
}

Result<PointId> Tree::add_point(const PointConfig& config, FrontEnd& front_end,
                                std::optional<PointId> parent,
                                FrontEnd::Done done) {
  for (const auto& [id, other] : points_) {
    if (other->config.path == config.path) {
      return fail(EBUSY, config.path + " is an automount point already");
    }
  }
  Result<MapSource*> source = seams_.maps.open(config.map);
  if (!source) return pass(source);

  auto made = std::make_unique<Point>();
  Point& point = *made;
  point.id = PointId{next_point_++};
  point.config = config;
  point.front_end = &front_end;
  point.source = *source;
  point.parent = parent;
  point.made_at = now();
  points_.emplace(point.id, std::move(made));

  PointSpec spec;
  spec.id = point.id;
  spec.path = config.path;
  spec.source = config.map.name;
  spec.idle = settings_.cache_duration;
  spec.expire_interval = settings_.dismount_interval;
  spec.nested = parent.has_value();
  front_end.start_attach(spec, [this, id = point.id,
                                done = std::move(done)](Result<void> result) {
    Point* attached = find(id);
    if (!attached) return;
    if (!result) {
      remove_point(id);
    } else {
      attached->is_attached = true;
      log::info("{}: automount point of map {}", escape(attached->config.path),
                escape(attached->config.map.name));
      if (attached->is_orphan) drop_orphan(id);
    }
    done(std::move(result));
    arm_timer();
  });
  return point.id;
}

Result<PointId> Tree::start_nested(AttemptId id, const NestedMap& map,
                                   FrontEnd::Done done) {
  Node& node = *find(attempts_.at(id));
  Point& parent = *find(node.point);
  PointConfig config = parent.config;
  config.path = node.path;
  config.map.name = map.map_name;
  config.map.type = map.map_type;
  config.map_defaults.reset();
  config.inherited_defaults = map.defaults;
  config.key_prefix = map.key_prefix;
  return add_point(config, *parent.front_end, parent.id, std::move(done));
}

// A nested point whose name does not want it any more.
void Tree::drop_orphan(PointId id) {
  Point* point = find(id);
  if (!point) return;
  point->is_orphan = true;
  if (!point->is_attached || point->is_detaching) return;
  point->is_detaching = true;
  point->front_end->start_detach(id, [this, id](const Result<void>& result) {
    if (!result) log::warning("{}", result.error().message());
    remove_point(id);
  });
}

void Tree::on_point_lost(PointId id, const Error& why) {
  Point* point = find(id);
  if (!point) return;
  log::error("{}: automount point lost: {}", escape(point->config.path),
             why.message());
  std::optional<NodeId> at = point->node;
  remove_point(id);
  if (Node* node = at ? find(*at) : nullptr) {
    node->nested.reset();
    left(*node);
  }
  arm_timer();
}

// With all its names; who waits for one gets ENOENT.
void Tree::remove_point(PointId id) {
  Point* point = find(id);
  if (!point) return;
  for (NodeId child : nodes_of(*point)) {
    Node& node = *find(child);
    end_access(node, ENOENT);
    answer_leavers(node, {});
    std::optional<UseId> face = node.face;
    std::optional<UseId> mount = node.mount;
    std::optional<PointId> nested = node.nested;
    forget(child);
    release(face);
    release(mount);
    if (nested) remove_point(*nested);
  }
  points_.erase(id);
}

// --- accesses ---

void Tree::lookup(PointId id, std::string_view name, const Requester& who,
                  LookupReply reply) {
  ++counters_.lookups;
  Point* point = find(id);
  if (!point || shut_down_ || !is_name(name)) {
    return std::move(reply).answer(ENOENT);
  }
  ++point->lookups;
  if (maplang::find_bad_byte(name)) {
    tell_author(fmt::format("Key \"{}\" contains a disallowed character",
                            escape(name)));
    return std::move(reply).answer(ENOENT);
  }
  Node* node = find(*point, name);
  if (!node) node = &add_node(*point, name);
  ++node->lookups;
  if (node->state == NodeState::Ready && !point->front_end->mounts_in_place()) {
    note_use(*node);
    arm_timer();
    return std::move(reply).answer(0);
  }
  ++counters_.deferred;
  if (node->waiters.empty()) {
    node->who = who;
    node->waiting_since = now();
  }
  node->waiters.push_back(std::move(reply));
  if (node->state == NodeState::Failed) {
    begin_attempt(*node);
  } else if (node->state == NodeState::Ready) {
    log::info("\"{}\": not there any more, mounted again", escape(node->path));
    leave(*node, UnmountPolicy::Plain);
  } else {
    rearm(*node);
  }
  arm_timer();
}

void Tree::begin_attempt(Node& node) {
  Point& point = *find(node.point);
  AttemptId id{next_attempt_++};
  attempts_.emplace(id, node.id);
  AttemptSeams seams{
      *this,
      seams_.world,
      {seams_.probe, seams_.outlook, [this] { return ProbeId{next_probe_++}; }},
      seams_.volumes,
      settings_,
      seams_.facts};
  AttemptInput input{id,
                     point.config,
                     *point.source,
                     point.front_end->mounts_in_place(),
                     node.name,
                     node.path,
                     node.who,
                     node.waiting_since};
  node.attempt = std::make_unique<Attempt>(seams, std::move(input));
  enter(node, NodeState::Pending);
  node.attempt->start();
}

void Tree::drive(AttemptId id,
                 const std::function<void(Attempt&, Instant)>& event) {
  auto at = attempts_.find(id);
  if (at == attempts_.end()) return;
  Node& node = *find(at->second);
  event(*node.attempt, now());
  if (node.attempt->is_over()) {
    finish_attempt(node);
  } else {
    if (auto use = node.attempt->awaited()) awaited_[*use] = id;
    rearm(node);
  }
  arm_timer();
}

void Tree::finish_attempt(Node& node) {
  std::unique_ptr<Attempt> attempt = std::move(node.attempt);
  attempts_.erase(attempt->input().id);
  AttemptOutcome outcome = attempt->take_outcome();
  std::string reasons = describe(attempt->failures());
  counters_.mounts_failed += attempt->failures().size();
  if (!outcome.error) {
    node.time_to_ready = now() - attempt->input().started;
    node.failure = std::move(reasons);
    return become_ready(node, std::move(outcome));
  }
  release_claims(outcome);
  become_failed(node, *outcome.error, std::move(reasons));
}

void Tree::become_ready(Node& node, AttemptOutcome outcome) {
  node.plan = std::move(outcome.plan);
  node.mount = outcome.mount;
  node.face = outcome.face;
  node.nested = outcome.nested;
  node.has_alternatives = outcome.has_alternatives;
  node.servers = std::move(outcome.servers);
  node.ready_at = now();
  node.error = 0;
  if (Point* nested = node.nested ? find(*node.nested) : nullptr) {
    nested->node = node.id;
  }
  ++counters_.mounts_ok;
  log::print(node.failure.empty() ? log::Level::Stats : log::Level::Info,
             "\"{}\": {} ({}) after {}{}{}", escape(node.path),
             escape(node.plan.info), escape(node.plan.origin),
             to_text(node.time_to_ready), node.failure.empty() ? "" : "; ",
             node.failure);
  enter(node, NodeState::Ready);
  note_use(node);
  answer_waiters(node, 0);
}

void Tree::become_failed(Node& node, const Error& error, std::string reasons) {
  int told = errno_for(error);
  ++counters_.accesses_failed;
  if (reasons.empty()) reasons = escape(error.message());
  bool is_news = node.failure != reasons || node.error != told;
  node.failure = std::move(reasons);
  node.error = told;
  if (is_no_entry(error)) {
    ++counters_.no_entry;
    end_access(node, told);
    return forget(node.id);
  }
  if (is_news) {
    log::error("\"{}\": {}", escape(node.path), node.failure);
  }
  bool is_transient = told == ETIMEDOUT || told == EHOSTUNREACH || told == EIO;
  node.forget_at = now() + (is_transient ? kShowTransient : kShowFailure);
  enter(node, NodeState::Failed);
  answer_waiters(node, told);
}

void Tree::release_claims(const AttemptOutcome& outcome) {
  release(outcome.face);
  release(outcome.mount);
  if (outcome.nested) drop_orphan(*outcome.nested);
}

void Tree::release(const std::optional<UseId>& use) {
  if (!use) return;
  awaited_.erase(*use);
  leaving_.erase(*use);
  seams_.volumes.release(*use, now());
}

// Ends an attempt that may still run, and answers who waits.
void Tree::end_access(Node& node, int errno_value) {
  if (std::unique_ptr<Attempt> attempt = std::move(node.attempt)) {
    attempts_.erase(attempt->input().id);
    release_claims(attempt->take_outcome());
  }
  answer_waiters(node, errno_value);
}

void Tree::answer_waiters(Node& node, int errno_value) {
  std::vector<LookupReply> waiters = std::exchange(node.waiters, {});
  for (LookupReply& waiter : waiters) std::move(waiter).answer(errno_value);
}

void Tree::answer_leavers(Node& node, const Result<void>& result) {
  std::vector<LookupReply> leavers = std::exchange(node.leavers, {});
  auto done = std::exchange(node.leave_done, {});
  for (LookupReply& leaver : leavers) {
    std::move(leaver).answer(result ? 0 : EBUSY);
  }
  for (auto& tell : done) tell(result);
}

void Tree::tell_author(const std::string& text) {
  if (told_.size() >= kMaxTold) told_.clear();
  if (told_.insert(text).second) log::user("{}", text);
}

// --- the end of a name ---

void Tree::expire(PointId id, std::string_view name, LookupReply reply) {
  Point* point = find(id);
  Node* node = point ? find(*point, name) : nullptr;
  if (!node || node->state == NodeState::Failed) {
    return std::move(reply).answer(0);
  }
  if (node->state == NodeState::Leaving) {
    node->leavers.push_back(std::move(reply));
    return;
  }
  if (node->state == NodeState::Pending || !may_expire(*node)) {
    return std::move(reply).answer(EBUSY);
  }
  node->leavers.push_back(std::move(reply));
  leave(*node, UnmountPolicy::Plain);
  arm_timer();
}

// The kernel found the node idle.  It has one idle time for a whole automount
// point, so a longer one of a node is counted in its offers: they come again
// and again while it stays idle.
bool Tree::may_expire(Node& node) {
  if (node.plan.never_expires) return false;
  if (!node.plan.idle || *node.plan.idle <= settings_.cache_duration) {
    return true;
  }
  Duration longest_gap =
      settings_.cache_duration + 2 * settings_.dismount_interval;
  bool is_first = !node.first_offer || now() - node.last_offer > longest_gap;
  if (is_first) node.first_offer = now();
  node.last_offer = now();
  return now() - *node.first_offer + settings_.cache_duration >=
         *node.plan.idle;
}

void Tree::start_unmount(const std::string& path, Done done) {
  for (const auto& [id, node] : nodes_) {
    if (node->path != path) continue;
    if (node->state == NodeState::Failed) break;
    if (node->state == NodeState::Pending) {
      return done(fail(EBUSY, path));
    }
    node->leave_done.push_back(std::move(done));
    if (node->state == NodeState::Ready) leave(*node, UnmountPolicy::Plain);
    return arm_timer();
  }
  done(fail(ENOENT, path));
}

void Tree::on_server_up(const std::string& server) {
  std::vector<AttemptId> running;
  for (const auto& [id, node] : attempts_) running.push_back(id);
  std::sort(running.begin(), running.end());
  for (AttemptId id : running) {
    drive(id, [&](Attempt& attempt, Instant at) {
      attempt.on_server_up(server, at);
    });
  }
  return_to(server);
}

// A mount that was made from another server while this one was down, and that
// nobody uses now, makes room: the next access finds the better one.
void Tree::return_to(const std::string& server) {
  if (shut_down_) return;
  std::vector<NodeId> affected;
  for (const auto& [id, node] : nodes_) {
    if (is_better(*node, server)) affected.push_back(id);
  }
  for (NodeId id : affected) {
    Node& node = *find(id);
    log::stats("\"{}\": {} is back, used again unless in use",
               escape(node.path), escape(server));
    leave(node, UnmountPolicy::Plain);
  }
  arm_timer();
}

bool Tree::is_better(const Node& node, const std::string& server) {
  if (node.state != NodeState::Ready || node.plan.never_expires ||
      !node.plan.mount) {
    return false;
  }
  std::vector<std::string> used = servers_of(*node.plan.mount);
  if (used.empty() || used.front() == server) return false;
  auto place = [&node](const std::string& name) {
    return std::find(node.servers.begin(), node.servers.end(), name);
  };
  if (place(server) == node.servers.end()) return false;
  ServerOrder order = find(node.point)->config.server_order;
  int its_rank = seams_.outlook(server, order).rank;
  int used_rank = seams_.outlook(used.front(), order).rank;
  return its_rank != used_rank ? its_rank < used_rank
                               : place(server) < place(used.front());
}

// What the kernel mounted from a server that is down hangs whoever uses it; if
// another server may do, it goes, so that the next access finds that one.
void Tree::on_server_down(const std::string& server) {
  std::vector<NodeId> affected;
  for (const auto& [id, node] : nodes_) {
    if (node->state != NodeState::Ready || !node->has_alternatives) continue;
    auto* nfs = node->plan.mount
                    ? std::get_if<KernelNfsMount>(&node->plan.mount->method)
                    : nullptr;
    if (nfs && nfs->replica.server == server) affected.push_back(id);
  }
  for (NodeId id : affected) {
    Node& node = *find(id);
    log::info("\"{}\": {} is down, left for another server", escape(node.path),
              escape(server));
    leave(node, is_read_only(node.plan.mount->options)
                    ? UnmountPolicy::DetachIfBusy
                    : UnmountPolicy::Plain);
  }
  arm_timer();
}

void Tree::leave(Node& node, UnmountPolicy policy) {
  node.policy = policy;
  enter(node, NodeState::Leaving);
  leave_next(node);
}

// The face first, so that nobody comes in while the rest goes.
void Tree::leave_next(Node& node) {
  if (node.nested) return leave_nested(node);
  for (std::optional<UseId>* claim : {&node.face, &node.mount}) {
    if (!*claim) continue;
    UseId use = **claim;
    bool is_hidden = claim == &node.mount && !node.plan.faces.empty();
    if (is_hidden && node.policy == UnmountPolicy::Plain) {
      seams_.volumes.release(use, now());  // which tries it again, if need be
    } else if (seams_.volumes.start_release(use, node.policy, now()) ==
               VolumeTable::Release::Started) {
      leaving_[use] = node.id;
      return;
    }
    claim->reset();
  }
  left(node);
}

void Tree::leave_nested(Node& node) {
  Point* nested = find(*node.nested);
  if (!nested) {
    node.nested.reset();
    return leave_next(node);
  }
  if (has_live_nodes(*nested)) {
    return stay(node, errno_error(EBUSY, node.path + " has names below it"));
  }
  nested->is_detaching = true;
  nested->front_end->start_detach(
      nested->id,
      [this, id = node.id, point = nested->id](const Result<void>& result) {
        Node* leaving = find(id);
        if (Point* detached = find(point)) detached->is_detaching = false;
        if (!leaving || leaving->nested != point) return;
        if (!result) {
          stay(*leaving, result.error());
        } else {
          remove_point(point);
          leaving->nested.reset();
          leave_next(*leaving);
        }
        arm_timer();
      });
}

void Tree::on_volume_released(UseId use, Result<void> result, Instant) {
  auto at = leaving_.extract(use);
  Node* node = at ? find(at.mapped()) : nullptr;
  if (!node) return;
  bool is_face = node->face == use;
  std::optional<UseId>& claim = is_face ? node->face : node->mount;
  if (!result && (is_face || node->plan.faces.empty())) {
    stay(*node, result.error());
    return arm_timer();
  }
  if (!result) seams_.volumes.release(use, now());  // its face is gone already
  claim.reset();
  leave_next(*node);
  arm_timer();
}

void Tree::left(Node& node) {
  ++counters_.unmounts_ok;
  node.failure.clear();
  node.plan = Plan{};
  answer_leavers(node, {});
  if (shut_down_) answer_waiters(node, ENOENT);
  if (node.waiters.empty()) return forget(node.id);
  begin_attempt(node);
}

void Tree::stay(Node& node, const Error& why) {
  ++counters_.unmounts_failed;
  ++node.refused_unmounts;
  log::stats("\"{}\" still active: {}", escape(node.path), why.message());
  enter(node, NodeState::Ready);
  if (!finds_idle(node) && !node.plan.never_expires) {
    node.idle_at = now() + next_unmount_retry(node.refused_unmounts,
                                              settings_.dismount_interval);
  }
  if (shut_down_) node.stays = true;
  rearm(node);
  answer_leavers(node, tl::unexpected(why));
  answer_waiters(node, 0);
}

void Tree::on_volume_ready(UseId use, Result<void> result, Instant) {
  auto at = awaited_.extract(use);
  if (!at) return;
  drive(at.mapped(), [&](Attempt& attempt, Instant when) {
    attempt.on_volume_ready(use, result, when);
  });
}

// --- nodes and their time ---

Node& Tree::add_node(Point& point, std::string_view name) {
  auto node = std::make_unique<Node>();
  node->id = NodeId{next_node_++};
  node->point = point.id;
  node->name = name;
  node->path = point.config.path + "/" + node->name;
  node->state = NodeState::Failed;  // nothing was tried yet
  node->made_at = now();
  point.names.emplace(node->name, node->id);
  return *nodes_.emplace(node->id, std::move(node)).first->second;
}

void Tree::forget(NodeId id) {
  Node& node = *find(id);
  if (Point* point = find(node.point)) point->names.erase(node.name);
  deadlines_.erase(id);
  nodes_.erase(id);
  if (shut_down_) check_shutdown_at_ = now();
}

void Tree::enter(Node& node, NodeState state) {
  log::debug("node {}: {} -> {}", escape(node.path), name_of(node.state),
             name_of(state));
  node.state = state;
  if (shut_down_) check_shutdown_at_ = now();
  rearm(node);
}

void Tree::rearm(const Node& node) {
  std::optional<Instant> when;
  switch (node.state) {
    case NodeState::Pending:
      when = node.attempt->next_deadline();
      break;
    case NodeState::Ready:
      when = node.idle_at;
      break;
    case NodeState::Leaving:
      if (!node.waiters.empty()) {
        when = node.waiting_since + settings_.access_deadline;
      }
      break;
    case NodeState::Failed:
      when = node.forget_at;
      break;
  }
  deadlines_.set(node.id, when);
}

bool Tree::finds_idle(const Node& node) {
  return find(node.point)->front_end->finds_idle();
}

void Tree::note_use(Node& node) {
  node.refused_unmounts = 0;
  node.first_offer.reset();
  node.idle_at.reset();
  if (!finds_idle(node) && !node.plan.never_expires) {
    node.idle_at = now() + node.plan.idle.value_or(settings_.cache_duration);
  }
  rearm(node);
}

void Tree::on_time() {
  armed_.reset();
  while (std::optional<NodeId> id = deadlines_.take_due(now())) {
    on_deadline(*find(*id));
  }
  if (check_shutdown_at_ && now() >= *check_shutdown_at_) check_shutdown();
  arm_timer();
}

void Tree::on_deadline(Node& node) {
  switch (node.state) {
    case NodeState::Pending:
      return drive(node.attempt->input().id,
                   [](Attempt& attempt, Instant at) { attempt.on_time(at); });
    case NodeState::Ready:
      node.idle_at.reset();
      return leave(node, UnmountPolicy::Plain);
    case NodeState::Leaving:
      return answer_waiters(node, ETIMEDOUT);
    case NodeState::Failed:
      return forget(node.id);
  }
}

void Tree::arm_timer() {
  std::optional<Instant> next = deadlines_.next();
  if (check_shutdown_at_ && (!next || *check_shutdown_at_ < *next)) {
    next = check_shutdown_at_;
  }
  if (next == armed_) return;
  armed_ = next;
  if (next) {
    seams_.timer.arm(*next, [this] { on_time(); });
  } else {
    seams_.timer.cancel();
  }
}

Node* Tree::find(NodeId id) {
  auto at = nodes_.find(id);
  return at == nodes_.end() ? nullptr : at->second.get();
}

Node* Tree::find(Point& point, std::string_view name) {
  auto at = point.names.find(std::string(name));
  return at == point.names.end() ? nullptr : find(at->second);
}

Point* Tree::find(PointId id) {
  auto at = points_.find(id);
  return at == points_.end() ? nullptr : at->second.get();
}

std::vector<NodeId> Tree::nodes_of(const Point& point) const {
  std::vector<NodeId> ids;
  for (const auto& [name, id] : point.names) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool Tree::has_live_nodes(const Point& point) {
  return std::any_of(point.names.begin(), point.names.end(),
                     [this](const auto& item) {
                       return find(item.second)->state != NodeState::Failed;
                     });
}

}  // namespace amd
