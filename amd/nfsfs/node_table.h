// SPDX-License-Identifier: BSD-3-Clause
// The objects of one file system that the kernel knows, by number and by name.
//
// An object is known by its parent and its name, and has a file handle on each
// replica where it was needed.  Its attributes are those first seen: where an
// equal replica has others (inode numbers, change times), they stay.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "amd/base/clock.h"
#include "amd/nfsfs/node_log.h"
#include "amd/nfsfs/sameness.h"
#include "amd/rpc/nfs3_types.h"

namespace amd::nfsfs {

struct Listing;

enum class NodeId : uint64_t {};
inline constexpr NodeId kRootNode{1};

// What is known of an object on one replica.
struct OnReplica {
  size_t replica = 0;
  rpc::nfs_fh3 handle;     // empty: not known
  uint64_t tag = 0;        // change_tag() there when it was last found the same
  bool is_tagged = false;  // `tag` counts
  bool was_logged = false;  // that it differs there
  Instant avoid_until{};    // it differed lately: others are asked first
};

struct Node {
  Node(NodeId i, Node* p, std::string_view n);
  ~Node();

  const NodeId id;
  Node* const parent;  // nullptr: the root
  const std::string name;
  bool has_name = true;  // its parent finds it; false: another took its place
  uint64_t lookups = 0;  // that the kernel has not forgotten; see remember()
  uint32_t children = 0;
  uint32_t pins = 0;

  bool has_attributes = false;
  rpc::fattr3 attributes;
  size_t source = 0;  // the replica whose object the attributes are
  std::vector<OnReplica> on;
  std::unique_ptr<Listing> listing;  // of a directory
  NodeLog::Slot slot = 0;

  OnReplica& at(size_t replica);  // made when missing
  const OnReplica* find(size_t replica) const;
  void drop_handle(size_t replica);  // it must be found and compared again
};

// How attributes that a replica gave compare with what is known.
enum class Seen {
  First,    // nothing was known: they are it now
  Same,     // the known ones stay
  Changed,  // it was this replica's object, and it changed there
  Differs,  // another object: nothing of this replica may be used for it
};

class NodeTable {
 public:
  // Goes on with the nodes in `log`, if there are any, and notes every change
  // there.  nullptr: nothing is noted.
  NodeTable(const SamenessPolicy& policy, NodeLog* log);

  Node& root() { return *nodes_.at(kRootNode); }
  Node* find(NodeId id);
  Node* find_child(const Node& parent, std::string_view name);
  Node& add(Node& parent, std::string_view name);
  // It keeps its number for those who have it open; its name is free.
  void take_name(Node& node);
  // The kernel was given the node once more, or has forgotten it as often.
  void remember(Node& node);
  void forget(NodeId id, uint64_t lookups);

  // Compares, and takes over what follows.  `difference` (may be null) is told
  // what is not the same.
  Seen see(Node& node, size_t replica, const rpc::fattr3& attributes,
           std::string* difference = nullptr);

  // "/a/b", from the root of the file system.
  static std::string path_of(const Node& node);
  size_t size() const { return nodes_.size(); }
  const std::unordered_map<NodeId, std::unique_ptr<Node>>& all() const {
    return nodes_;
  }

 private:
  friend class NodePin;
  struct ByName {
    using is_transparent = void;
    struct Key {
      const Node* parent;
      std::string_view name;
    };
    static Key key_of(const Node* n) { return {n->parent, n->name}; }
    static Key key_of(const Key& k) { return k; }
    template <class T>
    size_t operator()(const T& t) const {
      const Key k = key_of(t);
      return std::hash<std::string_view>()(k.name) * 31 +
             std::hash<const void*>()(k.parent);
    }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      const Key x = key_of(a);
      const Key y = key_of(b);
      return x.parent == y.parent && x.name == y.name;
    }
  };

  void restore();
  Node& insert(NodeId id, Node* parent, std::string_view name);
  void adopt(Node& node, size_t replica, const rpc::fattr3& attributes);
  void free_if_unused(Node* node);

  SamenessPolicy policy_;
  NodeLog* log_;
  uint64_t last_id_ = 1;
  std::unordered_map<NodeId, std::unique_ptr<Node>> nodes_;
  std::unordered_set<Node*, ByName, ByName> names_;
};

// Keeps a node while something waits that needs it.
class NodePin {
 public:
  NodePin(NodeTable& table, Node& node) : table_(table), node_(&node) {
    ++node_->pins;
  }
  NodePin(const NodePin&) = delete;
  NodePin& operator=(const NodePin&) = delete;
  ~NodePin() {
    --node_->pins;
    table_.free_if_unused(node_);
  }

 private:
  NodeTable& table_;
  Node* node_;
};

}  // namespace amd::nfsfs
