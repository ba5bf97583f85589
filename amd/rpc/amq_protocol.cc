// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/amq_protocol.h"

#include <utility>

// Last: see wire.h.
#include "amd/rpc/wire.h"
//
#include "amd/rpc/amq.h"

namespace amd::rpc {

static_assert(kAmqProgram == AMQ_PROGRAM);
static_assert(kAmqVersion == AMQ_VERSION && kAmqVersion2 == AMQ_VERSION2);
static_assert(static_cast<uint32_t>(AmqProc::GetMapInfo) == AMQPROC_GETMAPINFO);
static_assert(static_cast<uint32_t>(AmqProc::Pawd) == AMQPROC_PAWD);
static_assert(static_cast<uint32_t>(AmqProc::Export) == AMQPROC_EXPORT);
static_assert(static_cast<uint32_t>(AmqProc2::Json) == AMQPROC2_JSON);
static_assert(static_cast<int>(AmqOption::Flush) == AMOPT_FLUSHMAPC);
static_assert(static_cast<int>(AmqUmntStatus::Signal) == AMQ_UMNT_SIGNAL);

namespace {

// What the bytes can hold at the least an element is checked by the reader;
// this is only against lists of nothing.
constexpr uint32_t kMaxTrees = 10000;

std::string cut(const std::string& text) {
  // C strings end at a NUL, and so does what our peers print.
  return text.substr(0, std::min<size_t>(text.find('\0'), AMQ_STRLEN));
}

AmqTreeNode get_node(XdrReader& in, std::optional<uint32_t> parent) {
  const Wire<::amq_tree_node, xdr_amq_tree_node> wire(in);
  const ::amq_tree_node& n = wire.get();
  return {.parent = parent,
          .mountinfo = from_c(n.mt_mountinfo),
          .directory = from_c(n.mt_directory),
          .mountpoint = from_c(n.mt_mountpoint),
          .type = from_c(n.mt_type),
          .mounttime = n.mt_mounttime,
          .mountuid = n.mt_mountuid,
          .getattr = n.mt_getattr,
          .lookup = n.mt_lookup,
          .readdir = n.mt_readdir,
          .readlink = n.mt_readlink,
          .statfs = n.mt_statfs};
}

void put_node(XdrWriter& out, const AmqTreeNode& n) {
  const std::string info = cut(n.mountinfo);
  const std::string directory = cut(n.directory);
  const std::string mountpoint = cut(n.mountpoint);
  const std::string type = cut(n.type);
  put_wire(out, xdr_amq_tree_node,
           ::amq_tree_node{.mt_mountinfo = c_text(info),
                           .mt_directory = c_text(directory),
                           .mt_mountpoint = c_text(mountpoint),
                           .mt_type = c_text(type),
                           .mt_mounttime = n.mounttime,
                           .mt_mountuid = n.mountuid,
                           .mt_getattr = n.getattr,
                           .mt_lookup = n.lookup,
                           .mt_readdir = n.readdir,
                           .mt_readlink = n.readlink,
                           .mt_statfs = n.statfs});
}

// The two optional trees that follow each node on the wire (next, then child)
// are kept on a stack of our own, so that no depth can end the process's.
AmqTree get_tree(XdrReader& in) {
  using Parent = std::optional<uint32_t>;
  AmqTree tree;
  std::vector<Parent> expected = {std::nullopt};
  while (!expected.empty() && in.ok()) {
    const Parent parent = expected.back();
    expected.pop_back();
    if (!in.boolean()) continue;
    if (!tree.nodes.empty() && !parent)
      in.fail("holds a sibling of the outermost node");
    tree.nodes.push_back(get_node(in, parent));
    expected.push_back(static_cast<uint32_t>(tree.nodes.size() - 1));
    expected.push_back(parent);
  }
  return tree;
}

// For each node the one after it among its siblings, and its first child.
struct Links {
  std::vector<uint32_t> next;
  std::vector<uint32_t> child;
};
constexpr uint32_t kNone = 0xffffffff;

Links links_of(const AmqTree& tree) {
  const size_t count = tree.nodes.size();
  Links links{std::vector(count, kNone), std::vector(count, kNone)};
  for (auto i = static_cast<uint32_t>(count); i-- > 1;) {
    const uint32_t parent = tree.nodes[i].parent.value_or(0);
    links.next[i] = std::exchange(links.child[parent], i);
  }
  return links;
}

void put_tree(XdrWriter& out, const AmqTree& tree) {
  const Links links = links_of(tree);
  std::vector<uint32_t> due = {tree.nodes.empty() ? kNone : 0};
  while (!due.empty()) {
    const uint32_t at = due.back();
    due.pop_back();
    out.boolean(at != kNone);
    if (at == kNone) continue;
    put_node(out, tree.nodes[at]);
    due.push_back(links.child[at]);
    due.push_back(links.next[at]);
  }
}

AmqMountInfo get_element(XdrReader& in, AmqMountInfo*) {
  const Wire<::amq_mount_info, xdr_amq_mount_info> wire(in);
  const ::amq_mount_info& m = wire.get();
  return {.type = from_c(m.mi_type),
          .mountpt = from_c(m.mi_mountpt),
          .mountinfo = from_c(m.mi_mountinfo),
          .fserver = from_c(m.mi_fserver),
          .error = m.mi_error,
          .refc = m.mi_refc,
          .up = m.mi_up};
}

void put_element(XdrWriter& out, const AmqMountInfo& m) {
  const std::string type = cut(m.type);
  const std::string mountpt = cut(m.mountpt);
  const std::string info = cut(m.mountinfo);
  const std::string fserver = cut(m.fserver);
  put_wire(out, xdr_amq_mount_info,
           ::amq_mount_info{.mi_type = c_text(type),
                            .mi_mountpt = c_text(mountpt),
                            .mi_mountinfo = c_text(info),
                            .mi_fserver = c_text(fserver),
                            .mi_error = m.error,
                            .mi_refc = m.refc,
                            .mi_up = m.up});
}

AmqMapInfo get_element(XdrReader& in, AmqMapInfo*) {
  const Wire<::amq_map_info, xdr_amq_map_info> wire(in);
  const ::amq_map_info& m = wire.get();
  return {.name = from_c(m.mi_name),
          .wildcard = from_c(m.mi_wildcard),
          .modify = m.mi_modify,
          .flags = m.mi_flags,
          .nentries = m.mi_nentries,
          .reloads = m.mi_reloads,
          .refc = m.mi_refc,
          .up = m.mi_up};
}

void put_element(XdrWriter& out, const AmqMapInfo& m) {
  const std::string name = cut(m.name);
  const std::string wildcard = cut(m.wildcard);
  put_wire(out, xdr_amq_map_info,
           ::amq_map_info{.mi_name = c_text(name),
                          .mi_wildcard = c_text(wildcard),
                          .mi_modify = m.modify,
                          .mi_flags = m.flags,
                          .mi_nentries = m.nentries,
                          .mi_reloads = m.reloads,
                          .mi_refc = m.refc,
                          .mi_up = m.up});
}

AmqTree get_element(XdrReader& in, AmqTree*) {
  return get_tree(in);
}
void put_element(XdrWriter& out, const AmqTree& tree) {
  put_tree(out, tree);
}

// Elements are made as they are read: a count alone costs nothing.
template <class T>
std::vector<T> get_array(XdrReader& in, uint32_t max) {
  std::vector<T> list;
  const uint32_t count = in.u32();
  if (count > max) in.fail("holds a list above its limit");
  for (uint32_t i = 0; i < count && in.ok(); ++i)
    list.push_back(get_element(in, static_cast<T*>(nullptr)));
  return list;
}

template <class T>
void put_array(XdrWriter& out, const std::vector<T>& list) {
  out.u32(static_cast<uint32_t>(list.size()));
  for (const T& element : list) put_element(out, element);
}

template <class T>
Result<T> finished(XdrReader& in, T message) {
  if (auto end = in.finish(); !end) return pass(end);
  return message;
}

}  // namespace

template <>
void encode(XdrWriter& out, const AmqTree& message) {
  put_tree(out, message);
}
template <>
Result<AmqTree> decode(std::string_view bytes) {
  XdrReader in(bytes);
  AmqTree tree = get_tree(in);
  return finished(in, std::move(tree));
}

template <>
void encode(XdrWriter& out, const AmqExport& message) {
  put_array(out, message.trees);
}
template <>
Result<AmqExport> decode(std::string_view bytes) {
  XdrReader in(bytes);
  AmqExport message{get_array<AmqTree>(in, kMaxTrees)};
  return finished(in, std::move(message));
}

template <>
void encode(XdrWriter& out, const std::vector<AmqMountInfo>& message) {
  put_array(out, message);
}
template <>
Result<std::vector<AmqMountInfo>> decode(std::string_view bytes) {
  XdrReader in(bytes);
  auto list = get_array<AmqMountInfo>(in, AMQ_MAXLIST);
  return finished(in, std::move(list));
}

template <>
void encode(XdrWriter& out, const std::vector<AmqMapInfo>& message) {
  put_array(out, message);
}
template <>
Result<std::vector<AmqMapInfo>> decode(std::string_view bytes) {
  XdrReader in(bytes);
  auto list = get_array<AmqMapInfo>(in, AMQ_MAXLIST);
  return finished(in, std::move(list));
}

template <>
void encode(XdrWriter& out, const AmqStats& m) {
  put_wire(out, xdr_amq_mount_stats,
           ::amq_mount_stats{.as_drops = m.drops,
                             .as_stale = m.stale,
                             .as_mok = m.mok,
                             .as_merr = m.merr,
                             .as_uerr = m.uerr});
}
template <>
Result<AmqStats> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const Wire<::amq_mount_stats, xdr_amq_mount_stats> wire(in);
  const ::amq_mount_stats& m = wire.get();
  return finished(in, AmqStats{.drops = m.as_drops,
                               .stale = m.as_stale,
                               .mok = m.as_mok,
                               .merr = m.as_merr,
                               .uerr = m.as_uerr});
}

