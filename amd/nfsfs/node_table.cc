// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/node_table.h"

#include <algorithm>

#include "amd/nfsfs/listing.h"

namespace amd::nfsfs {

Node::Node(NodeId i, Node* p, std::string_view n) : id(i), parent(p), name(n) {
}
Node::~Node() = default;

OnReplica& Node::at(size_t replica) {
  for (OnReplica& o : on)
    if (o.replica == replica) return o;
  on.emplace_back();
  on.back().replica = replica;
  return on.back();
}

const OnReplica* Node::find(size_t replica) const {
  for (const OnReplica& o : on)
    if (o.replica == replica) return &o;
  return nullptr;
}

void Node::drop_handle(size_t replica) {
  OnReplica& there = at(replica);
  there.handle = {};
  there.is_tagged = false;
}

NodeTable::NodeTable(const SamenessPolicy& policy, NodeLog* log)
    : policy_(policy), log_(log) {
  if (log_ != nullptr) restore();
  if (nodes_.contains(kRootNode)) return;
  Node& root = insert(kRootNode, nullptr, "");
  if (log_ != nullptr)
    root.slot = log_->add(static_cast<uint64_t>(kRootNode), 0, "");
}

Node& NodeTable::insert(NodeId id, Node* parent, std::string_view name) {
  last_id_ = std::max(last_id_, static_cast<uint64_t>(id));
  auto node = std::make_unique<Node>(id, parent, name);
  Node& inserted = *node;
  if (parent != nullptr) ++parent->children;
  nodes_.emplace(id, std::move(node));
  return inserted;
}

// A node is younger than its parent, so parents have the smaller numbers.
void NodeTable::restore() {
  std::vector<NodeLog::Noted> all;
  log_->for_each([&](const NodeLog::Noted& n) { all.push_back(n); });
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const NodeLog::Noted& n : all) {
    const bool is_root = NodeId{n.id} == kRootNode;
    Node* parent = is_root ? nullptr : find(NodeId{n.parent});
    if ((parent == nullptr && !is_root) || nodes_.contains(NodeId{n.id}))
      continue;
    Node& node = insert(NodeId{n.id}, parent, n.name);
    node.slot = n.slot;
    node.lookups = n.lookups;
    node.has_attributes = n.has_attributes;
    node.attributes = n.attributes;
    node.source = n.source;
    node.has_name = n.has_name && (is_root || names_.insert(&node).second);
  }
  std::vector<Node*> youngest_first;
  for (const auto& [id, node] : nodes_) youngest_first.push_back(node.get());
  std::sort(youngest_first.begin(), youngest_first.end(),
            [](const Node* a, const Node* b) { return a->id > b->id; });
  std::vector<NodeId> ids;
  for (const Node* node : youngest_first) ids.push_back(node->id);
  for (const NodeId id : ids)
    if (Node* node = find(id)) free_if_unused(node);
}

Node* NodeTable::find(NodeId id) {
  const auto it = nodes_.find(id);
  return it == nodes_.end() ? nullptr : it->second.get();
}

Node* NodeTable::find_child(const Node& parent, std::string_view name) {
  const auto it = names_.find(ByName::Key{&parent, name});
  return it == names_.end() ? nullptr : *it;
}

Node& NodeTable::add(Node& parent, std::string_view name) {
  Node& node = insert(NodeId{last_id_ + 1}, &parent, name);
  node.has_name = names_.insert(&node).second;
  if (log_ != nullptr)
    node.slot = log_->add(static_cast<uint64_t>(node.id),
                          static_cast<uint64_t>(parent.id), name);
  return node;
}

void NodeTable::remember(Node& node) {
  ++node.lookups;
  if (log_ != nullptr) log_->set_lookups(node.slot, node.lookups);
}

void NodeTable::take_name(Node& node) {
  if (!node.has_name || node.parent == nullptr) return;
  names_.erase(&node);
  node.has_name = false;
  if (log_ != nullptr) log_->set_nameless(node.slot);
}

void NodeTable::forget(NodeId id, uint64_t lookups) {
  Node* node = find(id);
  if (node == nullptr || id == kRootNode) return;
  node->lookups -= std::min(lookups, node->lookups);
  if (log_ != nullptr) log_->set_lookups(node->slot, node->lookups);
  free_if_unused(node);
}

void NodeTable::free_if_unused(Node* node) {
  while (node->parent != nullptr && node->lookups == 0 && node->children == 0 &&
         node->pins == 0) {
    Node* parent = node->parent;
    take_name(*node);
    if (log_ != nullptr) log_->remove(node->slot);
    nodes_.erase(node->id);
    --parent->children;
    node = parent;
  }
}

// The inode number stays what it was when the object was first seen.
void NodeTable::adopt(Node& node, size_t replica,
                      const rpc::fattr3& attributes) {
  const uint64_t fileid =
      node.has_attributes ? node.attributes.fileid : attributes.fileid;
  node.has_attributes = true;
  node.attributes = attributes;
  node.attributes.fileid = fileid;
  node.source = replica;
  if (log_ != nullptr)
    log_->set_attributes(node.slot, node.attributes, replica);
}

Seen NodeTable::see(Node& node, size_t replica, const rpc::fattr3& attributes,
                    std::string* difference_text) {
  const uint64_t tag = change_tag(attributes);
  OnReplica& there = node.at(replica);
  if (!node.has_attributes) {
    adopt(node, replica, attributes);
    there.tag = tag;
    there.is_tagged = true;
    return Seen::First;
  }
  const bool is_source = node.source == replica;
  if (there.is_tagged && there.tag == tag) {
    // What a change tag does not cover may still move: access times, owners.
    if (is_source) adopt(node, replica, attributes);
    return Seen::Same;
  }
  std::string text = difference(policy_, node.attributes, attributes);
  const bool is_directory = node.attributes.type == rpc::NF3DIR;
  if (there.is_tagged && (is_source || text.empty() || is_directory) &&
      attributes.type == node.attributes.type) {
    adopt(node, replica, attributes);
    there.tag = tag;
    // The others' objects must be compared again before they are used.
    if (!text.empty())
      for (OnReplica& o : node.on) o.is_tagged = o.replica == replica;
    return Seen::Changed;
  }
  if (!text.empty()) {
    there.is_tagged = false;
    if (difference_text != nullptr) *difference_text = std::move(text);
    return Seen::Differs;
  }
  if (is_source) adopt(node, replica, attributes);
  there.tag = tag;
  there.is_tagged = true;
  there.was_logged = false;
  return Seen::Same;
}

std::string NodeTable::path_of(const Node& node) {
  if (node.parent == nullptr) return "/";
  std::string path;
  for (const Node* n = &node; n->parent != nullptr; n = n->parent)
    path.insert(0, "/" + n->name);
  return path;
}

}  // namespace amd::nfsfs
