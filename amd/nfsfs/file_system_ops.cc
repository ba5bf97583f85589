// SPDX-License-Identifier: BSD-3-Clause
// The requests that concern one object.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "amd/nfsfs/file_system.h"
#include "amd/nfsfs/fuse_convert.h"
#include "amd/rpc/nfs3.h"

namespace amd::nfsfs {

namespace {

constexpr size_t kLongestName = 255;
constexpr size_t kLongestLink = 4095;  // PATH_MAX without its end
constexpr uint32_t kLargestRead = 1024 * 1024;
constexpr Seconds kMissingTime{1};  // that a name is believed not to exist

std::string_view name_in(std::string_view body) {
  return body.substr(0, body.find('\0'));
}

}  // namespace

// The object that `name` means on `replica`.  If another one is known by that
// name it goes on for those who have it open, without its name.
Node& FileSystem::enter(Node& parent, std::string_view name, size_t replica,
                        const rpc::nfs_fh3& handle,
                        const rpc::fattr3& attributes) {
  if (Node* node = nodes_.find_child(parent, name)) {
    const OnReplica* there = node->find(replica);
    const bool is_other = there != nullptr && there->handle.size != 0 &&
                          !(there->handle == handle);
    if (!is_other && nodes_.see(*node, replica, attributes) != Seen::Differs) {
      node->at(replica).handle = handle;
      return *node;
    }
    nodes_.take_name(*node);
  }
  Node& node = nodes_.add(parent, name);
  nodes_.see(node, replica, attributes);
  node.at(replica).handle = handle;
  return node;
}

Task<int> FileSystem::lookup(Request& request, Node& parent) {
  std::string name(name_in(request.body));
  if (name.size() > kLongestName) co_return ENAMETOOLONG;
  rpc::LOOKUP3res res;
  CallSpec spec = call_for(request, parent, rpc::NFSPROC3_LOOKUP);
  spec.args = [&name](const rpc::nfs_fh3& handle) {
    return to_xdr(rpc::LOOKUP3args{{handle, name}});
  };
  spec.judge = [&res](const Answer& a) { return decode_into(res, a); };
  spec.may_hedge = true;
  Result<Answer> answer = co_await replicas_.call(std::move(spec));
  if (!answer) {
    const int error = errno_of(answer.error());
    if (error != ENOENT) co_return error;
    fuse_entry_out none{};
    none.entry_valid = static_cast<uint64_t>(
        std::min(kMissingTime, options_.acdirmin).count());
    reply(request, bytes_of(none));
    co_return 0;
  }
  rpc::post_op_attr attributes = res.resok.obj_attributes;
  const rpc::nfs_fh3 handle = res.resok.object;
  if (!attributes) {
    // Known by its handle for a moment, to be asked about.
    Node& unseen = nodes_.add(parent, "");
    nodes_.take_name(unseen);
    const NodePin pin(nodes_, unseen);
    unseen.at(answer->replica) = {
        .replica = answer->replica, .handle = handle, .is_tagged = true};
    Result<rpc::fattr3> got = co_await fetch_attributes(request, unseen);
    if (!got) co_return errno_of(got.error());
    attributes = *got;
  }
  Node& node = enter(parent, name, answer->replica, handle, *attributes);
  if (reply(request, bytes_of(entry_of(node))))
    nodes_.remember(node);
  else
    nodes_.forget(node.id, 0);
  co_return 0;
}

Task<Result<rpc::fattr3>> FileSystem::fetch_attributes(Request& request,
                                                       Node& node) {
  rpc::GETATTR3res res;
  CallSpec spec = call_for(request, node, rpc::NFSPROC3_GETATTR);
  spec.args = [](const rpc::nfs_fh3& handle) {
    return to_xdr(rpc::GETATTR3args{handle});
  };
  spec.judge = [&](const Answer& a) {
    const Verdict verdict = decode_into(res, a);
    if (verdict.kind != Verdict::Kind::Good) return verdict;
    return see(node, a, res.resok.obj_attributes);
  };
  spec.may_hedge = true;
  Result<Answer> answer = co_await replicas_.call(std::move(spec));
  if (!answer) co_return pass(answer);
  co_return node.attributes;
}

Task<int> FileSystem::getattr(Request& request, Node& node) {
  Result<rpc::fattr3> got = co_await fetch_attributes(request, node);
  // ESTALE makes the kernel look the path up anew.
  if (!got) co_return errno_of(got.error());
  fuse_attr_out out{};
  const FuseTime valid(attribute_time(node.attributes));
  out.attr_valid = valid.seconds;
  out.attr_valid_nsec = valid.nanoseconds;
  out.attr = attr_of(node);
  reply(request, bytes_of(out));
  co_return 0;
}

Task<int> FileSystem::readlink(Request& request, Node& node) {
  rpc::READLINK3res res;
  CallSpec spec = call_for(request, node, rpc::NFSPROC3_READLINK);
  spec.args = [](const rpc::nfs_fh3& handle) {
    return to_xdr(rpc::READLINK3args{handle});
  };
  spec.judge = [&](const Answer& a) {
    const Verdict verdict = decode_into(res, a);
    if (verdict.kind != Verdict::Kind::Good) return verdict;
    return see(node, a, res.resok.symlink_attributes);
  };
  spec.may_hedge = true;
  Result<Answer> answer = co_await replicas_.call(std::move(spec));
  if (!answer) co_return errno_of(answer.error());
  if (res.resok.data.size() > kLongestLink) co_return ENAMETOOLONG;
  if (res.resok.data.find('\0') != std::string_view::npos) co_return EIO;
  reply(request, res.resok.data);
  co_return 0;
}

Task<int> FileSystem::read(Request& request, Node& node) {
  const auto in = parse<fuse_read_in>(request.body);
  if (!in) co_return EINVAL;
  const uint32_t wanted = std::min(in->size, kLargestRead);
  std::string joined;  // what earlier, short answers brought
  for (;;) {
    const uint64_t offset = in->offset + joined.size();
    const uint32_t count = static_cast<uint32_t>(wanted - joined.size());
    rpc::READ3res res;
    CallSpec spec = call_for(request, node, rpc::NFSPROC3_READ);
    spec.args = [=](const rpc::nfs_fh3& handle) {
      return to_xdr(rpc::READ3args{handle, offset, count});
    };
    spec.judge = [&, offset, count](const Answer& a) {
      Verdict verdict = decode_into(res, a);
      if (verdict.kind != Verdict::Kind::Good) return verdict;
      const auto& ok = res.resok;
      verdict = see(node, a, ok.file_attributes);
      if (verdict.kind != Verdict::Kind::Good) return verdict;
      const bool ends_early = replicas_.size() > 1 && ok.eof &&
                              ok.count < count && ok.file_attributes &&
                              offset + ok.count < ok.file_attributes->size;
      if (ok.count > count || (ok.count == 0 && !ok.eof && count > 0) ||
          ends_early)
        return Verdict{Verdict::Kind::Garbage, rpc::NFS3_OK,
                       std::to_string(ok.count) + " bytes for " +
                           std::to_string(count) + " at " +
                           std::to_string(offset)};
      return verdict;
    };
    spec.may_hedge = true;
    Result<Answer> answer = co_await replicas_.call(std::move(spec));
    if (!answer) {
      const int error = errno_of(answer.error());
      co_return error == ESTALE&& replicas_.size() > 1 ? EIO : error;
    }
    const std::string_view data = res.resok.data;
    if (res.resok.eof || joined.size() + data.size() >= wanted) {
      if (request.is_answered) co_return 0;
      request.is_answered = true;
      bytes_read_ += joined.size() + data.size();
      const std::array<iovec, 2> parts = {
          {{joined.data(), joined.size()},
           {const_cast<char*>(data.data()), data.size()}}};
      channel_->reply(request.unique, parts);
      co_return 0;
    }
    joined += data;
  }
}

Task<int> FileSystem::statfs(Request& request, Node& node) {
  rpc::FSSTAT3res res;
  CallSpec spec = call_for(request, node, rpc::NFSPROC3_FSSTAT);
  spec.args = [](const rpc::nfs_fh3& handle) {
    rpc::FSSTAT3args args;
    args.fsroot = handle;
    return to_xdr(args);
  };
  spec.judge = [&res](const Answer& a) { return decode_into(res, a); };
  Result<Answer> answer = co_await replicas_.call(std::move(spec));
  if (!answer) co_return errno_of(answer.error());
  constexpr uint32_t block = 4096;
  fuse_statfs_out out{};
  out.st.blocks = res.resok.tbytes / block;
  out.st.bfree = res.resok.fbytes / block;
  out.st.bavail = res.resok.abytes / block;
  out.st.files = res.resok.tfiles;
  out.st.ffree = res.resok.ffiles;
  out.st.bsize = out.st.frsize = block;
  out.st.namelen = kLongestName;
  reply(request, bytes_of(out));
  co_return 0;
}

Task<int> FileSystem::access(Request& request, Node& node) {
  const auto in = parse<fuse_access_in>(request.body);
  if (!in) co_return EINVAL;
  uint32_t asked = 0;
  if ((in->mask & R_OK) != 0) asked |= rpc::ACCESS3_READ;
  if ((in->mask & W_OK) != 0) co_return EROFS;
  if ((in->mask & X_OK) != 0)
    asked |= node.attributes.type == rpc::NF3DIR ? rpc::ACCESS3_LOOKUP
                                                 : rpc::ACCESS3_EXECUTE;
  rpc::ACCESS3res res;
  CallSpec spec = call_for(request, node, rpc::NFSPROC3_ACCESS);
  spec.args = [asked](const rpc::nfs_fh3& handle) {
    return to_xdr(rpc::ACCESS3args{handle, asked});
  };
  spec.judge = [&res](const Answer& a) { return decode_into(res, a); };
  Result<Answer> answer = co_await replicas_.call(std::move(spec));
  if (!answer) co_return errno_of(answer.error());
  if ((res.resok.access & asked) != asked) co_return EACCES;
  reply(request, "");
  co_return 0;
}

}  // namespace amd::nfsfs
