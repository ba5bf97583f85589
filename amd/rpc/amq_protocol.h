// SPDX-License-Identifier: BSD-3-Clause
// What amq and amd say to each other (amq.x), as C++ values.
//
// encode() and decode() exist for AmqTree (MNTTREE's result: the tree or
// nothing), AmqExport, std::vector<AmqMountInfo>, std::vector<AmqMapInfo>,
// AmqStats, AmqSetopt, AmqSyncUmnt, AmqText (string arguments and results),
// AmqInt and AmqJson.  Texts above the protocol's limit are cut when encoded.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "amd/rpc/codec.h"

namespace amd::rpc {

inline constexpr uint32_t kAmqProgram = 300019;
inline constexpr uint32_t kAmqVersion = 1;
inline constexpr uint32_t kAmqVersion2 = 2;

enum class AmqProc : uint32_t {
  Null = 0,
  MntTree = 1,
  Umnt = 2,
  Stats = 3,
  Export = 4,
  SetOpt = 5,
  GetMntFs = 6,
  GetVers = 8,
  GetPid = 9,
  Pawd = 10,
  SyncUmnt = 11,
  GetMapInfo = 12,
};

// Drain takes a string (a server) and results in an errno.
enum class AmqProc2 : uint32_t { Null = 0, Json = 1, Drain = 2 };

struct AmqTreeNode {
  // Index of the parent in AmqTree::nodes; none for the outermost.
  std::optional<uint32_t> parent;
  std::string mountinfo;
  std::string directory;
  std::string mountpoint;
  std::string type;
  int32_t mounttime = 0;
  uint32_t mountuid = 0;
  int32_t getattr = 0;
  int32_t lookup = 0;
  int32_t readdir = 0;
  int32_t readlink = 0;
  int32_t statfs = 0;
  bool operator==(const AmqTreeNode&) const = default;
};

// A node and all below it.  nodes[0] is the outermost; the others may stand in
// any order after their parents, with younger siblings before older ones.
// decode() gives the order of the wire: a node, its older siblings with all
// below them, then what is below itself.
struct AmqTree {
  std::vector<AmqTreeNode> nodes;
  bool operator==(const AmqTree&) const = default;
};

// EXPORT's result.
struct AmqExport {
  std::vector<AmqTree> trees;
  bool operator==(const AmqExport&) const = default;
};

struct AmqMountInfo {
  std::string type;
  std::string mountpt;
  std::string mountinfo;
  std::string fserver;
  int32_t error = 0;  // < 0: in progress
  int32_t refc = 0;
  int32_t up = 0;  // 1 up, 0 down, -1 not known
  bool operator==(const AmqMountInfo&) const = default;
};

struct AmqMapInfo {
  std::string name;
  std::string wildcard;
  int32_t modify = 0;  // seconds since 1970
  int32_t flags = 0;
  int32_t nentries = 0;
  int32_t reloads = 0;
  int32_t refc = 0;
  int32_t up = -1;  // 1 up, 0 down, -1 the map type cannot tell
  bool operator==(const AmqMapInfo&) const = default;
};

struct AmqStats {
  int32_t drops = 0;
  int32_t stale = 0;
  int32_t mok = 0;
  int32_t merr = 0;
  int32_t uerr = 0;
  bool operator==(const AmqStats&) const = default;
};

enum class AmqOption : uint32_t { Debug = 0, Logfile = 1, Xlog = 2, Flush = 3 };

struct AmqSetopt {
  AmqOption option = AmqOption::Flush;
  std::string text;
  bool operator==(const AmqSetopt&) const = default;
};

enum class AmqUmntStatus : uint32_t {
  Ok = 0,
  Failed = 1,
  Fork = 2,
  Read = 3,
  Server = 4,
  Signal = 5,
};

struct AmqSyncUmnt {
  AmqUmntStatus status = AmqUmntStatus::Ok;
  int32_t error = 0;  // errno
  int32_t signal = 0;
  bool operator==(const AmqSyncUmnt&) const = default;
};

struct AmqText {
  std::string text;
  bool operator==(const AmqText&) const = default;
};
struct AmqInt {
  int32_t value = 0;
  bool operator==(const AmqInt&) const = default;
};
struct AmqJson {
  std::string text;
};

#define AMD_RPC_CODEC(T)                         \
  template <>                                    \
  void encode(XdrWriter& out, const T& message); \
  template <>                                    \
  [[nodiscard]] Result<T> decode(std::string_view)
AMD_RPC_CODEC(AmqTree);
AMD_RPC_CODEC(AmqExport);
AMD_RPC_CODEC(std::vector<AmqMountInfo>);
AMD_RPC_CODEC(std::vector<AmqMapInfo>);
AMD_RPC_CODEC(AmqStats);
AMD_RPC_CODEC(AmqSetopt);
AMD_RPC_CODEC(AmqSyncUmnt);
AMD_RPC_CODEC(AmqText);
AMD_RPC_CODEC(AmqInt);
AMD_RPC_CODEC(AmqJson);
#undef AMD_RPC_CODEC

}  // namespace amd::rpc
