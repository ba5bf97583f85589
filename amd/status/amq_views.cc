// SPDX-License-Identifier: BSD-3-Clause
#include "amd/status/amq_views.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace amd {

namespace {

constexpr const char* kRootInfo = "\"root\"";

int32_t clamp(std::uint64_t n) {
  constexpr auto most = std::numeric_limits<int32_t>::max();
  return n > static_cast<std::uint64_t>(most) ? most : static_cast<int32_t>(n);
}

int32_t epoch_seconds(WallTime t) {
  return clamp(static_cast<std::uint64_t>(std::max<int64_t>(
      0, std::chrono::duration_cast<Seconds>(t.time_since_epoch()).count())));
}

int32_t born_at(const StatusReport& report, Duration age) {
  return epoch_seconds(report.wall -
                       std::chrono::duration_cast<WallTime::duration>(age));
}

// Where the files of a name are, as far as users are concerned.
std::string place_of(const NodeSnapshot& n) {
  // `fs` says nothing about what is mounted on the name itself.
  if (n.mount_point == n.path || n.link_text.empty()) return n.mount_point;
  return n.link_text;
}

bool is_shown_as_error(const NodeSnapshot& n) {
  // Without a type no location has been found yet.
  return n.error != 0 || n.type.empty();
}

rpc::AmqTreeNode node_of(const StatusReport& report, const NodeSnapshot& n) {
  rpc::AmqTreeNode node;
  node.directory = n.path;
  node.mounttime = born_at(report, n.ready_for.value_or(n.age));
  node.lookup = clamp(n.lookups);
  if (is_shown_as_error(n)) {
    // The old daemon's words for a name that cannot be had now.
    node.mountinfo = ".";
    node.mountpoint = "//nil//";
    node.type = "error";
    return node;
  }
  node.mountinfo = n.info;
  node.mountpoint = place_of(n);
  node.type = n.type;
  return node;
}

class TreeMaker {
 public:
  explicit TreeMaker(const StatusReport& report) : report_(report) {
    for (const PointSnapshot& p : report.tree.points)
      if (p.parent) nested_[p.path] = &p;
  }

  rpc::AmqTree whole() {
    rpc::AmqTreeNode root;
    root.mountinfo = kRootInfo;
    root.type = "root";
    root.mounttime = born_at(report_, report_.up_for);
    tree_.nodes.push_back(root);
    const auto& points = report_.tree.points;
    for (auto p = points.rbegin(); p != points.rend(); ++p)
      if (!p->parent) add_point(*p, 0);
    return std::move(tree_);
  }

  std::optional<rpc::AmqTree> below(std::string_view path) {
    for (const PointSnapshot& p : report_.tree.points) {
      if (p.path == path && !p.parent) {
        add_point(p, std::nullopt);
        return std::move(tree_);
      }
      for (const NodeSnapshot& n : p.nodes) {
        if (n.path != path) continue;
        add_node(n, std::nullopt);
        return std::move(tree_);
      }
    }
    return std::nullopt;
  }

 private:
  void add_point(const PointSnapshot& point, std::optional<uint32_t> parent) {
    rpc::AmqTreeNode node;
    node.parent = parent;
    node.directory = point.path;
    node.mountinfo = point.map_name;
    node.mountpoint = point.path;
    node.type = "toplvl";
    node.mounttime = born_at(report_, point.age);
    node.lookup = clamp(point.lookups);
    add_nodes_of(point, push(std::move(node)));
  }

  void add_node(const NodeSnapshot& n, std::optional<uint32_t> parent) {
    rpc::AmqTreeNode node = node_of(report_, n);
    node.parent = parent;
    const auto nested = nested_.find(n.path);
    if (nested == nested_.end()) {
      push(std::move(node));
      return;
    }
    node.mountpoint = n.path;
    add_nodes_of(*nested->second, push(std::move(node)));
  }

  void add_nodes_of(const PointSnapshot& point, uint32_t parent) {
    for (auto n = point.nodes.rbegin(); n != point.nodes.rend(); ++n)
      add_node(*n, parent);
  }

  uint32_t push(rpc::AmqTreeNode node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(tree_.nodes.size() - 1);
  }

  const StatusReport& report_;
  std::map<std::string, const PointSnapshot*, std::less<>> nested_;
  rpc::AmqTree tree_;
};

// amq's word for a server: 1 up, 0 down, -1 starting.
int32_t up_of(const StatusReport& report, const std::string& server) {
  for (const ServerSnapshot& s : report.servers) {
    if (s.key.name.str() != server) continue;
    if (s.state == ServerState::Up || s.state == ServerState::Suspect) return 1;
    return s.state == ServerState::Down ? 0 : -1;
  }
  return -1;
}

rpc::AmqMountInfo local_mount(std::string type, std::string mountpt,
                              std::string info, int refc) {
  rpc::AmqMountInfo m;
  m.type = std::move(type);
  m.mountpt = std::move(mountpt);
  m.mountinfo = std::move(info);
  m.fserver = "localhost";
  m.refc = refc;
  m.up = 1;
  return m;
}

rpc::AmqMountInfo mount_of(const StatusReport& report,
                           const VolumeSnapshot& volume) {
  rpc::AmqMountInfo m = local_mount(volume.spec.type, volume.spec.target,
                                    source_of(volume.spec.method), volume.uses);
  const auto servers = servers_of(volume.spec);
  if (!servers.empty()) {
    m.fserver = servers.front();
    m.up = up_of(report, m.fserver);
  }
  if (volume.error)
    m.error = errno_of(*volume.error);
  else if (volume.state == VolumeState::Mounting ||
           volume.state == VolumeState::Unmounting)
    m.error = -1;
  return m;
}

// A name that could not be mounted, so that `amq -m` says why.
rpc::AmqMountInfo failed_mount(const StatusReport& report,
                               const NodeSnapshot& node) {
  rpc::AmqMountInfo m =
      local_mount(node.type.empty() ? "error" : node.type, node.path,
                  node.info.empty() ? "." : node.info, 0);
  m.error = node.error;
  const size_t colon = node.info.find(':');
  if (colon != std::string::npos && colon > 0) {
    m.fserver = node.info.substr(0, colon);
    m.up = up_of(report, m.fserver);
  }
  return m;
}

// The rows of `amq -m`, each with its age.
class MountLister {
 public:
  explicit MountLister(const StatusReport& report) : report_(report) {}

