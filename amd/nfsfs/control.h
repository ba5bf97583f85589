// SPDX-License-Identifier: BSD-3-Clause
// What amd and the userspace NFS engine say to each other.
//
// Each message is one JSON object in one packet of a Unix SOCK_SEQPACKET
// socket; an attach carries the /dev/fuse descriptor.  A request has a number
// "seq", and each of its answers too; the last answer has "error" (an errno, 0:
// done) and, for a failure, "text".  The same JSON text describes a mount in
// the keeper, for the engine's next life.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "amd/base/clock.h"
#include "amd/base/result.h"
#include "amd/volumes/mount_spec.h"

namespace amd {

// When a replica counts as the same, and when another one is tried.
struct FailoverSettings {
  Milliseconds silence{50};          // of a server with calls outstanding
  Milliseconds ping_every{1000};     // NULL calls to a server that is idle
  Milliseconds return_after{10000};  // the preferred server has been well
  bool hedge = true;  // repeat late reads elsewhere, within 5 % extra calls
  // What must agree: "type", "size", "mtime", by commas.
  std::string verify = "type,size,mtime";
  bool operator==(const FailoverSettings&) const = default;
};

// A file system for the engine to serve.
struct AttachRequest {
  std::string id;      // amd's name for it, never reused
  std::string target;  // where it is mounted; for messages only
  // "major:minor" of the mount (for its read-ahead), empty: not known.
  std::string device;
  std::vector<NfsReplica> replicas;  // in order of preference
  std::string options;               // the map's: "ro,soft,intr,timeo=8"
  FailoverSettings settings;
  bool operator==(const AttachRequest&) const = default;
};

// What the engine knows of one server, and what it has seen since its start.
struct EngineServerStatus {
  std::string name;     // as the map has it
  std::string address;  // "192.0.2.1:2049"
  std::string state;    // "down", "connecting", "up", "silent"
  std::map<std::string, std::uint64_t> counters;
};

struct EngineMountStatus {
  std::string id;
  std::string target;
  std::string active;  // "server:/path" that is read from, empty: none
  std::vector<std::string> replicas;   // "server:/path: ready" ...
  std::vector<std::string> failovers;  // the last ones, oldest first
  std::map<std::string, std::uint64_t> counters;
};

struct EngineStatus {
  std::vector<EngineServerStatus> servers;
  std::vector<EngineMountStatus> mounts;
};

// A message between the two, of either direction.
struct ControlMessage {
  std::uint64_t seq = 0;
  // Requests: "attach" (attach), "detach" (name: id), "drain" (name: server),
  // "log" (name: options), "status".  Answers: "server", "mount", "done".
  std::string kind;
  std::string name;
  AttachRequest attach;
  EngineServerStatus server;
  EngineMountStatus mount;
  int error = 0;
  std::string text;
};

std::string encode_control(const ControlMessage& message);
[[nodiscard]] Result<ControlMessage> decode_control(std::string_view json);

}  // namespace amd
