// SPDX-License-Identifier: BSD-3-Clause
// Finding an object on another replica: by the names on the way to it, and
// checked to be the same at its end.
#include <cerrno>
#include <utility>

#include "amd/nfsfs/replica_call.h"
#include "amd/nfsfs/replica_set.h"
#include "amd/rpc/nfs3.h"

namespace amd::nfsfs {

namespace {

template <class Args>
std::string xdr(const Args& args) {
  rpc::XdrWriter writer;
  rpc::encode(writer, args);
  return writer.take();
}

}  // namespace

// One call to one replica; the errors of Server::call, or ENODEV.
Task<Result<RpcReply>> ReplicaSet::direct(size_t replica, uint32_t proc,
                                          std::string credential,
                                          std::string args) {
  Server* server = replicas_[replica]->server;
  if (closing_ || server == nullptr || !server->can_call())
    co_return fail(ENOTCONN, name_of(replica));
  const uint64_t id = ++last_direct_;
  Direct direct(reactor_);
  direct_.emplace(id, &direct);
  const auto rpc =
      server->call(proc, credential, args, [this, id](Result<RpcReply> reply) {
        const auto it = direct_.find(id);
        if (it != direct_.end() && !it->second->done.is_set())
          it->second->done.set(std::move(reply));
      });
  Result<RpcReply> reply = co_await direct.done;
  direct_.erase(id);
  if (!reply) server->cancel(rpc);
  co_return reply;
}

// Many calls may want the same object at once: it is looked for once.
Task<ReplicaSet::Found> ReplicaSet::find(Node& node, size_t replica,
                                         std::string credential) {
  const auto key = std::make_pair(node.id, replica);
  if (const auto it = finding_.find(key); it != finding_.end()) {
    Completion<Found> done(reactor_);
    it->second.push_back(&done);
    Found found = co_await done;
    co_return found;
  }
  finding_[key];
  const NodePin pin(nodes_, node);
  ++tasks_;
  Found found = co_await find_now(node, replica, std::move(credential));
  --tasks_;
  const auto waiting = std::move(finding_[key]);
  finding_.erase(key);
  for (Completion<Found>* w : waiting) w->set(found);
  co_return found;
}

Task<ReplicaSet::Found> ReplicaSet::find_now(Node& node, size_t replica,
                                             std::string credential) {
  if (node.parent == nullptr) {
    const bool ready = replicas_[replica]->ready;
    co_return Found{ready ? Found::Kind::Yes : Found::Kind::Lost};
  }
  for (int tries = 0; tries < 2; ++tries) {
    const OnReplica* above = node.parent->find(replica);
    if (above == nullptr || above->handle.size == 0) {
      Found parent = co_await find(*node.parent, replica, credential);
      if (parent.kind != Found::Kind::Yes) co_return parent;
    }
    Found found = co_await look_up(node, replica, credential);
    const bool is_stale = found.kind == Found::Kind::Fault &&
                          (found.status == rpc::NFS3ERR_STALE ||
                           found.status == rpc::NFS3ERR_BADHANDLE);
    if (!is_stale) co_return found;
    node.parent->drop_handle(replica);
    if (node.parent->parent == nullptr) {
      lose_root(replica);
      co_return Found{Found::Kind::Lost};
    }
  }
  co_return Found{Found::Kind::Fault, rpc::NFS3ERR_STALE};
}

// Requires: the parent's handle is known there.
Task<ReplicaSet::Found> ReplicaSet::look_up(Node& node, size_t replica,
                                            std::string credential) {
  const OnReplica* above = node.parent->find(replica);
  if (above == nullptr) co_return Found{Found::Kind::Lost};
  rpc::LOOKUP3args args{{above->handle, node.name}};
  std::string bytes = xdr(args);
  Result<RpcReply> reply = co_await direct(replica, rpc::NFSPROC3_LOOKUP,
                                           credential, std::move(bytes));
  if (!reply) co_return Found{Found::Kind::Lost};
  const auto res = rpc::decode<rpc::LOOKUP3res>(reply->results);
  if (!res) co_return Found{Found::Kind::Fault, rpc::NFS3ERR_IO};
  if (res->status == rpc::NFS3ERR_NOENT || res->status == rpc::NFS3ERR_NOTDIR) {
    Found found{Found::Kind::Differs, res->status, "it is missing"};
    log_difference(node, replica, found.why);
    co_return found;
  }
  if (res->status != rpc::NFS3_OK)
    co_return Found{Found::Kind::Fault, res->status};
  const rpc::nfs_fh3 handle = res->resok.object;
  rpc::post_op_attr attributes = res->resok.obj_attributes;
  if (!attributes) {
    bytes = xdr(rpc::GETATTR3args{handle});
    Result<RpcReply> second = co_await direct(replica, rpc::NFSPROC3_GETATTR,
                                              credential, std::move(bytes));
    if (!second) co_return Found{Found::Kind::Lost};
    const auto got = rpc::decode<rpc::GETATTR3res>(second->results);
    if (!got) co_return Found{Found::Kind::Fault, rpc::NFS3ERR_IO};
    if (got->status != rpc::NFS3_OK)
      co_return Found{Found::Kind::Fault, got->status};
    attributes = got->resok.obj_attributes;
  }
  std::string why;
  if (nodes_.see(node, replica, *attributes, &why) == Seen::Differs) {
    log_difference(node, replica, why);
    co_return Found{Found::Kind::Differs, rpc::NFS3_OK, why};
  }
  node.at(replica).handle = handle;
  co_return Found{};
}

}  // namespace amd::nfsfs
