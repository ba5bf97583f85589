// SPDX-License-Identifier: BSD-3-Clause
// One mounted file system: the kernel's FUSE requests, answered from replicas.
//
// Read-only.  Each request is a coroutine that asks the ReplicaSet and answers
// the kernel exactly once; a process that is being killed is answered at once.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "amd/nfsfs/caller.h"
#include "amd/nfsfs/control.h"
#include "amd/nfsfs/fuse_channel.h"
#include "amd/nfsfs/listing.h"
#include "amd/nfsfs/mount_options.h"
#include "amd/nfsfs/node_table.h"
#include "amd/nfsfs/replica_set.h"
#include "amd/nfsfs/task.h"

namespace amd::nfsfs {

// What a FileSystem shares with the others of its engine.
struct EngineParts {
  Reactor& reactor;
  ServerPool& pool;
  Callers& callers;
};

// The descriptors that a FileSystem lives by.
struct FileSystemFds {
  UniqueFd fuse;
  std::optional<NodeLog> log;  // none: its nodes die with the engine
  bool is_taken_over = false;  // from a life that has ended
};

struct FileSystemEvents {
  // As ReplicaSet's `attached`.
  std::function<void(Result<void>)> attached;
  std::function<void()> unmounted;  // by the kernel; not from a constructor
};

class FileSystem : public FuseHandler {
 public:
  FileSystem(const EngineParts& parts, AttachRequest request,
             const MountOptions& options, const SamenessPolicy& policy,
             FileSystemFds fds, FileSystemEvents events);
  ~FileSystem() override;

  const AttachRequest& request() const { return request_; }
  // Answers what waits with ENODEV; is_idle() a little later, and then it may
  // be destroyed.
  void close();
  bool is_idle() const { return requests_.empty() && replicas_.is_idle(); }

  void drain(const std::string& server) { replicas_.drain(server); }
  EngineMountStatus status() const;

 private:
  struct Request {
    uint64_t unique = 0;
    uint32_t opcode = 0;
    NodeId node{};
    uint32_t uid = 0;
    uint32_t gid = 0;
    pid_t pid = 0;
    std::string body;
    Instant arrived{};
    bool is_answered = false;
  };

  void on_request(const fuse_in_header& header, std::string_view body) override;
  void on_unmounted() override;
  bool take_at_once(const fuse_in_header& header, std::string_view body);

  void init(uint64_t unique, std::string_view body);
  void set_read_ahead();
  void ask_again();
  void forget_many(std::string_view body);
  void interrupt(uint64_t unique);
  bool end_if_dying(Request& request);
  void look_at_interrupted();

  Task<void> serve(Request& request);
  Task<int> serve_node(Request& request, Node& node);
  Task<int> lookup(Request& request, Node& parent);
  Task<int> getattr(Request& request, Node& node);
  Task<int> readlink(Request& request, Node& node);
  Task<int> read(Request& request, Node& node);
  Task<int> statfs(Request& request, Node& node);
  Task<int> access(Request& request, Node& node);

  // file_system_dirs.cc
  Task<int> readdir(Request& request, Node& node);
  Task<int> ensure_listing(Request& request, Node& node, uint64_t offset);
  Task<int> load_listing(Request& request, Node& node);
  Task<Result<Snapshot>> read_directory(Request& request, Node& node,
                                        bool with_attributes);
  int reply_entries(Request& request, Node& node, const Snapshot& snapshot,
                    uint64_t offset, size_t room);
  bool append_entry(std::string& out, size_t room, Node& dir,
                    const Snapshot& snapshot, size_t index, bool plus,
                    std::vector<NodeId>& entered);
  Node& enter_listed(Node& dir, const Snapshot& snapshot,
                     const ListingEntry& entry);
  void drop_old_listings();

  Task<Result<rpc::fattr3>> fetch_attributes(Request& request, Node& node);
  Node& enter(Node& parent, std::string_view name, size_t replica,
              const rpc::nfs_fh3& handle, const rpc::fattr3& attributes);
  CallSpec call_for(Request& request, Node& node, uint32_t proc);
  Verdict see(Node& node, const Answer& answer,
              const rpc::post_op_attr& attributes);
  bool reply(Request& request, std::string_view body);
  Duration attribute_time(const rpc::fattr3& attributes) const;
  fuse_attr attr_of(const Node& node) const;
  fuse_entry_out entry_of(const Node& node) const;

  Reactor& reactor_;
  Callers& callers_;
  const AttachRequest request_;
  const MountOptions options_;
  FileSystemEvents events_;
  std::optional<NodeLog> log_;
  NodeTable nodes_;
  std::unordered_map<uint64_t, std::unique_ptr<Request>> requests_;
  std::set<uint64_t> interrupted_;  // answered when their process is dying
  std::map<NodeId, std::vector<Completion<int>*>> loading_;  // listings
  std::set<NodeId> listed_;  // nodes with a listing
  bool closing_ = false;
  uint64_t served_ = 0;
  uint64_t bytes_read_ = 0;
  Alarm interrupt_alarm_;
  Alarm listing_alarm_;
  ReplicaSet replicas_;
  std::unique_ptr<FuseChannel> channel_;
};

}  // namespace amd::nfsfs