  std::vector<rpc::AmqMountInfo> list() {
    add(report_.up_for, local_mount("root", "", kRootInfo, 1));
    for (const PointSnapshot& p : report_.tree.points)
      add(p.age,
          local_mount(p.parent ? "auto" : "toplvl", p.path, p.map_name, 1));
    add_volumes();
    add_failed();
    std::stable_sort(
        rows_.begin() + 1, rows_.end(),
        [](const Row& a, const Row& b) { return a.first > b.first; });
    std::vector<rpc::AmqMountInfo> mounts;
    for (Row& row : rows_) mounts.push_back(std::move(row.second));
    return mounts;
  }

 private:
  using Row = std::pair<Duration, rpc::AmqMountInfo>;

  void add(Duration age, rpc::AmqMountInfo mount) {
    rows_.emplace_back(age, std::move(mount));
  }

  // Links are no file systems, and neither is what only shows at a name the
  // files that are mounted elsewhere.
  void add_volumes() {
    std::set<std::string> shown_elsewhere;
    for (const PointSnapshot& p : report_.tree.points)
      for (const NodeSnapshot& n : p.nodes)
        if (n.error == 0 && !n.type.empty() && n.mount_point != n.path)
          shown_elsewhere.insert(n.path);
    for (const VolumeSnapshot& v : report_.volumes) {
      targets_.insert(v.spec.target);
      if (v.spec.type == "link" || v.spec.type == "linkx") continue;
      if (std::holds_alternative<SymbolicLink>(v.spec.method)) continue;
      if (shown_elsewhere.contains(v.spec.target)) continue;
      add(v.mounted_for.value_or(Duration{0}), mount_of(report_, v));
    }
  }

  void add_failed() {
    for (const PointSnapshot& p : report_.tree.points)
      for (const NodeSnapshot& n : p.nodes)
        if (n.error != 0 && !targets_.contains(n.path) &&
            !targets_.contains(n.mount_point))
          add(Duration{0}, failed_mount(report_, n));
  }

  const StatusReport& report_;
  std::set<std::string> targets_;
  std::vector<Row> rows_;
};

bool is_prefix_path(std::string_view prefix, std::string_view path) {
  return !prefix.empty() && path.starts_with(prefix) &&
         (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace

std::optional<rpc::AmqTree> tree_of(const StatusReport& report,
                                    std::string_view path) {
  TreeMaker maker(report);
  if (path.empty()) return maker.whole();
  return maker.below(path);
}

std::vector<rpc::AmqMountInfo> mounts_of(const StatusReport& report) {
  return MountLister(report).list();
}

std::vector<rpc::AmqMapInfo> maps_of(const StatusReport& report) {
  std::vector<rpc::AmqMapInfo> list;
  for (const MapInfo& map : report.maps) {
    rpc::AmqMapInfo info;
    info.name = map.name;
    info.wildcard = map.wildcard;
    info.modify = map.modified ? epoch_seconds(*map.modified) : 0;
    info.nentries = clamp(map.entries);
    info.reloads = map.reloads;
    info.refc = clamp(static_cast<std::uint64_t>(std::count_if(
        report.tree.points.begin(), report.tree.points.end(),
        [&](const PointSnapshot& p) { return p.map_name == map.name; })));
    list.push_back(std::move(info));
  }
  rpc::AmqMapInfo root;
  root.name = kRootInfo;
  root.modify = born_at(report, report.up_for);
  root.nentries = clamp(report.tree.points.size());
  root.refc = 1;
  list.push_back(std::move(root));
  return list;
}

rpc::AmqStats stats_of(const StatusReport& report) {
  const TreeCounters& c = report.tree.counters;
  rpc::AmqStats stats;
  stats.drops = clamp(c.deferred);
  stats.mok = clamp(c.mounts_ok);
  stats.merr = clamp(c.mounts_failed);
  stats.uerr = clamp(c.unmounts_failed);
  return stats;
}

std::string user_path_of(const StatusReport& report,
                         std::string_view directory) {
  for (const PointSnapshot& p : report.tree.points) {
    for (const NodeSnapshot& n : p.nodes) {
      if (is_shown_as_error(n) || n.type == "auto") continue;
      const std::string place = place_of(n);
      if (is_prefix_path(place, directory))
        return n.path + std::string(directory.substr(place.size()));
    }
  }
  return "";
}

}  // namespace amd