template <>
void encode(XdrWriter& out, const AmqSetopt& m) {
  const std::string text = cut(m.text);
  put_wire(out, xdr_amq_setopt,
           ::amq_setopt{.as_opt = static_cast<amq_opt>(m.option),
                        .as_str = c_text(text)});
}
template <>
Result<AmqSetopt> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const Wire<::amq_setopt, xdr_amq_setopt> wire(in);
  const auto option = number_of(wire.get().as_opt);
  if (option > AMOPT_FLUSHMAPC) in.fail("holds an unknown option");
  return finished(in, AmqSetopt{.option = static_cast<AmqOption>(option),
                                .text = from_c(wire.get().as_str)});
}

template <>
void encode(XdrWriter& out, const AmqSyncUmnt& m) {
  put_wire(
      out, xdr_amq_sync_umnt,
      ::amq_sync_umnt{.au_etype = static_cast<::amq_sync_umnt_status>(m.status),
                      .au_errno = m.error,
                      .au_signal = m.signal});
}
template <>
Result<AmqSyncUmnt> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const Wire<::amq_sync_umnt, xdr_amq_sync_umnt> wire(in);
  const auto status = number_of(wire.get().au_etype);
  if (status > AMQ_UMNT_SIGNAL) in.fail("holds an unknown status");
  return finished(in, AmqSyncUmnt{.status = static_cast<AmqUmntStatus>(status),
                                  .error = wire.get().au_errno,
                                  .signal = wire.get().au_signal});
}

template <>
void encode(XdrWriter& out, const AmqText& message) {
  out.opaque(cut(message.text));
}
template <>
Result<AmqText> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const std::string_view text = in.opaque(AMQ_STRLEN);
  if (text.find('\0') != std::string_view::npos)
    in.fail("holds a string with a NUL inside");
  return finished(in, AmqText{std::string(text)});
}

template <>
void encode(XdrWriter& out, const AmqInt& message) {
  out.i32(message.value);
}
template <>
Result<AmqInt> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const AmqInt message{in.i32()};
  return finished(in, message);
}

template <>
void encode(XdrWriter& out, const AmqJson& message) {
  out.opaque(message.text);
}
template <>
Result<AmqJson> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const std::string_view text = in.opaque(AMQ_JSONLEN);
  return finished(in, AmqJson{std::string(text)});
}

}  // namespace amd::rpc
